package org.residuum.ptx.count;

/**
 * Accesses to shared memory: 32 banks of 4 bytes. A warp's access of 4 bytes a lane passes in one
 * go, of 8 by halves of the warp, of 16 by quarters; lanes of one go that need different words of
 * one bank make it pass again. Lanes that read the same word share it.
 */
public final class SharedCount {
  private static final int BANKS = 32;

  private long requests;
  private long passes;
  private long leastPasses;
  private final long[] words = new long[BANKS * BANKS];
  private final int[] depth = new int[BANKS];

  /** Counts an access of lanes to addresses. */
  void add(int mask, long[] addresses, int bytes) {
    requests++;
    int lanes = bytes <= 4 ? 32 : bytes == 8 ? 16 : 8;
    for (int first = 0; first < 32; first += lanes) {
      int group = lanes == 32 ? mask : mask >>> first & (1 << lanes) - 1;
      if (group != 0) {
        leastPasses++;
        passes += passes(group, first, addresses, bytes);
      }
    }
  }

  private int passes(int group, int first, long[] addresses, int bytes) {
    java.util.Arrays.fill(depth, 0);
    int most = 1;
    for (int m = group; m != 0; m &= m - 1) {
      long at = addresses[first + Integer.numberOfTrailingZeros(m)];
      for (long word = at >>> 2; word <= at + bytes - 1 >>> 2; word++) {
        int bank = (int) word & BANKS - 1;
        if (!holds(bank, word)) {
          words[bank * BANKS + depth[bank]++] = word;
          most = Math.max(most, depth[bank]);
        }
      }
    }
    return most;
  }

  private boolean holds(int bank, long word) {
    for (int i = 0; i < depth[bank]; i++) {
      if (words[bank * BANKS + i] == word) {
        return true;
      }
    }
    return false;
  }

  public long requests() {
    return requests;
  }

  /** How often accesses passed. */
  public long passes() {
    return passes;
  }

  /** How often they would have passed without conflicts. */
  public long leastPasses() {
    return leastPasses;
  }
}
