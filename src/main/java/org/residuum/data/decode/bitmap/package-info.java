/** Internal: bitmaps: BMP, PBM, PGM, PPM and WBMP. */
package org.residuum.data.decode.bitmap;
