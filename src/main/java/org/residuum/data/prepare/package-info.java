/** Internal: resizing, measuring and random draws for examples. */
package org.residuum.data.prepare;
