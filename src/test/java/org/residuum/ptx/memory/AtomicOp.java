package org.residuum.ptx.memory;

import org.residuum.ptx.Warp;
import org.residuum.ptx.instruction.Lane;
import org.residuum.ptx.instruction.Op;
import org.residuum.ptx.parse.PtxType;

/** A read-modify-write, lane after lane. */
final class AtomicOp extends Op {
  private final MemoryOps.Place place;
  private final PtxType type;
  private final int target;
  private final int operand;
  private final int swap;
  private final boolean compares;
  private final Lane.F3 f;
  private final Strength strong;

  /**
   * @param slots of the old value, or -1, of the operand, and of the new value of a
   *     compare-and-swap, else -1
   */
  AtomicOp(MemoryOps.Place place, PtxType type, int[] slots, Lane.F3 f, Strength strong) {
    super(false);
    this.place = place;
    this.type = type;
    this.target = slots[0];
    this.operand = slots[1] * Warp.LANES;
    this.compares = slots[2] >= 0;
    this.swap = slots[compares ? 2 : 1] * Warp.LANES;
    this.f = f;
    this.strong = strong;
  }

  @Override
  public void run(Warp w, int mask) {
    if (w.block.counters != null) {
      w.block.counters.access(
          w, mask, place.space(), place.slot(), place.offset(), type.bytes, true);
    }
    for (int m = mask; m != 0; m &= m - 1) {
      int l = Integer.numberOfTrailingZeros(m);
      long address = w.r[place.slot() * Warp.LANES + l] + place.offset();
      synchronized (w.block.launch) {
        lane(w, l, Access.locate(w, this, l, place.space(), address, type.bytes));
      }
    }
  }

  private void lane(Warp w, int l, Cell cell) {
    strong.before(w, l);
    Access.read(w, this, l, cell, type.bytes, strong.flags());
    Access.write(w, this, l, cell, type.bytes, strong.flags());
    long old = cell.load(0, type.bytes);
    long value = type.extend(w.r[operand + l]);
    long result = f.of(type.extend(old), value, type.extend(w.r[swap + l]));
    cell.store(0, type.bytes, result);
    if (target >= 0) {
      w.r[target * Warp.LANES + l] = old;
    }
    // One that finds another value than it compares with writes nothing, so releases nothing.
    boolean writes = !compares || type.extend(old) == value;
    strong.after(w, l, cell, true, writes);
  }
}
