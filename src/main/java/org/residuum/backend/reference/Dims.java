package org.residuum.backend.reference;

import org.residuum.network.Shape;

/**
 * The extents of images (N, C, H, W), or of vectors (N, C) and biases (C) taken as images of one
 * pixel.
 */
record Dims(int n, int c, int h, int w) {
  static Dims of(Shape shape, int batch) {
    int[] e = shape.withBatch(batch).toArray();
    return new Dims(
        e[0], e.length > 1 ? e[1] : 1, e.length > 2 ? e[2] : 1, e.length > 3 ? e[3] : 1);
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
