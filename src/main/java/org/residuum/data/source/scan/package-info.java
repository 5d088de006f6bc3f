/** Internal: finds the picture files below folders. */
package org.residuum.data.source.scan;
