package org.residuum.ptx.instruction;

import java.util.List;
import java.util.Map;
import org.residuum.ptx.PtxFault;
import org.residuum.ptx.Warp;

/** {@code bra}, {@code brx.idx} and the return from an inlined function. */
public final class BranchOp extends Op {
  private final List<String> labels;
  private final int choiceSlot;
  private int[] targets;

  /**
   * @param labels where to go
   * @param indexSlot the slot that chooses the label, or -1 where there is only one
   */
  BranchOp(List<String> labels, int indexSlot) {
    super(true);
    this.labels = labels;
    choiceSlot = indexSlot;
  }

  public void link(Map<String, Integer> places) {
    targets = new int[labels.size()];
    for (int i = 0; i < targets.length; i++) {
      Integer place = places.get(labels.get(i));
      if (place == null) {
        throw source.unsupported("there is no label " + labels.get(i));
      }
      targets[i] = place;
    }
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
    if (choiceSlot < 0 && mask == group) {
      return targets[0];
    }
    w.park(group, pc + 1);
    for (int m = mask; m != 0; m &= m - 1) {
      int l = Integer.numberOfTrailingZeros(m);
      w.pc[l] = targets[choiceSlot < 0 ? 0 : choice(w, l)];
    }
    return -1;
  }

  private int choice(Warp w, int lane) {
    long choice = w.r[choiceSlot * Warp.LANES + lane];
    if (choice >= targets.length) {
      throw w.block.fault(
          PtxFault.Kind.OUT_OF_BOUNDS, w, lane, this, "branch " + choice + " of " + targets.length);
    }
    return (int) choice;
  }
}
