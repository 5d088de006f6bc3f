/** Internal: quantities, names and text out of files as people read them. */
package org.residuum.text;
