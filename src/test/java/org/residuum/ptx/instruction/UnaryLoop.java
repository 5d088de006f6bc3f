package org.residuum.ptx.instruction;

import org.residuum.ptx.Warp;

/** Applies a function of one operand to each active lane; copied per function by {@link Loops}. */
final class UnaryLoop extends Op {
  private final int d;
  private final int a;
  private final Lane.F1 f;

  /** Left and then right shift that sign-extends the operands; 0 for none. */
  private final int shift;

  /** The bits of the result that are kept. */
  private final long keep;

  UnaryLoop(int[] slots, Lane.F1 f, int shift, long keep) {
    super(false);
    d = slots[0] * Warp.LANES;
    a = slots[1] * Warp.LANES;
    this.f = f;
    this.shift = shift;
    this.keep = keep;
  }

  @Override
  public void run(Warp w, int mask) {
    long[] r = w.r;
    if (mask == -1) {
      for (int l = 0; l < Warp.LANES; l++) {
        r[d + l] = f.of(r[a + l] << shift >> shift) & keep;
      }
    } else {
      for (int m = mask; m != 0; m &= m - 1) {
        int l = Integer.numberOfTrailingZeros(m);
        r[d + l] = f.of(r[a + l] << shift >> shift) & keep;
      }
    }
  }
}
