package org.residuum.ptx.number;

import java.util.Random;

/**
 * Operands that reach the corners of arithmetic, for tests; every use prints the seed that replays
 * it.
 */
public final class Samples {
  private final Random random;

  public Samples(String test) {
    long seed = Long.getLong("residuum.seed", System.nanoTime());
    System.out.println(test + ": -Dresiduum.seed=" + seed);
    random = new Random(seed);
  }

  public Random random() {
    return random;
  }

  long[] integers(int count, int bits) {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      long v =
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(7) - 3;
            case 1 -> (1L << random.nextInt(bits)) - random.nextInt(2);
            default -> random.nextLong();
          };
      values[i] = bits == 64 ? v : v & (1L << bits) - 1;
    }
    return values;
  }

  /** Single-precision bits: any, subnormal, near one, whole, special. */
  long[] singles(int count) {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      float v =
          switch (random.nextInt(8)) {
            case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 1 -> Float.intBitsToFloat(random.nextInt() & 0x80ffffff);
            case 2 -> 1 + random.nextInt(64) * 0x1p-23f;
            case 3 -> random.nextInt(4001) - 2000;
            case 4 -> (random.nextFloat() - 0.5f) * 8;
            default -> Float.intBitsToFloat(random.nextInt());
          };
      values[i] = Float.floatToRawIntBits(v) & 0xffffffffL;
    }
    return values;
  }

  long[] doubles(int count) {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      double v =
          switch (random.nextInt(6)) {
            case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 1 -> Double.longBitsToDouble(random.nextLong() & 0x801fffffffffffffL);
            case 2 -> random.nextGaussian();
            case 3 -> random.nextInt(2001) - 1000;
            default -> Double.longBitsToDouble(random.nextLong());
          };
      values[i] = Double.doubleToRawLongBits(v);
    }
    return values;
  }

  private static final float[] SPECIAL = {
    0f,
    -0f,
    1f,
    -1f,
    2f,
    0.5f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    -Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    Math.nextDown(Float.MIN_NORMAL),
    Math.nextUp(1f),
    0x1p-25f,
    -0x1p24f,
    0x1p31f,
    0x1p63f,
    -0x1p31f,
    65504f,
    65520f
  };
}
