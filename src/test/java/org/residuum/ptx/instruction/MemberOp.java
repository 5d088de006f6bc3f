package org.residuum.ptx.instruction;

import org.residuum.ptx.Warp;

/** An instruction that the lanes named by its member mask execute together. */
public abstract class MemberOp extends Op {
  private final int members;

  /**
   * @param members slot of the member mask
   */
  public MemberOp(int members) {
    super(true);
    this.members = members;
  }

  @Override
  public final void run(Warp w, int mask) {
    throw new AssertionError(source.text());
  }

  @Override
  public final int step(Warp w, int group, int mask, int pc) {
    if (mask == 0) {
      return pc + 1;
    }
    int ready = w.gather(this, mask, pc, members);
    w.park((group & ~mask) | ready, pc + 1);
    for (int left = ready; left != 0; ) {
      int mine = (int) w.r[members * Warp.LANES + Warp.firstLane(left)] & left;
      together(w, mine);
      left &= ~mine;
    }
    return ready == group ? pc + 1 : -1;
  }

  /** Executes lanes that have all named each other. */
  public abstract void together(Warp w, int mask);
}
