package org.residuum.ptx.count;

import java.util.Arrays;
import org.residuum.ptx.Warp;
import org.residuum.ptx.instruction.BarrierOp;
import org.residuum.ptx.instruction.BranchOp;
import org.residuum.ptx.instruction.ExitOp;
import org.residuum.ptx.instruction.Op;

/**
 * How long a block takes where its warps wait for nothing but their own operands and barriers.
 * Instructions between two branches start as soon as their operands are there, as if the assembler
 * had put them into the best order, in which a load does not pass a store unless it reads constant
 * memory; the next begin when all have started.
 */
final class CriticalPath {
  /**
   * Cycles from a load to its use, from device memory and from shared memory, as microbenchmarks of
   * recent architectures find them; of other instructions, and of those that pass a queue.
   */
  private static final int GLOBAL = 500;

  private static final int SHARED = 30;
  private static final int ARITHMETIC = 5;
  private static final int QUEUED = 20;

  /** One warp in the block. */
  private static final class State {
    private long begun;
    private long lastStart;
    private double slots;
    private long stored;
    private long[] ready = {};

    void endRun() {
      begun = Math.max(begun + (long) Math.ceil(slots), lastStart);
      slots = 0;
    }
  }

  private State[] warps = {};
  private double sum;

  /** What is known of an instruction of the kernel. */
  private record Timing(double slots, int latency, boolean loads, boolean stores, boolean passes) {}

  private Timing[] timings = {};

  void issue(Warp w, Op op) {
    State state = state(w);
    Timing timing = timing(op);
    long start = state.begun;
    int slots = w.kernel.slotCount();
    for (int slot : op.reads) {
      start = Math.max(start, state.ready[slot]);
    }
    if (op.guard >= 0) {
      start = Math.max(start, state.ready[slots + op.guard]);
    }
    if (timing.loads && !timing.passes) {
      start = Math.max(start, state.stored);
    }
    if (timing.stores) {
      state.stored = Math.max(state.stored, start);
    }
    for (int slot : op.writes) {
      state.ready[slot] = start + timing.latency;
    }
    state.lastStart = Math.max(state.lastStart, start);
    state.slots += timing.slots;
    if (op instanceof BranchOp || op instanceof ExitOp || op instanceof BarrierOp) {
      state.endRun();
    }
  }

  /** Lets the warps go on from a barrier together. */
  void meet(int[] lanes) {
    long latest = 0;
    for (int i = 0; i < lanes.length; i++) {
      if (lanes[i] != 0) {
        latest = Math.max(latest, warps[i].begun);
      }
    }
    for (int i = 0; i < lanes.length; i++) {
      if (lanes[i] != 0) {
        warps[i].begun = latest + QUEUED;
      }
    }
  }

  void blockEnds() {
    long longest = 0;
    for (State state : warps) {
      if (state != null) {
        state.endRun();
        longest = Math.max(longest, state.begun);
      }
    }
    sum += longest;
    Arrays.fill(warps, null);
  }

  /** The cycles of all blocks together, each by itself. */
  double cycles() {
    return sum;
  }

  private State state(Warp w) {
    if (w.number() >= warps.length) {
      warps = Arrays.copyOf(warps, w.block.launch.warps);
    }
    State state = warps[w.number()];
    if (state == null) {
      state = warps[w.number()] = new State();
      state.ready = new long[w.kernel.slotCount() + w.p.length];
    }
    return state;
  }

  private Timing timing(Op op) {
    if (op.index >= timings.length) {
      timings = Arrays.copyOf(timings, Math.max(64, 2 * op.index));
    }
    if (timings[op.index] == null) {
      timings[op.index] = timed(op);
    }
    return timings[op.index];
  }

  private static Timing timed(Op op) {
    double slots = Cost.of(op.source).getOrDefault(Pipe.ISSUE, 0.0);
    String name = op.source.name();
    boolean loads = name.equals("ld") || name.equals("atom");
    boolean stores = name.equals("st") || name.equals("atom") || name.equals("red");
    int latency =
        switch (Kind.of(op.source)) {
          case GLOBAL -> GLOBAL;
          case SHARED -> SHARED;
          case SHUFFLE, SPECIAL, CONVERSION -> QUEUED;
          case MOVE, PARAMETER -> 0;
          default -> ARITHMETIC;
        };
    return new Timing(
        slots,
        latency + (int) slots - (slots >= 1 ? 1 : 0),
        loads && Kind.of(op.source) != Kind.PARAMETER,
        stores,
        op.source.modifiers().contains("nc"));
  }
}
