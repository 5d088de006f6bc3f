package org.residuum.ptx.instruction;

import org.residuum.ptx.PtxFault;
import org.residuum.ptx.Warp;

/** {@code shfl.sync}: each lane reads a register of another lane. */
public final class ShuffleOp extends MemberOp {
  private final String mode;
  private final int d;
  private final int p;
  private final int a;
  private final int b;
  private final int c;

  ShuffleOp(String mode, int d, int p, int[] in, int members) {
    super(members);
    this.mode = mode;
    this.d = d * Warp.LANES;
    this.p = p;
    this.a = in[0] * Warp.LANES;
    this.b = in[1] * Warp.LANES;
    this.c = in[2] * Warp.LANES;
  }

  @Override
  public void together(Warp w, int mask) {
    long[] results = new long[Warp.LANES];
    int inside = 0;
    for (int m = mask; m != 0; m &= m - 1) {
      int l = Integer.numberOfTrailingZeros(m);
      int j = source((int) w.r[b + l] & 31, (int) w.r[c + l], l);
      inside |= j >= 0 ? 1 << l : 0;
      int from = j >= 0 ? j : l;
      if ((mask >>> from & 1) == 0) {
        throw w.block.fault(
            PtxFault.Kind.WARP_SYNC,
            w,
            l,
            this,
            "reads lane " + from + ", which does not take part");
      }
      results[l] = w.r[a + from];
    }
    for (int m = mask; m != 0; m &= m - 1) {
      int l = Integer.numberOfTrailingZeros(m);
      w.r[d + l] = results[l];
    }
    if (p >= 0) {
      w.p[p] = (w.p[p] & ~mask) | inside;
    }
  }

  /** The lane to read, or -1 where it is out of range, as the PTX ISA's pseudo code has it. */
  private int source(int distance, int clampAndSegment, int lane) {
    int segment = clampAndSegment >>> 8 & 31;
    int clamp = clampAndSegment & 31;
    int last = (lane & segment) | (clamp & ~segment);
    int first = lane & segment;
    int j =
        switch (mode) {
          case "up" -> lane - distance;
          case "down" -> lane + distance;
          case "bfly" -> lane ^ distance;
          default -> first | (distance & ~segment);
        };
    boolean inside = mode.equals("up") ? j >= last : j <= last;
    return inside ? j : -1;
  }
}
