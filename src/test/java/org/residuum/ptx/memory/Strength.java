package org.residuum.ptx.memory;

import org.residuum.ptx.ThreadBlock;
import org.residuum.ptx.Warp;
import org.residuum.ptx.order.Published;
import org.residuum.ptx.order.Scope;

/**
 * How strong an access is. Strong ones (volatile, relaxed and above, atomics) do not race with each
 * other where both scopes reach, and carry what fences release.
 *
 * @param isStrong whether the rest counts
 * @param acquires whether a read acts as if a fence came after it
 * @param releases whether a write acts as if a fence came before it
 */
record Strength(boolean isStrong, Scope scope, boolean acquires, boolean releases) {
  static final Strength WEAK = new Strength(false, Scope.BLOCK, false, false);

  static Strength of(String order, Scope scope) {
    boolean both = order.equals("acq_rel");
    return new Strength(
        true, scope, both || order.equals("acquire"), both || order.equals("release"));
  }

  /** As {@link Races} has it. */
  long flags() {
    return isStrong ? Races.STRONG | (scope == Scope.DEVICE ? Races.DEVICE : 0) : 0;
  }

  private boolean counts(Warp w) {
    return isStrong && w.block.launch.options.globalRaces();
  }

  /** To be called before a write. */
  void before(Warp w, int lane) {
    if (releases && counts(w)) {
      w.order().release(1 << lane, scope);
    }
  }

  /** To be called once the bytes that the cell points at are read or written, or both. */
  void after(Warp w, int lane, Cell cell, boolean reads, boolean writes) {
    if (!counts(w)) {
      return;
    }
    boolean global = cell.allocation != null;
    Published[] published = w.block.published;
    long location = location(w.block, cell);
    Scope reach = global ? scope : Scope.BLOCK;
    synchronized (w.block.launch) {
      if (writes) {
        w.order().write(lane, published, location, reach, reads);
      }
      if (reads) {
        w.order().read(lane, published, location, reach);
      }
    }
    if (reads && acquires) {
      w.order().acquire(1 << lane, reach);
    }
  }

  static long location(ThreadBlock block, Cell cell) {
    return cell.allocation != null ? cell.address : Space.SHARED.window() + cell.index;
  }
}
