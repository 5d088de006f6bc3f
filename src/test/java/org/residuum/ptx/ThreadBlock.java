package org.residuum.ptx;

import org.residuum.ptx.count.Counters;
import org.residuum.ptx.instruction.Op;
import org.residuum.ptx.memory.Allocation;
import org.residuum.ptx.memory.Races;
import org.residuum.ptx.order.Published;

/**
 * One block in execution: its warps, shared memory and barriers. Reused for one block after
 * another.
 */
public final class ThreadBlock {
  public final Launch launch;
  final Warp[] warps;
  public final byte[] shared;
  public final byte[] sharedShadow;
  public final Races sharedRaces;

  /** What strong writes left to this block and, at index 1, to the device. */
  public final Published[] published;

  public final Barriers barriers = new Barriers(this);

  /** Thread instructions executed at each program counter. */
  final long[] counts;

  /** The last allocation that each instruction touched. */
  public final Allocation[] touched;

  /** Null in a launch that nobody counts. */
  public final Counters counters;

  public long linear;

  /** How often all threads of the block have met at a barrier. */
  public long fullBarriers;

  private final int[] position = new int[3];

  ThreadBlock(Launch launch) {
    this.launch = launch;
    published = new Published[] {new Published(), launch.published};
    counters = launch.options.counters();
    Kernel kernel = launch.kernel;
    shared = new byte[launch.sharedBytes];
    sharedShadow = new byte[launch.sharedBytes];
    sharedRaces = new Races(launch.sharedBytes, kernel.sharedGranule, 0, false);
    counts = new long[kernel.ops.length];
    touched = new Allocation[kernel.ops.length];
    warps = new Warp[launch.warps];
    for (int i = 0; i < warps.length; i++) {
      warps[i] = new Warp(this, i);
    }
  }

  void run(long number) {
    linear = number;
    fullBarriers = 0;
    launch.position(number, position);
    System.arraycopy(launch.sharedShadow, 0, sharedShadow, 0, sharedShadow.length);
    barriers.clear();
    published[0].clear();
    for (Warp warp : warps) {
      int lanes = Math.min(Warp.LANES, launch.threads - warp.number * Warp.LANES);
      warp.start(lanes == Warp.LANES ? -1 : (1 << lanes) - 1);
      launch.kernel.setBlock(warp, position);
    }
    while (progress()) {
      barriers.release();
    }
    barriers.checkDone();
    if (counters != null) {
      counters.blockEnds();
    }
  }

  private boolean progress() {
    boolean progress = false;
    for (Warp warp : warps) {
      if (warp.runnable()) {
        progress = true;
        warp.run();
      }
    }
    return progress;
  }

  public String threadName(int thread) {
    Dim3 block = launch.block;
    return String.format(
        "(%d,%d,%d)",
        thread % block.x(), thread / block.x() % block.y(), thread / block.x() / block.y());
  }

  public PtxFault fault(PtxFault.Kind kind, Warp warp, int lane, Op op, String what) {
    return new PtxFault(
        kind,
        String.format(
            "kernel %s, PTX line %d '%s': block (%d,%d,%d) thread %s: %s",
            launch.kernel.name,
            op.source.line(),
            op.source.text(),
            position[0],
            position[1],
            position[2],
            threadName(warp.number * Warp.LANES + lane),
            what));
  }
}
