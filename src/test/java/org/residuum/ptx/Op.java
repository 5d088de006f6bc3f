package org.residuum.ptx;

/** A decoded instruction, executed for the active lanes of one warp at a time; holds no state. */
abstract class Op {
  Instruction source;

  /** Predicate that guards the lanes, or -1. */
  int guard = -1;

  boolean guardNegated;

  /** Register slots read and written, for the check against unwritten registers. */
  int[] reads = {};

  int[] writes = {};

  /** Its place in the kernel. */
  int index;

  /** Whether {@link #step} decides what comes next. */
  final boolean control;

  Op(boolean control) {
    this.control = control;
  }

  /** Executes the lanes in {@code mask}. */
  abstract void run(Warp w, int mask);

  /**
   * Executes a control instruction at {@code pc}; {@code group} are the lanes that stand here,
   * {@code mask} those of them whose guard holds. Returns the next pc for the whole group, or -1
   * after setting each lane's own.
   */
  int step(Warp w, int group, int mask, int pc) {
    throw new AssertionError(source.text());
  }
}
