package org.residuum.ptx;

/** {@code exit}, and {@code ret} in an entry. */
final class ExitOp extends Op {
  ExitOp() {
    super(true);
  }

  @Override
  void run(Warp w, int mask) {
    throw new AssertionError(source.text());
  }

  @Override
  int step(Warp w, int group, int mask, int pc) {
    w.live &= ~mask;
    w.park(group & ~mask, pc + 1);
    return -1;
  }
}
