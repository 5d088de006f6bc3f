package org.residuum.ptx;

import org.residuum.ptx.instruction.BarrierOp;
import org.residuum.ptx.instruction.Op;
import org.residuum.ptx.order.WarpOrder;

/** The sixteen barriers of a block. */
public final class Barriers {
  private static final int COUNT = 16;

  private final ThreadBlock block;
  private final State[] states = new State[COUNT];

  /** Who has arrived at one barrier. */
  private static final class State {
    int arrived;
    int expected;
    int[] lanes;
    int[] sleepers;
    BarrierOp op;
    int votes;
  }

  Barriers(ThreadBlock block) {
    this.block = block;
  }

  void clear() {
    java.util.Arrays.fill(states, null);
  }

  /**
   * Notes that lanes arrive.
   *
   * @param expected how many threads must meet; 0 for the whole block
   * @param sleep whether the lanes wait for the others
   * @param votes the lanes whose predicate holds, for a reduction
   */
  public void arrive(
      BarrierOp op, Warp warp, int lanes, int id, int expected, boolean sleep, int votes) {
    if (id < 0 || id >= COUNT) {
      throw fault(op, warp, lanes, "barrier " + id + " does not exist: they are 0 to 15");
    }
    State state = states[id];
    if (state == null) {
      state = states[id] = new State();
      state.lanes = new int[block.warps.length];
      state.sleepers = new int[block.warps.length];
      state.expected = expected;
      state.op = op;
    }
    check(state, op, warp, lanes, expected);
    state.arrived += Integer.bitCount(lanes);
    state.votes += Integer.bitCount(votes);
    state.lanes[warp.number] |= lanes;
    if (sleep) {
      state.sleepers[warp.number] |= lanes;
      warp.atBarrier |= lanes;
    }
  }

  private void check(State state, BarrierOp op, Warp warp, int lanes, int expected) {
    if (state.expected != expected) {
      throw fault(
          op,
          warp,
          lanes,
          "threads disagree on how many the barrier waits for: "
              + state.expected
              + " and "
              + expected);
    }
    if (expected == 0 && state.op != op) {
      throw fault(
          op,
          warp,
          lanes,
          "threads of the block wait at different barriers: others at line "
              + state.op.source.line()
              + " '"
              + state.op.source.text()
              + "'");
    }
  }

  private PtxFault fault(BarrierOp op, Warp warp, int lanes, String what) {
    return block.fault(PtxFault.Kind.BARRIER, warp, Warp.firstLane(lanes), op, what);
  }

  /** Opens each barrier at which everybody has arrived. */
  void release() {
    for (int id = 0; id < COUNT; id++) {
      State state = states[id];
      if (state != null && state.arrived >= needed(state)) {
        states[id] = null;
        open(state);
      }
    }
  }

  private int needed(State state) {
    if (state.expected > 0) {
      return state.expected;
    }
    int needed = block.launch.threads;
    if (block.launch.options.exitedThreadsPassBarriers()) {
      for (Warp warp : block.warps) {
        needed -= Integer.bitCount(warp.born & ~warp.live);
      }
    }
    return needed;
  }

  private void open(State state) {
    int[] joined = new int[block.warps.length];
    for (Warp warp : block.warps) {
      if (state.lanes[warp.number] != 0) {
        warp.tick();
        for (int i = 0; i < joined.length; i++) {
          joined[i] = Math.max(joined[i], warp.known[i]);
        }
      }
    }
    WarpOrder.meet(block.warps, state.lanes);
    if (block.counters != null) {
      block.counters.meet(state.lanes);
    }
    block.fullBarriers += state.expected == 0 || state.expected == block.launch.threads ? 1 : 0;
    for (Warp warp : block.warps) {
      if (state.sleepers[warp.number] != 0) {
        System.arraycopy(joined, 0, warp.known, 0, joined.length);
        warp.atBarrier &= ~state.sleepers[warp.number];
        state.op.finish(warp, state.sleepers[warp.number], state.votes, state.arrived);
      }
    }
  }

  /** After nothing can go on any more: each thread must have exited. */
  void checkDone() {
    for (Warp warp : block.warps) {
      if (warp.live != 0) {
        throw stuck(warp);
      }
    }
  }

  private PtxFault stuck(Warp warp) {
    if ((warp.live & warp.waiting) != 0) {
      int lane = Warp.firstLane(warp.live & warp.waiting);
      return block.fault(
          PtxFault.Kind.WARP_SYNC,
          warp,
          lane,
          warp.kernel.ops[warp.pc[lane]],
          "not every lane that the member mask names gets here; " + elsewhere(warp, lane));
    }
    int lane = Warp.firstLane(warp.live);
    Op op = warp.kernel.ops[warp.pc[lane] - 1];
    return block.fault(
        PtxFault.Kind.BARRIER,
        warp,
        lane,
        op,
        "the barrier is not reached by all threads; " + elsewhere(warp, lane));
  }

  /** Names a thread that is not where this one waits. */
  private String elsewhere(Warp waiter, int waitingLane) {
    for (Warp warp : block.warps) {
      for (int l = 0; l < Warp.LANES; l++) {
        boolean exists = (warp.born >>> l & 1) != 0;
        boolean exited = (warp.live >>> l & 1) == 0;
        if (exists && (exited || warp.pc[l] != waiter.pc[waitingLane])) {
          String name = "thread " + block.threadName(warp.number * Warp.LANES + l);
          return exited ? name + " has exited" : name + " waits at another place";
        }
      }
    }
    return "more threads are expected than the block has";
  }
}
