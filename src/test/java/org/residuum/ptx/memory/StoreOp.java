package org.residuum.ptx.memory;

import org.residuum.ptx.Warp;
import org.residuum.ptx.instruction.Op;

/** {@code st} of a scalar or vector. */
final class StoreOp extends Op {
  private final Space space;
  private final int address;
  private final long offset;
  private final int[] sources;
  private final int size;
  private final Strength strong;

  StoreOp(Space space, int address, long offset, int[] sources, int size, Strength strong) {
    super(false);
    this.space = space;
    this.address = address * Warp.LANES;
    this.offset = offset;
    this.sources = sources;
    this.size = size;
    this.strong = strong;
  }

  @Override
  public void run(Warp w, int mask) {
    long[] r = w.r;
    int bytes = size * sources.length;
    if (w.block.counters != null) {
      w.block.counters.access(w, mask, space, address / Warp.LANES, offset, bytes, true);
    }
    for (int m = mask; m != 0; m &= m - 1) {
      int l = Integer.numberOfTrailingZeros(m);
      Cell cell = Access.locate(w, this, l, space, r[address + l] + offset, bytes);
      strong.before(w, l);
      Access.write(w, this, l, cell, bytes, strong.flags());
      for (int i = 0; i < sources.length; i++) {
        cell.store(i * size, size, r[sources[i] * Warp.LANES + l]);
      }
      cell.mark(bytes, Cell.WRITTEN);
      if (strong.isStrong()) {
        strong.after(w, l, cell, false, true);
      }
    }
  }
}
