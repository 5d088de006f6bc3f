package org.residuum.ptx;

import org.residuum.ptx.instruction.Op;

/** Reads a clock; each warp instruction takes one cycle. */
public final class Clocks extends Op {
  private final String name;
  private final int target;

  public Clocks(String name, int target) {
    super(false);
    this.name = name;
    this.target = target;
  }

  public static boolean isClock(String name) {
    return name.startsWith("%clock") || name.startsWith("%globaltimer");
  }

  @Override
  public void run(Warp w, int mask) {
    long cycles = name.startsWith("%globaltimer") ? System.nanoTime() : w.cycles();
    long value = name.endsWith("_hi") ? cycles >>> 32 : cycles;
    boolean wide = name.equals("%clock64") || name.equals("%globaltimer");
    for (int m = mask; m != 0; m &= m - 1) {
      w.r[target * Warp.LANES + Integer.numberOfTrailingZeros(m)] =
          wide ? value : value & 0xffffffffL;
    }
  }
}
