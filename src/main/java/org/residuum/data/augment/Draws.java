package org.residuum.data.augment;

import org.residuum.data.prepare.SplitMix;

/**
 * Random numbers, one after the other, of one change to a picture or a batch; the key decides them.
 */
final class Draws {
  private final long key;
  private long taken;

  private Draws(long key) {
    this.key = key;
  }

  /** Those of a key, which is used for nothing else. */
  static Draws of(long key) {
    return new Draws(key);
  }

  /**
   * @param bits of the picture in its turn
   * @param stream of the change, apart from those that {@link org.residuum.data.Augmentation} uses
   */
  static Draws of(long bits, int stream) {
    return of(SplitMix.at(bits, stream));
  }

  private long next() {
    return SplitMix.at(key, taken++);
  }

  /** In [0, 1). */
  double unit() {
    return SplitMix.unit(next());
  }

  double between(double from, double to) {
    return from + (to - from) * unit();
  }

  /** 0 to n - 1. */
  int below(int n) {
    return SplitMix.below(next(), n);
  }

  /** 0 to n - 1 in a random order. */
  int[] order(int n) {
    int[] order = new int[n];
    SplitMix.shuffle(order, next());
    return order;
  }
}
