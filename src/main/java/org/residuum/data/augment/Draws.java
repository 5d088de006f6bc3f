package org.residuum.data.augment;

import org.residuum.data.prepare.SplitMix;

/** The random numbers of one change to one picture, one after the other; the key decides them. */
final class Draws {
  private final long key;
  private long taken;

  private Draws(long key) {
    this.key = key;
  }

  /**
   * @param bits of the picture in its turn
   * @param stream of the change, apart from those that {@link org.residuum.data.Augmentation} uses
   */
  static Draws of(long bits, int stream) {
    return new Draws(SplitMix.at(bits, stream));
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
