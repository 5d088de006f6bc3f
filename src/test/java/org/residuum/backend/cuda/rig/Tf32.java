package org.residuum.backend.cuda.rig;

/**
 * How products come from fp32 to TF32's 10 bits behind the point. A kernel of cuBLAS may do either:
 * tensor cores ignore the bits that TF32 does not have, unless an instruction rounded before.
 */
enum Tf32 {
  /** To nearest, ties away from 0, as {@code cvt.rna.tf32.f32}. */
  ROUNDED(0x1000),
  /** Towards 0. */
  TRUNCATED(0);

  private static final int DROPPED = 0x1fff;

  private final int added;

  Tf32(int added) {
    this.added = added;
  }

  float of(float x) {
    if (Float.isNaN(x) || Float.isInfinite(x)) {
      return x;
    }
    return Float.intBitsToFloat(Float.floatToRawIntBits(x) + added & ~DROPPED);
  }
}
