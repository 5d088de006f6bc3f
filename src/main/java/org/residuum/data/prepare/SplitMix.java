package org.residuum.data.prepare;

/**
 * Random numbers as a function of a counter, so that an example's randomness depends on its place
 * and never on the order in which threads work. SplitMix64: Steele, Lea and Flood, "Fast splittable
 * pseudorandom number generators", OOPSLA 2014, with Stafford's mixer 13.
 */
public final class SplitMix {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private SplitMix() {}

  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** The key of stream {@code counter} below {@code key}. */
  public static long at(long key, long counter) {
    return mix(key + GOLDEN * (counter + 1));
  }

  /** A key for a text, such as a file name. */
  public static long at(long key, String text) {
    long hash = key;
    for (int i = 0; i < text.length(); i++) {
      hash = at(hash, text.charAt(i));
    }
    return hash;
  }

  /** Maps 31 bits to 0..n-1; the bias is below n / 2^31. */
  public static int below(long bits, int n) {
    return (int) (((bits >>> 33) * n) >>> 31);
  }

  /** Maps 53 bits to [0, 1). */
  public static double unit(long bits) {
    return (bits >>> 11) * 0x1p-53;
  }

  /** Fills {@code order} with a permutation of its indices; Fisher and Yates's shuffle. */
  public static void shuffle(int[] order, long key) {
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    for (int i = order.length - 1; i > 0; i--) {
      int j = below(at(key, i), i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
  }
}
