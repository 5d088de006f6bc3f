package org.residuum.data.augment;

import org.residuum.data.Picture;

/** A picture that is being changed, {@code (H, W, C)}, unsigned bytes, RGB or grey. */
final class Canvas {
  final int height;
  final int width;
  final int channels;

  /** The picture. */
  byte[] pixels;

  /** Room of the same size for what is made of it. */
  byte[] spare;

  Canvas(int height, int width, int channels) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    pixels = new byte[height * width * channels];
    spare = new byte[pixels.length];
  }

  /** It shares the pixels. */
  Picture picture() {
    return new Picture(height, width, channels, pixels);
  }

  /** What was written into the spare room is the picture now. */
  void swap() {
    byte[] old = pixels;
    pixels = spare;
    spare = old;
  }
}
