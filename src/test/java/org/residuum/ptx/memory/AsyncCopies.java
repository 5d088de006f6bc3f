package org.residuum.ptx.memory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.residuum.ptx.Warp;
import org.residuum.ptx.instruction.Op;

/**
 * The {@code cp.async} copies of a warp that nobody has waited for: their bytes land when they are
 * waited for.
 */
public final class AsyncCopies {
  private final Warp warp;
  private final Deque<Copy> copies = new ArrayDeque<>();
  private final int[] committed = new int[Warp.LANES];

  private static final class Copy {
    final Op op;
    final int lane;
    final int group;
    final int target;
    final byte[] bytes;

    Copy(Op op, int lane, int group, int target, byte[] bytes) {
      this.op = op;
      this.lane = lane;
      this.group = group;
      this.target = target;
      this.bytes = bytes;
    }
  }

  public AsyncCopies(Warp warp) {
    this.warp = warp;
  }

  public void clear() {
    copies.clear();
    java.util.Arrays.fill(committed, 0);
  }

  void add(Op op, int lane, int target, byte[] bytes) {
    copies.add(new Copy(op, lane, committed[lane], target, bytes));
  }

  void commit(int mask) {
    for (int m = mask; m != 0; m &= m - 1) {
      committed[Integer.numberOfTrailingZeros(m)]++;
    }
  }

  /**
   * Lets the copies land, for the lanes in {@code mask}, of all but the newest {@code pending}
   * groups.
   */
  void await(int mask, int pending) {
    await(mask, pending, false);
  }

  /** Lets all copies land, committed or not. */
  void awaitAll(int mask) {
    await(mask, 0, true);
  }

  private void await(int mask, int pending, boolean all) {
    for (Iterator<Copy> i = copies.iterator(); i.hasNext(); ) {
      Copy copy = i.next();
      boolean done = all || copy.group < committed[copy.lane] - pending;
      if ((mask >>> copy.lane & 1) != 0 && done) {
        SharedAccess.land(warp, copy.op, copy.lane, copy.target, copy.bytes);
        i.remove();
      }
    }
  }
}
