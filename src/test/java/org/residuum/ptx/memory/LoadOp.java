package org.residuum.ptx.memory;

import org.residuum.ptx.Warp;
import org.residuum.ptx.instruction.Op;
import org.residuum.ptx.parse.PtxType;

/** {@code ld} of a scalar or vector. */
final class LoadOp extends Op {
  private final Space space;
  private final int address;
  private final long offset;
  private final int[] targets;
  private final PtxType type;
  private final long[] keep;
  private final Strength strong;

  /**
   * @param targets slots of the elements
   * @param keep for each the bits its register has
   */
  LoadOp(
      Space space,
      int address,
      long offset,
      int[] targets,
      PtxType type,
      long[] keep,
      Strength strong) {
    super(false);
    this.space = space;
    this.address = address * Warp.LANES;
    this.offset = offset;
    this.targets = targets;
    this.type = type;
    this.keep = keep;
    this.strong = strong;
  }

  @Override
  public void run(Warp w, int mask) {
    long[] r = w.r;
    int size = type.bytes;
    int bytes = size * targets.length;
    if (w.block.counters != null) {
      w.block.counters.access(w, mask, space, address / Warp.LANES, offset, bytes, false);
    }
    for (int m = mask; m != 0; m &= m - 1) {
      int l = Integer.numberOfTrailingZeros(m);
      Cell cell = Access.locate(w, this, l, space, r[address + l] + offset, bytes);
      Access.read(w, this, l, cell, bytes, strong.flags());
      for (int i = 0; i < targets.length; i++) {
        r[targets[i] * Warp.LANES + l] = type.extend(cell.load(i * size, size)) & keep[i];
      }
      if (strong.isStrong()) {
        strong.after(w, l, cell, true, false);
      }
    }
  }
}
