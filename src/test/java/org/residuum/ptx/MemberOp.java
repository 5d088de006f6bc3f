package org.residuum.ptx;

/** An instruction that the lanes named by its member mask execute together. */
abstract class MemberOp extends Op {
  private final int members;

  /**
   * @param members slot of the member mask
   */
  MemberOp(int members) {
    super(true);
    this.members = members;
  }

  @Override
  final void run(Warp w, int mask) {
    throw new AssertionError(source.text());
  }

  @Override
  final int step(Warp w, int group, int mask, int pc) {
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
  abstract void together(Warp w, int mask);
}
