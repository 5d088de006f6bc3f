package org.residuum.ptx.memory;

import org.residuum.ptx.ThreadBlock;
import org.residuum.ptx.Warp;

/**
 * Who last wrote and who read each granule (1, 2, 4 or 8 bytes) of a piece of memory.
 *
 * <p>A record is one long: block (24 bits), warp (5), lane (5), the warp's clock (25), flags (5).
 * Two accesses by different threads are ordered if the later warp knows the earlier warp's clock,
 * which barriers, warp synchronisation and, between blocks too, fences hand on (vector clocks).
 * What several threads read is known by barriers only.
 */
public final class Races {
  public static final int BLOCK = 40;
  public static final int WARP = 35;
  static final int LANE = 30;
  public static final int CLOCK = 5;
  public static final long CLOCK_MASK = (1L << (LANE - CLOCK)) - 1;

  private static final long VALID = 1;
  static final long STRONG = 2;
  private static final long MANY_LANES = 4;
  private static final long MANY_WARPS = 8;

  /** The scope of a strong access is the device. */
  static final long DEVICE = 16;

  private static final long MANY = MANY_LANES | MANY_WARPS;

  final int launch;
  final int shift;
  private final boolean acrossBlocks;
  private final long[] writers;
  private final long[] readers;

  public Races(int bytes, int shift, int launch, boolean acrossBlocks) {
    this.launch = launch;
    this.shift = shift;
    this.acrossBlocks = acrossBlocks;
    int granules = (bytes + (1 << shift) - 1) >>> shift;
    writers = new long[granules];
    readers = new long[granules];
  }

  /** Notes a read; returns the record of a write that races with it, or 0. */
  long read(Warp warp, int lane, int index, int bytes, long strong) {
    long now = warp.stamp | (long) lane << LANE | VALID | strong;
    int last = (index + bytes - 1) >>> shift;
    for (int g = index >>> shift; g <= last; g++) {
      long writer = writers[g];
      if (writer != 0 && !together(writer, now) && !ordered(warp, now, writer)) {
        return writer;
      }
      readers[g] = merge(warp, now, readers[g]);
    }
    return 0;
  }

  /** Notes a write; returns the record of an access that races with it, or 0. */
  long write(Warp warp, int lane, int index, int bytes, long strong) {
    long now = warp.stamp | (long) lane << LANE | VALID | strong;
    int last = (index + bytes - 1) >>> shift;
    for (int g = index >>> shift; g <= last; g++) {
      long writer = writers[g];
      if (writer != 0 && !together(writer, now) && !ordered(warp, now, writer)) {
        return writer;
      }
      long reader = readers[g];
      if (reader != 0 && !together(reader, now) && !ordered(warp, now, reader)) {
        return reader;
      }
      note(warp, now, g);
    }
    return 0;
  }

  private void note(Warp warp, long now, int g) {
    long writer = writers[g];
    if (strong(now)) {
      // A strong write need not be ordered with the one before; who comes later must know both.
      writers[g] = writer == 0 || ordered(warp, now, writer) ? now : merge(warp, now, writer);
    } else {
      // What does not know of this write races with it; what does know of it knows the reads, too.
      writers[g] = now;
      readers[g] = 0;
    }
  }

  private static boolean strong(long record) {
    return (record & STRONG) != 0;
  }

  /** Notes a write that is known to be ordered. */
  void replace(Warp warp, int lane, int index, int bytes, long strong) {
    long now = warp.stamp | (long) lane << LANE | VALID | strong;
    int last = (index + bytes - 1) >>> shift;
    for (int g = index >>> shift; g <= last; g++) {
      writers[g] = now;
      readers[g] = 0;
    }
  }

  /** Whether both accesses are strong, and the scope of each holds the other. */
  private static boolean together(long old, long now) {
    boolean reach = (old & now & DEVICE) != 0 || (old ^ now) >>> BLOCK == 0;
    return strong(old & now) && reach;
  }

  private boolean ordered(Warp warp, long now, long old) {
    return byBarriers(warp, now, old) || warp.order != null && byFences(warp, now, old);
  }

  private static boolean byFences(Warp warp, long now, long old) {
    int other = (old & MANY_LANES) != 0 ? -1 : (int) (old >>> LANE) & 31;
    return (old & MANY_WARPS) == 0
        && warp.order.knows(
            (int) (now >>> LANE) & 31,
            old >>> BLOCK,
            (int) (old >>> WARP) & 31,
            other,
            (int) (old >>> CLOCK & CLOCK_MASK));
  }

  private boolean byBarriers(Warp warp, long now, long old) {
    long difference = now ^ old;
    if (difference >>> BLOCK != 0) {
      return !acrossBlocks;
    }
    if ((old & MANY_WARPS) != 0) {
      return warp.block.fullBarriers > (old >>> CLOCK & CLOCK_MASK);
    }
    if (difference >>> LANE == 0 && (old & MANY_LANES) == 0) {
      return true;
    }
    return warp.known[(int) (old >>> WARP) & 31] >= (old >>> CLOCK & CLOCK_MASK);
  }

  /** The readers' record after one more: the newest, with flags where it stands for several. */
  private long merge(Warp warp, long now, long old) {
    if (old == 0 || old == now) {
      return now;
    }
    long strong = now & old & (STRONG | DEVICE);
    if ((now ^ old) >>> BLOCK != 0) {
      // Readers of two blocks: any write races with at least one, and MAX clocks are never known.
      return acrossBlocks
          ? (now & -1L << BLOCK) | CLOCK_MASK << CLOCK | MANY_WARPS | VALID | strong
          : now;
    }
    if (ordered(warp, now, old)) {
      return now;
    }
    if ((old & MANY_WARPS) != 0) {
      return (old & ~(STRONG | DEVICE)) | strong;
    }
    if ((now ^ old) >>> WARP != 0) {
      long clock = warp.block.fullBarriers;
      return (now & -1L << LANE) | clock << CLOCK | MANY_WARPS | VALID | strong;
    }
    return (now & ~(STRONG | DEVICE)) | MANY_LANES | strong;
  }

  static String describe(long record, ThreadBlock block) {
    int warp = (int) (record >>> WARP) & 31;
    int lane = (int) (record >>> LANE) & 31;
    boolean same = record >>> BLOCK == (block.linear & 0xffffffL);
    String where = same ? "of this block" : "of block number " + (record >>> BLOCK);
    String what = (record & MANY) != 0 ? "several threads, one of them in warp " + warp : "";
    return what.isEmpty()
        ? "thread " + block.threadName(warp * 32 + lane) + " " + where
        : what + " " + where;
  }
}
