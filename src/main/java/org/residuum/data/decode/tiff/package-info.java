/** Internal: the first page of TIFF pictures. */
package org.residuum.data.decode.tiff;
