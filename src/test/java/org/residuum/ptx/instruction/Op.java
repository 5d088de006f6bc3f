package org.residuum.ptx.instruction;

import org.residuum.ptx.Warp;
import org.residuum.ptx.parse.Instruction;

/** A decoded instruction, executed for the active lanes of one warp at a time; holds no state. */
public abstract class Op {
  public Instruction source;

  /** Predicate that guards the lanes, or -1. */
  public int guard = -1;

  public boolean guardNegated;

  /** Register slots read and written, for the check against unwritten registers. */
  public int[] reads = {};

  public int[] writes = {};

  /** Its place in the kernel. */
  public int index;

  /** Whether {@link #step} decides what comes next. */
  public final boolean control;

  public Op(boolean control) {
    this.control = control;
  }

  /** Executes the lanes in {@code mask}. */
  public abstract void run(Warp w, int mask);

  /**
   * Executes a control instruction at {@code pc}; {@code group} are the lanes that stand here,
   * {@code mask} those of them whose guard holds. Returns the next pc for the whole group, or -1
   * after setting each lane's own.
   */
  public int step(Warp w, int group, int mask, int pc) {
    throw new AssertionError(source.text());
  }
}
