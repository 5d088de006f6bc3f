package org.residuum.backend.reference;

import org.residuum.network.Shape;

/** The extents of images (N, C, H, W); the axes that a shape does not have count as 1. */
record Dims(int n, int c, int h, int w) {
  static Dims of(Shape shape, int batch) {
    int[] e = shape.withBatch(batch).toArray();
    int[] image = {1, 1, 1, 1};
    System.arraycopy(e, 0, image, 0, Math.min(e.length, image.length));
    return new Dims(image[0], image[1], image[2], image[3]);
  }

  int pixels() {
    return h * w;
  }

  int at(int image, int channel, int y, int x) {
    return ((image * c + channel) * h + y) * w + x;
  }

  boolean inside(int y, int x) {
    return y >= 0 && y < h && x >= 0 && x < w;
  }
}
