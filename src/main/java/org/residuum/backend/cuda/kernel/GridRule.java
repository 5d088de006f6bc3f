package org.residuum.backend.cuda.kernel;

import org.residuum.network.ElementType;

/**
 * How a kernel's launch shape follows from the size of its work. A shape depends on nothing else,
 * so that reductions add in the same order on every device. Every kernel is right for any grid;
 * these rules make it fast; where the size of a buffer depends on one, its Javadoc says so.
 */
public enum GridRule {
  /** Flat arrays: count = elements, width = 1. A thread takes 16 bytes at a time. */
  ELEMENTS {
    @Override
    public LaunchShape shape(long count, long width, ElementType storage) {
      return LaunchShape.of(blocks(count * width, (long) BLOCK * lanes(storage), 16_384), BLOCK);
    }
  },
  /**
   * Column sums, pass 1: count = rows, width = channels. Grid y is the number of chunks, and the
   * partial sums take chunks · channels floats a sum. A chunk is a partial sum that pass 2 has to
   * read, so there are only as many as fill two blocks a multiprocessor.
   */
  COLUMNS {
    @Override
    public LaunchShape shape(long count, long width, ElementType storage) {
      long accesses = accesses(1, Math.toIntExact(width), storage);
      int blockX = (int) Math.min(32, powerOfTwoFrom(accesses));
      int blockY = BLOCK / blockX;
      long gridX = blocks(accesses, blockX, COLUMN_BLOCKS);
      long chunks = Math.min(MAX_CHUNKS, Math.max(1, COLUMN_BLOCKS / gridX));
      long gridY = blocks(count, blockY * 8L, chunks);
      return new LaunchShape((int) gridX, (int) gridY, blockX, blockY);
    }
  },
  /** Column sums, pass 2: count = channels, width = 1. A warp takes a channel. */
  COLUMN_FINISH {
    @Override
    public LaunchShape shape(long count, long width, ElementType storage) {
      return LaunchShape.of(blocks(count, 8, 65_535), BLOCK);
    }
  },
  /**
   * Lines of the output: count = lines, width = accesses a line, see {@link #accesses}. A block
   * takes a line of 256 accesses or more, or several shorter ones side by side where there are so
   * many that every multiprocessor gets blocks.
   */
  LINES {
    @Override
    public LaunchShape shape(long count, long width, ElementType storage) {
      int blockX = (int) Math.max(8, powerOfTwoFrom(Math.min(width, BLOCK)));
      long spare = Long.highestOneBit(Math.max(1, count / ENOUGH_BLOCKS));
      int blockY = (int) Math.min(BLOCK / blockX, spare);
      long grid = blocks(count, blockY, Integer.MAX_VALUE);
      return new LaunchShape((int) grid, 1, blockX, blockY);
    }
  },
  /**
   * Rows of windows, for im2col: count = lines of the output, width = accesses a row; see {@link
   * #windows}, which has a line's pixels shared out too.
   */
  WINDOWS {
    @Override
    public LaunchShape shape(long count, long width, ElementType storage) {
      return windows(count, 1, width);
    }
  },
  /** A warp a row: count = rows, width = 1. */
  WARP_A_ROW {
    @Override
    public LaunchShape shape(long count, long width, ElementType storage) {
      return LaunchShape.of(blocks(count, BLOCK / 32, 16_384), BLOCK);
    }
  },
  /** A block a group: count = groups, width = 1. */
  BLOCK_A_GROUP {
    @Override
    public LaunchShape shape(long count, long width, ElementType storage) {
      return LaunchShape.of(blocks(count, 1, 16_384), BLOCK);
    }
  },
  /** Two-pass reductions of a flat array, pass 1: a partial sum a block. */
  FLAT_REDUCTION {
    @Override
    public LaunchShape shape(long count, long width, ElementType storage) {
      return LaunchShape.of(blocks(count * width, BLOCK * 16L, 1024), BLOCK);
    }
  },
  /** One block of 256 threads. */
  ONE_BLOCK {
    @Override
    public LaunchShape shape(long count, long width, ElementType storage) {
      return LaunchShape.of(1, BLOCK);
    }
  },
  /** Tiles of 32 × 32: count = tiles over all matrices, width = 1. */
  TILES {
    @Override
    public LaunchShape shape(long count, long width, ElementType storage) {
      return LaunchShape.of(blocks(count, 1, 1 << 20), BLOCK);
    }
  };

  static final int BLOCK = 256;

  /** Two blocks on each of the 132 multiprocessors of an H100 or H200. */
  private static final int MAX_CHUNKS = 264;

  /** What a thread of im2col needs to find its place is worth about so many pixels. */
  private static final int PIXELS_A_THREAD = 16;

  /** Eight blocks on each of them. */
  private static final int COLUMN_BLOCKS = 1056;

  /** Eight blocks a multiprocessor of an H100. */
  private static final int ENOUGH_BLOCKS = 1024;

  /**
   * The launch shape for count · width pieces of work, which each rule defines.
   *
   * @param storage of the activations, which says how many elements an access of 16 bytes takes
   */
  public abstract LaunchShape shape(long count, long width, ElementType storage);

  /** The shape for a kernel that exists for fp32 alone. */
  public final LaunchShape shape(long count, long width) {
    return shape(count, width, ElementType.F32);
  }

  /**
   * The shape for rows of windows: as many threads along x as a row has accesses, or an even share
   * of them, so that few of a block's warps have idle lanes.
   *
   * @param lines of the output, of each group
   * @param pixels a line, and so rows
   * @param accesses a row
   */
  public static LaunchShape windows(long lines, int pixels, long accesses) {
    long rounds = blocks(accesses, BLOCK, Integer.MAX_VALUE);
    int blockX = (int) blocks(accesses, rounds, BLOCK);
    int blockY = BLOCK / blockX;
    long enough = blocks(ENOUGH_BLOCKS, Math.max(1, lines), ENOUGH_BLOCKS);
    long gridY = blocks(pixels, (long) blockY * PIXELS_A_THREAD, enough);
    long gridX = blocks(lines, 1, Integer.MAX_VALUE);
    return new LaunchShape((int) gridX, (int) gridY, blockX, blockY);
  }

  /** Elements in 16 bytes. */
  private static int lanes(ElementType storage) {
    return 16 / storage.bytes();
  }

  /**
   * Accesses to pixels of so many channels: 16 bytes each, or one element where those do not fit.
   */
  public static long accesses(long pixels, int channels, ElementType storage) {
    int lanes = lanes(storage);
    return pixels * (channels % lanes == 0 ? channels / lanes : channels);
  }

  /** ceil(count / each), at least 1 and at most max. */
  private static long blocks(long count, long each, long max) {
    return Math.max(1, Math.min(max, (count + each - 1) / each));
  }

  private static long powerOfTwoFrom(long n) {
    return n <= 1 ? 1 : Long.highestOneBit(n - 1) * 2;
  }
}
