package org.residuum.ptx;

/** Compiles instructions that concern several lanes of a warp. */
final class WarpOps {
  private WarpOps() {}

  static Op activeMask(Args a) {
    if (a.type() != PtxType.B32) {
      throw a.unsupported("the type must be b32");
    }
    int d = a.out(0) * Warp.LANES;
    return new Op(false) {
      @Override
      void run(Warp w, int mask) {
        for (int m = mask; m != 0; m &= m - 1) {
          w.r[d + Integer.numberOfTrailingZeros(m)] = mask & 0xffffffffL;
        }
      }
    };
  }

  /** {@code bar.warp.sync}. */
  static Op warpBarrier(Args a) {
    return new MemberOp(a.in(0, PtxType.B32)) {
      @Override
      void together(Warp w, int mask) {
        w.tick();
      }
    };
  }
}
