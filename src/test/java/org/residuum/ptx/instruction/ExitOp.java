package org.residuum.ptx.instruction;

import org.residuum.ptx.Warp;

/** {@code exit}, and {@code ret} in an entry. */
public final class ExitOp extends Op {
  ExitOp() {
    super(true);
  }

  @Override
  public void run(Warp w, int mask) {
    throw new AssertionError(source.text());
  }

  @Override
  public int step(Warp w, int group, int mask, int pc) {
    w.live &= ~mask;
    w.park(group & ~mask, pc + 1);
    return -1;
  }
}
