package org.residuum.format.onnx;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.util.zip.GZIPInputStream;
import org.residuum.TestData;

/**
 * The first images of CIFAR-10's test set, out of the packed form: the labels, then for each of the
 * planes G, R - G, B - G (mod 256) the residuals of the median-edge predictor.
 */
public final class Cifar {
  private static final int IMAGES = 10_000;
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;
  private static final int[] ORDER = {1, 0, 2};

  private Cifar() {}

  /** (count, 3, 32, 32): (pixel / 255 - mean) / std. */
  public static FloatBuffer normalized(int count, double[] mean, double[] std) throws IOException {
    int[][][] planes = planes(count);
    FloatBuffer images = FloatBuffer.allocate(count * 3 * PLANE);
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < 3; c++) {
        for (int value : planes[c][i]) {
          images.put((float) ((value / 255.0 - mean[c]) / std[c]));
        }
      }
    }
    return images.flip();
  }

  private static int[][][] planes(int count) throws IOException {
    int[][][] planes = new int[3][count][];
    byte[] residual = new byte[PLANE];
    try (DataInputStream in =
        new DataInputStream(
            new GZIPInputStream(
                Files.newInputStream(TestData.find("cifar10/test_batch.bin.med.gz")), 1 << 16))) {
      in.readFully(new byte[IMAGES]);
      for (int plane = 0; plane < 3; plane++) {
        for (int i = 0; i < IMAGES; i++) {
          in.readFully(residual);
          if (i < count) {
            planes[ORDER[plane]][i] = decode(residual);
          }
        }
      }
    }
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < PLANE; k++) {
        planes[0][i][k] = planes[0][i][k] + planes[1][i][k] & 255;
        planes[2][i][k] = planes[2][i][k] + planes[1][i][k] & 255;
      }
    }
    return planes;
  }

  private static int[] decode(byte[] residual) {
    int[] pixels = new int[PLANE];
    for (int k = 0; k < PLANE; k++) {
      int w = k % SIDE > 0 ? pixels[k - 1] : 0;
      int n = k >= SIDE ? pixels[k - SIDE] : 0;
      int nw = k % SIDE > 0 && k >= SIDE ? pixels[k - SIDE - 1] : 0;
      int max = Math.max(w, n);
      int min = Math.min(w, n);
      int predicted = nw >= max ? min : nw <= min ? max : w + n - nw;
      pixels[k] = residual[k] + predicted & 255;
    }
    return pixels;
  }
}
