package org.residuum.ptx.count;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.residuum.ptx.Warp;
import org.residuum.ptx.instruction.Op;
import org.residuum.ptx.memory.Space;

/**
 * Counts what the blocks of a launch do. One belongs to one launch, whose blocks then run in order
 * on one thread. Global memory that nobody wrote is taken to hold numbers of magnitude 0.5 to 2, as
 * fp32 and as bf16, so that a launch over large arrays can be counted without filling them.
 */
public final class Counters {
  private static final long SEED = 20151210;

  private final ArrayCount[] arrays;
  private final ArrayCount others = new ArrayCount("other memory", Long.MIN_VALUE, false);
  private final SharedCount shared = new SharedCount();
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final long[] addresses = new long[Warp.LANES];
  private final long[] sectors = new long[2 * Warp.LANES];
  private ArrayCount current = others;
  private Op[] ops = {};
  private long[] issued = {};
  private long[] lanes = {};
  private final CriticalPath path = new CriticalPath();
  private long blocks;

  /** Counters for a launch that gets these arrays. */
  public Counters(List<ArrayCount> arrays) {
    this.arrays =
        arrays.stream()
            .sorted((a, b) -> Long.compareUnsigned(a.address(), b.address()))
            .toArray(ArrayCount[]::new);
  }

  /** Notes that a block ends. */
  public void blockEnds() {
    blocks++;
    path.blockEnds();
    for (ArrayCount array : arrays) {
      array.loads().blockEnds();
      array.stores().blockEnds();
    }
  }

  /** Notes that a warp executes an instruction in some lanes, or in none, where it is skipped. */
  public void issue(Warp w, Op op, int mask) {
    path.issue(w, op);
    if (op.index >= ops.length) {
      int longer = Math.max(64, 2 * op.index);
      ops = Arrays.copyOf(ops, longer);
      issued = Arrays.copyOf(issued, longer);
      lanes = Arrays.copyOf(lanes, longer);
    }
    ops[op.index] = op;
    issued[op.index]++;
    lanes[op.index] += Integer.bitCount(mask);
  }

  /** Notes that warps, those with lanes in the masks, go on from a barrier. */
  public void meet(int[] masks) {
    path.meet(masks);
  }

  /**
   * Notes an access to memory, before it is made.
   *
   * @param slot the register that holds the addresses
   * @param bytes of each lane
   */
  public void access(Warp w, int mask, Space space, int slot, long offset, int bytes, boolean st) {
    Space actual = space;
    for (int m = mask; m != 0; m &= m - 1) {
      int l = Integer.numberOfTrailingZeros(m);
      addresses[l] = w.r[slot * Warp.LANES + l] + offset;
    }
    if (space == Space.GENERIC) {
      actual = Space.of(addresses[Warp.firstLane(mask)]);
    }
    if (actual == Space.SHARED) {
      shared.add(mask, addresses, bytes);
    } else if (actual == Space.GLOBAL) {
      global(mask, bytes, st);
    }
  }

  private void global(int mask, int bytes, boolean store) {
    current = array(addresses[Warp.firstLane(mask)]);
    Requests requests = store ? current.stores() : current.loads();
    int found = 0;
    for (int m = mask; m != 0; m &= m - 1) {
      long at = addresses[Integer.numberOfTrailingZeros(m)];
      for (long s = at >>> SectorSet.SHIFT; s <= at + bytes - 1 >>> SectorSet.SHIFT; s++) {
        found = insert(s, found);
      }
      current.reach(at, bytes);
    }
    for (int i = 0; i < found; i++) {
      requests.touch(sectors[i] << SectorSet.SHIFT);
    }
    requests.add(found, Integer.bitCount(mask), bytes);
  }

  private int insert(long sector, int found) {
    for (int i = found - 1; i >= 0; i--) {
      if (sectors[i] == sector) {
        return found;
      }
    }
    sectors[found] = sector;
    return found + 1;
  }

  private ArrayCount array(long address) {
    ArrayCount best = others;
    for (ArrayCount array : arrays) {
      if (Long.compareUnsigned(array.address(), address) <= 0) {
        best = array;
      }
    }
    return best;
  }

  /** What four bytes hold that nobody wrote and the access just noted reads. */
  public int unwritten() {
    if (current.isZero()) {
      return 0;
    }
    int bits = random.nextInt();
    int half = (bits & 0x8000) | (126 + (bits >>> 16 & 1)) << 7 | (bits & 0x7f);
    return half << 16 | half;
  }

  /** Of each kind, the instructions that warps issued and those that lanes executed. */
  public Map<Kind, long[]> instructions() {
    Map<Kind, long[]> kinds = new EnumMap<>(Kind.class);
    for (int i = 0; i < ops.length; i++) {
      if (issued[i] > 0) {
        long[] sum = kinds.computeIfAbsent(Kind.of(ops[i].source), k -> new long[2]);
        sum[0] += issued[i];
        sum[1] += lanes[i];
      }
    }
    return kinds;
  }

  /** Slots of the issuing unit that the assembled instructions take, as {@link Cost} has it. */
  public Map<Pipe, Double> cost() {
    Map<Pipe, Double> pipes = new EnumMap<>(Pipe.class);
    for (int i = 0; i < ops.length; i++) {
      if (issued[i] > 0) {
        long count = issued[i];
        Cost.of(ops[i].source).forEach((pipe, n) -> pipes.merge(pipe, n * count, Double::sum));
      }
    }
    return pipes;
  }

  public List<ArrayCount> arrays() {
    return List.of(arrays);
  }

  /** Accesses below the first array. */
  public ArrayCount others() {
    return others;
  }

  /** Cycles of all blocks, each by itself and as if it had a multiprocessor to itself. */
  public double cycles() {
    return path.cycles();
  }

  public SharedCount shared() {
    return shared;
  }

  public long blocks() {
    return blocks;
  }
}
