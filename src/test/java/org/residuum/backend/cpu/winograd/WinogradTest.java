package org.residuum.backend.cpu.winograd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Aᵀ [ (G g) ⊙ (Bᵀ d) ] is the correlation of d with g. */
class WinogradTest {
  private static final double UNIT_ROUNDOFF = 0x1p-53;

  @Test
  void sixProductsGiveFourOutputs() {
    SplittableRandom random = new SplittableRandom(19800101);
    for (int trial = 0; trial < 100; trial++) {
      double[] d = random.doubles(Winograd.INPUTS, -1, 1).toArray();
      double[] g = random.doubles(Winograd.TAPS, -1, 1).toArray();
      double[] y = filtered(d, g);
      for (int i = 0; i < Winograd.OUTPUTS; i++) {
        double exact = d[i] * g[0] + d[i + 1] * g[1] + d[i + 2] * g[2];
        assertEquals(exact, y[i], 1000 * UNIT_ROUNDOFF);
      }
    }
  }

  private static double[] filtered(double[] d, double[] g) {
    float[] bt = Winograd.inputTransform();
    float[] at = Winograd.outputTransform();
    double[] y = new double[Winograd.OUTPUTS];
    for (int p = 0; p < Winograd.INPUTS; p++) {
      double u = 0;
      for (int tap = 0; tap < Winograd.TAPS; tap++) {
        u += Winograd.filterTransform()[p][tap] * g[tap];
      }
      double v = 0;
      for (int i = 0; i < Winograd.INPUTS; i++) {
        v += bt[p * Winograd.INPUTS + i] * d[i];
      }
      for (int i = 0; i < Winograd.OUTPUTS; i++) {
        y[i] += at[i * Winograd.INPUTS + p] * u * v;
      }
    }
    return y;
  }

  /** Every coefficient is a multiple of 2⁻⁸ below 8, so that the cast to a float loses nothing. */
  @Test
  void coefficientsAreExact() {
    for (float[] matrix : List.of(Winograd.inputTransform(), Winograd.outputTransform())) {
      for (float coefficient : matrix) {
        assertEquals(Math.rint(coefficient * 256), coefficient * 256, 0);
        assertEquals(0, Math.max(0, Math.abs(coefficient) - 8), 0);
      }
    }
  }

  /** For extents and paddings of all kinds each output has its inputs in the tile's run. */
  @Test
  void runsCoverEveryTileOnce() {
    for (int extent = 1; extent < 20; extent++) {
      for (int before = 0; before < Winograd.TAPS; before++) {
        for (int after = 0; after < Winograd.TAPS; after++) {
          int outputs = extent + before + after - Winograd.TAPS + 1;
          if (outputs > 0) {
            check(new TiledAxis(extent, before, outputs));
          }
        }
      }
    }
  }

  private static void check(TiledAxis axis) {
    List<Integer> tiles = new ArrayList<>();
    for (TiledAxis.Run run : axis.runs()) {
      for (int i = 0; i < run.count(); i++) {
        int tile = run.first() + i * run.step();
        tiles.add(tile);
        int first = axis.start(tile) + run.skipped();
        assertEquals(Math.max(0, axis.start(tile)), first, axis.toString());
        int end = Math.min(axis.extent(), axis.start(tile) + Winograd.INPUTS);
        assertEquals(end, first + run.inputs(), axis.toString());
      }
    }
    List<Integer> all = new ArrayList<>();
    for (int tile = 0; tile < axis.tiles(); tile++) {
      all.add(tile);
    }
    assertEquals(all, tiles, axis.toString());
  }
}
