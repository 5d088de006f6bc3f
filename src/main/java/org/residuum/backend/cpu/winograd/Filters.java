package org.residuum.backend.cpu.winograd;

import java.nio.FloatBuffer;
import org.residuum.backend.cpu.onednn.Packing;
import org.residuum.network.Parameters;

/** The weights of a Winograd convolution, computed in double precision from a parameter. */
final class Filters {
  private static final int TAPS = Winograd.TAPS * Winograd.TAPS;
  private static final int PRODUCTS = Winograd.INPUTS;

  private Filters() {}

  /** The bias of each pixel of a row, (pixels, K). */
  record BiasOfRow(String name, int outputs, int pixels) implements Packing.Source {
    @Override
    public void write(Parameters parameters, FloatBuffer target) {
      FloatBuffer bias = parameters.get(name).data();
      for (int pixel = 0; pixel < pixels; pixel++) {
        target.put(pixel * outputs, bias, 0, outputs);
      }
    }
  }

  /** A row of G w, (K, C, 1, 3). */
  record OfRows(String weight, int outputs, int channels, int product) implements Packing.Source {
    @Override
    public void write(Parameters parameters, FloatBuffer target) {
      FloatBuffer w = parameters.get(weight).data();
      double[] g = Winograd.filterTransform()[product];
      float[] from = new float[channels * TAPS];
      float[] to = new float[channels * Winograd.TAPS];
      for (int output = 0; output < outputs; output++) {
        w.get(output * from.length, from);
        combine(g, from, to);
        target.put(output * to.length, to);
      }
    }

    private static void combine(double[] g, float[] w, float[] u) {
      for (int i = 0, at = 0; i < u.length; i += Winograd.TAPS, at += TAPS) {
        for (int tap = at; tap < at + Winograd.TAPS; tap++) {
          u[i + tap - at] = (float) (g[0] * w[tap] + g[1] * w[tap + 3] + g[2] * w[tap + 6]);
        }
      }
    }
  }

  /** U = G w Gᵀ as (products across, products down, C, K). */
  record OfTiles(String weight, int outputs, int channels) implements Packing.Source {
    /** Filters at a time: their taps and products stay in the first caches. */
    private static final int BLOCK = 64;

    @Override
    public void write(Parameters parameters, FloatBuffer target) {
      FloatBuffer data = parameters.get(weight).data();
      int row = channels * TAPS;
      for (int first = 0; first < outputs; first += BLOCK) {
        int count = Math.min(BLOCK, outputs - first);
        float[] w = new float[count * row];
        data.get(first * row, w);
        Block block = new Block(count);
        for (int channel = 0; channel < channels; channel++) {
          block.gather(w, channel * TAPS, row);
          for (int product = 0; product < PRODUCTS * PRODUCTS; product++) {
            int at = (product * channels + channel) * outputs + first;
            target.put(at, block.product(product % PRODUCTS, product / PRODUCTS));
          }
        }
      }
    }
  }

  /** Some filters that read the same channel, one beside the other. */
  private static final class Block {
    private final double[][] g = Winograd.filterTransform();
    private final double[][] taps;
    private final double[][][] rows;
    private final float[] products;

    Block(int filters) {
      taps = new double[TAPS][filters];
      rows = new double[PRODUCTS][Winograd.TAPS][filters];
      products = new float[filters];
    }

    /**
     * Takes their taps, and computes G w.
     *
     * @param w the first tap of the first filter is at {@code at}, of the next {@code row} further
     */
    void gather(float[] w, int at, int row) {
      for (int tap = 0; tap < TAPS; tap++) {
        for (int i = 0; i < products.length; i++) {
          taps[tap][i] = w[at + tap + i * row];
        }
      }
      for (int down = 0; down < PRODUCTS; down++) {
        for (int tap = 0; tap < Winograd.TAPS; tap++) {
          sum(g[down], taps[tap], taps[tap + 3], taps[tap + 6], rows[down][tap]);
        }
      }
    }

    private static void sum(double[] g, double[] a, double[] b, double[] c, double[] result) {
      double g0 = g[0];
      double g1 = g[1];
      double g2 = g[2];
      for (int i = 0; i < result.length; i++) {
        result[i] = g0 * a[i] + g1 * b[i] + g2 * c[i];
      }
    }

    /** One product of all filters. */
    float[] product(int down, int across) {
      double[][] row = rows[down];
      round(g[across], row[0], row[1], row[2], products);
      return products;
    }

    private static void round(double[] g, double[] a, double[] b, double[] c, float[] result) {
      double g0 = g[0];
      double g1 = g[1];
      double g2 = g[2];
      for (int i = 0; i < result.length; i++) {
        result[i] = (float) (g0 * a[i] + g1 * b[i] + g2 * c[i]);
      }
    }
  }
}
