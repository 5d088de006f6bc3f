package org.residuum.ptx.instruction;

import org.residuum.ptx.Warp;
import org.residuum.ptx.parse.PredicateSource;

/** {@code bar} and {@code barrier}: {@code sync}, {@code arrive} and {@code red}. */
public final class BarrierOp extends Op {
  private final int id;
  private final int count;
  private final boolean sleeps;
  private final String reduction;
  private final int target;
  private final PredicateSource vote;

  /**
   * @param id slot of the barrier's number
   * @param count slot of the number of threads, or -1 for all
   * @param reduction popc, and, or; null for none
   * @param target slot (popc) or predicate (and, or) of the result
   */
  BarrierOp(int id, int count, boolean sleeps, String reduction, int target, PredicateSource vote) {
    super(true);
    this.id = id;
    this.count = count;
    this.sleeps = sleeps;
    this.reduction = reduction;
    this.target = target;
    this.vote = vote;
  }

  @Override
  public void run(Warp w, int mask) {
    throw new AssertionError(source.text());
  }

  @Override
  public int step(Warp w, int group, int mask, int pc) {
    if (mask == 0) {
      return pc + 1;
    }
    w.park(group, pc + 1);
    int lane = Warp.firstLane(mask);
    int number = (int) w.r[id * Warp.LANES + lane];
    int expected = count < 0 ? 0 : (int) w.r[count * Warp.LANES + lane];
    int votes = vote == null ? 0 : vote.bits(w) & mask;
    w.block.barriers.arrive(this, w, mask, number, expected, sleeps, votes);
    return -1;
  }

  /** Hands the result of the reduction to the lanes that waited. */
  public void finish(Warp w, int lanes, int votes, int arrived) {
    if (reduction == null) {
      return;
    }
    if (reduction.equals("popc")) {
      for (int m = lanes; m != 0; m &= m - 1) {
        w.r[target * Warp.LANES + Integer.numberOfTrailingZeros(m)] = votes;
      }
    } else {
      boolean holds = reduction.equals("and") ? votes == arrived : votes > 0;
      w.p[target] = (w.p[target] & ~lanes) | (holds ? lanes : 0);
    }
  }
}
