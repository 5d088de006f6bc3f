package org.residuum.data;

import java.io.IOException;

/** Labelled 8-bit pictures of one size; {@link #exampleShape()} is {@code (C, H, W)}. */
public non-sealed interface ImageDataset extends Dataset {
  /**
   * Copies one picture, {@code (H, W, C)}, unsigned bytes, RGB or grey.
   *
   * @param into receives {@code exampleShape().elements()} bytes from its start
   * @throws IOException if the picture lies in a file that can no longer be read
   */
  void read(int index, byte[] into) throws IOException;

  /**
   * The byte that means full intensity. A network sees {@code (value / maxValue - mean) / std}, so
   * that 8-bit pictures (255) and the digits of 17 grey levels (16) share one 0..1 scale.
   */
  default int maxValue() {
    return 255;
  }

  /** How a picture of another size becomes an example of this set. */
  default Resize resize() {
    return Resize.squash();
  }

  /** How the files of this set, if it has some, are read. */
  default PictureOptions decoding() {
    return PictureOptions.DEFAULTS;
  }
}
