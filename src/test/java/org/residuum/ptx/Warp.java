package org.residuum.ptx;

import org.residuum.ptx.count.Counters;
import org.residuum.ptx.instruction.Op;
import org.residuum.ptx.memory.AsyncCopies;
import org.residuum.ptx.memory.Cell;
import org.residuum.ptx.memory.Races;
import org.residuum.ptx.order.WarpOrder;

/**
 * Thirty-two lanes with their registers and a program counter each. The lanes that stand at the
 * lowest program counter run together until they part or reach others, so that paths meet again
 * where nvcc lays out the join; correctness does not depend on it, because instructions with a
 * member mask wait for their members.
 */
public final class Warp {
  public static final int LANES = 32;
  private static final int SLICE = 1 << 14;

  public final ThreadBlock block;
  final int number;
  public final Kernel kernel;

  /** Registers, slot-major: lane l of slot s is at 32 s + l. Narrow values are zero-extended. */
  public final long[] r;

  /** Predicate registers, a bit a lane. */
  public final int[] p;

  /** For each slot and then each predicate: the lanes in which it was written. */
  final int[] written;

  public final int[] pc = new int[LANES];
  public final Cell cell = new Cell();
  public final AsyncCopies async = new AsyncCopies(this);

  /** The clocks of the warps of the block as far as this warp is ordered after them. */
  public final int[] known;

  int clock;

  /** What it knows beyond that; null where no fence and no strong access came yet. */
  public WarpOrder order;

  /** Block, warp and clock, as {@link Races} packs them. */
  public long stamp;

  /** Lanes that exist, and those that have not exited. */
  int born;

  public int live;

  /** Lanes that wait at a barrier of the block, or for other members of a warp instruction. */
  int atBarrier;

  int waiting;

  public byte[][] local = new byte[LANES][];
  public byte[][] localShadow = new byte[LANES][];
  private long fuel;

  Warp(ThreadBlock block, int number) {
    this.block = block;
    this.number = number;
    this.kernel = block.launch.kernel;
    r = new long[kernel.slots * LANES];
    p = new int[kernel.predicates];
    written = new int[kernel.slots + kernel.predicates];
    known = new int[block.launch.warps];
    kernel.preload(this);
  }

  void start(int lanes) {
    born = lanes;
    live = lanes;
    atBarrier = 0;
    waiting = 0;
    order = null;
    java.util.Arrays.fill(pc, 0);
    java.util.Arrays.fill(known, 0);
    clock = 1;
    restamp();
    System.arraycopy(kernel.initiallyWritten, 0, written, 0, written.length);
    fuel = block.launch.options.instructionBudget();
    async.clear();
    for (int l = 0; l < LANES && kernel.localBytes > 0; l++) {
      if (local[l] == null) {
        local[l] = new byte[kernel.localBytes];
        localShadow[l] = new byte[kernel.localBytes];
      }
      System.arraycopy(kernel.localShadow, 0, localShadow[l], 0, kernel.localBytes);
    }
  }

  /** Ends the interval in which accesses of different lanes are unordered. */
  public void tick() {
    known[number] = clock++;
    restamp();
  }

  /**
   * Divides accesses before from those after, and orders nothing; gives the clock of the former.
   */
  public int cut() {
    int before = clock++;
    restamp();
    return before;
  }

  /** {@link #order}, which begins here at the latest. */
  public WarpOrder order() {
    if (order == null) {
      order = new WarpOrder(this);
    }
    return order;
  }

  public int number() {
    return number;
  }

  /** The number of its block, as records of accesses have it. */
  public long blockNumber() {
    return block.linear & 0xffffffL;
  }

  private void restamp() {
    stamp =
        blockNumber() << Races.BLOCK
            | (long) number << Races.WARP
            | (clock & Races.CLOCK_MASK) << Races.CLOCK;
  }

  /** Instructions that the warp executed in this block. */
  long cycles() {
    return block.launch.options.instructionBudget() - fuel;
  }

  boolean runnable() {
    return (live & ~atBarrier & ~waiting) != 0;
  }

  /** Runs until no lane can go on, or for a slice. */
  void run() {
    boolean lowest = true;
    for (int turns = 0; turns < 64 && runnable(); turns++) {
      lowest = !turn(lowest) || !lowest;
    }
  }

  /** Runs one group of lanes; returns whether it used up its slice. */
  private boolean turn(boolean lowest) {
    int candidates = live & ~atBarrier & ~waiting;
    int at = lowest ? Integer.MAX_VALUE : -1;
    for (int m = candidates; m != 0; m &= m - 1) {
      int lanePc = pc[Integer.numberOfTrailingZeros(m)];
      at = lowest ? Math.min(at, lanePc) : Math.max(at, lanePc);
    }
    int group = 0;
    int limit = Integer.MAX_VALUE;
    for (int m = candidates; m != 0; m &= m - 1) {
      int l = Integer.numberOfTrailingZeros(m);
      if (pc[l] == at) {
        group |= 1 << l;
      } else if (lowest) {
        limit = Math.min(limit, pc[l]);
      }
    }
    return run(group, at, limit);
  }

  private boolean run(int group, int start, int limit) {
    Op[] ops = kernel.ops;
    long[] counts = block.counts;
    boolean checked = block.launch.options.uninitialisedRegisters();
    Counters counters = block.counters;
    int at = start;
    int left = SLICE;
    while (at >= 0 && at < limit && left-- > 0) {
      Op op = ops[at];
      int mask = group;
      if (op.guard >= 0) {
        int bits = p[op.guard];
        mask &= op.guardNegated ? ~bits : bits;
      }
      counts[at] += Integer.bitCount(mask);
      if (counters != null) {
        counters.issue(this, op, mask);
      }
      if (--fuel < 0) {
        throw block.fault(
            PtxFault.Kind.ENDLESS_LOOP,
            this,
            firstLane(group),
            op,
            "the warp executed "
                + block.launch.options.instructionBudget()
                + " instructions, the budget of the launch");
      }
      if (checked) {
        checkRegisters(op, mask, group);
      }
      if (op.control) {
        at = op.step(this, group, mask, at);
        if (at < 0) {
          return false;
        }
      } else {
        if (mask != 0) {
          op.run(this, mask);
        }
        at++;
      }
    }
    park(group, at);
    return left < 0;
  }

  private void checkRegisters(Op op, int mask, int group) {
    if (op.guard >= 0) {
      int lanes = group & ~written[kernel.slots + op.guard];
      if (lanes != 0) {
        throw unwritten(op, lanes);
      }
    }
    for (int slot : op.reads) {
      int lanes = mask & ~written[slot];
      if (lanes != 0) {
        throw unwritten(op, lanes);
      }
    }
    for (int slot : op.writes) {
      written[slot] |= mask;
    }
  }

  private PtxFault unwritten(Op op, int lanes) {
    return block.fault(
        PtxFault.Kind.UNWRITTEN_REGISTER,
        this,
        firstLane(lanes),
        op,
        "the instruction reads a register that this thread never wrote");
  }

  public static int firstLane(int mask) {
    return Integer.numberOfTrailingZeros(mask);
  }

  /** Sets the program counter of the lanes. */
  public void park(int lanes, int at) {
    for (int m = lanes; m != 0; m &= m - 1) {
      pc[Integer.numberOfTrailingZeros(m)] = at;
    }
  }

  /**
   * The lanes that may execute a warp instruction whose lanes in {@code mask} name the members in
   * {@code slot}: those whose members have all arrived. The others wait here.
   */
  public int gather(Op op, int mask, int at, int slot) {
    int here = mask;
    for (int m = waiting; m != 0; m &= m - 1) {
      int l = Integer.numberOfTrailingZeros(m);
      here |= pc[l] == at ? 1 << l : 0;
    }
    int ready = 0;
    for (int m = here; m != 0; m &= m - 1) {
      int l = Integer.numberOfTrailingZeros(m);
      int members = (int) r[slot * LANES + l];
      checkMembers(op, l, members);
      if ((members & born & ~here) == 0) {
        ready |= 1 << l;
      }
    }
    waiting = (waiting & ~here) | (here & ~ready);
    park(here & ~ready, at);
    return ready;
  }

  private void checkMembers(Op op, int lane, int members) {
    if ((members >>> lane & 1) == 0) {
      throw block.fault(
          PtxFault.Kind.WARP_SYNC,
          this,
          lane,
          op,
          String.format("the member mask 0x%08x does not name the lane itself", members));
    }
    int gone = members & born & ~live;
    if (gone != 0) {
      throw block.fault(
          PtxFault.Kind.WARP_SYNC,
          this,
          lane,
          op,
          String.format(
              "the member mask 0x%08x names lane %d, which has exited", members, firstLane(gone)));
    }
  }
}
