/** Internal: the first frame of GIF pictures. */
package org.residuum.data.decode.gif;
