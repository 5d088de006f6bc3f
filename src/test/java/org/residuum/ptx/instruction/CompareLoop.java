package org.residuum.ptx.instruction;

import org.residuum.ptx.Warp;
import org.residuum.ptx.parse.PredicateSource;

/** Compares two operands in each active lane and combines the outcome with a predicate. */
final class CompareLoop extends Op {
  private final int p;
  private final int q;
  private final int a;
  private final int b;
  private final Lane.Test test;
  private final int shift;
  private final PredicateSource other;
  private final String combine;

  /**
   * @param p predicate for the outcome, or -1
   * @param q predicate for the opposite outcome, or -1
   * @param combine and, or, xor, or null where there is no other predicate
   */
  CompareLoop(
      int p, int q, int[] slots, Lane.Test test, int shift, PredicateSource other, String combine) {
    super(false);
    this.p = p;
    this.q = q;
    this.a = slots[0] * Warp.LANES;
    this.b = slots[1] * Warp.LANES;
    this.test = test;
    this.shift = shift;
    this.other = other;
    this.combine = combine;
  }

  @Override
  public void run(Warp w, int mask) {
    int outcome = compare(w.r, mask);
    int opposite = ~outcome;
    if (combine != null) {
      int c = other.bits(w);
      outcome = combined(outcome, c);
      opposite = combined(opposite, c);
    }
    if (p >= 0) {
      w.p[p] = (w.p[p] & ~mask) | (outcome & mask);
    }
    if (q >= 0) {
      w.p[q] = (w.p[q] & ~mask) | (opposite & mask);
    }
  }

  private int compare(long[] r, int mask) {
    int outcome = 0;
    for (int m = mask; m != 0; m &= m - 1) {
      int l = Integer.numberOfTrailingZeros(m);
      if (test.of(r[a + l] << shift >> shift, r[b + l] << shift >> shift)) {
        outcome |= 1 << l;
      }
    }
    return outcome;
  }

  private int combined(int outcome, int c) {
    return switch (combine) {
      case "and" -> outcome & c;
      case "or" -> outcome | c;
      default -> outcome ^ c;
    };
  }
}
