/** Internal: WebP pictures, lossy (VP8) here, lossless (VP8L) by TwelveMonkeys. */
package org.residuum.data.decode.webp;
