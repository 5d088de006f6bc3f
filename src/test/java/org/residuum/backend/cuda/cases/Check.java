package org.residuum.backend.cuda.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.IntToDoubleFunction;
import org.residuum.backend.cuda.rig.Bf16;
import org.residuum.network.ElementType;

/** Comparisons of what a kernel wrote with what plain Java says. */
final class Check {
  /** Half a unit in the last place of fp32, relative. */
  static final double UNIT = 0x1p-24;

  private Check() {}

  /** Equal values; NaN equals NaN. */
  static void exact(String what, float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < expected.length; i++) {
      if (expected[i] != actual[i] && !(Float.isNaN(expected[i]) && Float.isNaN(actual[i]))) {
        throw new AssertionError(
            what + "[" + i + "] is " + actual[i] + ", exactly " + expected[i] + " was expected");
      }
    }
  }

  /** The same bits, but for those of NaNs: -0 is not 0. */
  static void same(String what, float[] expected, float[] actual) {
    either(what, expected, expected, actual);
  }

  /** Each element has the bits of the one or of the other. */
  static void either(String what, float[] one, float[] other, float[] actual) {
    assertEquals(one.length, actual.length, what);
    for (int i = 0; i < one.length; i++) {
      int bits = Float.floatToIntBits(actual[i]);
      if (bits != Float.floatToIntBits(one[i]) && bits != Float.floatToIntBits(other[i])) {
        throw new AssertionError(
            what + "[" + i + "] is " + actual[i] + ", exactly " + one[i] + " was expected");
      }
    }
  }

  /**
   * Element i is the stored form of a number that differs from what is expected by at most {@code
   * roundings} rounding units of the magnitude of what was added up in fp32. A NaN must be one, and
   * what is out of range infinite.
   */
  static void close(
      String what,
      ElementType storage,
      IntToDoubleFunction expected,
      float[] actual,
      double roundings,
      IntToDoubleFunction magnitude) {
    for (int i = 0; i < actual.length; i++) {
      double e = expected.applyAsDouble(i);
      double room = roundings * UNIT * magnitude.applyAsDouble(i) + Float.MIN_NORMAL;
      double arithmetic = Double.isInfinite(e) ? 0 : room;
      float low = stored(e - arithmetic, storage);
      float high = stored(e + arithmetic, storage);
      boolean hit =
          Double.isNaN(e) ? Float.isNaN(actual[i]) : low <= actual[i] && actual[i] <= high;
      if (!hit) {
        double error = Math.abs(actual[i] - e);
        throw new AssertionError(
            String.format(
                "%s[%d] is %.9g, %.9g was expected: the error %.3g is %.2f of what arithmetic may"
                    + " cost",
                what, i, actual[i], e, error, error / arithmetic));
      }
    }
  }

  private static float stored(double x, ElementType storage) {
    return storage == ElementType.BF16 ? Bf16.round((float) x) : (float) x;
  }
}
