package org.residuum.backend.cuda.cases;

import org.residuum.backend.cuda.rig.Bf16;

/**
 * Values at which formulas change or break: NaN, infinities, zeros of both signs, the least normal
 * and a subnormal number, the largest, bounds of clips, one beyond them and a small one. bf16 holds
 * all of them exactly. Their number is prime, so that in an array that repeats them each comes to
 * lie at each lane of a vector and meets each of three kinds of channels.
 */
final class Specials {
  private static final float LARGEST = Bf16.value((short) 0x7f7f);
  private static final float[] VALUES = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    0f,
    -0f,
    Float.MIN_NORMAL,
    -Float.MIN_NORMAL,
    -0x1p-130f,
    LARGEST,
    -LARGEST,
    1f,
    -1f,
    -0.5f,
    3f,
    -3f,
    7f,
    0x1p-11f
  };

  /** How many elements hold every pair of them. */
  static final int PAIRS = VALUES.length * VALUES.length;

  private Specials() {}

  /** The values over and over. */
  static float[] cycle(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = VALUES[i % VALUES.length];
    }
    return values;
  }

  /** Writes the values over the first elements, again and again up to {@link #PAIRS}. */
  static float[] quick(float[] values) {
    for (int i = 0; i < Math.min(PAIRS, values.length); i++) {
      values[i] = VALUES[i % VALUES.length];
    }
    return values;
  }

  /** Writes the values over the first elements so that each meets each of {@link #quick}. */
  static float[] slow(float[] values) {
    for (int i = 0; i < Math.min(PAIRS, values.length); i++) {
      values[i] = VALUES[i / VALUES.length];
    }
    return values;
  }
}
