package org.residuum.data.source;

import java.util.BitSet;
import java.util.Comparator;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.residuum.data.Dataset;

/** Which examples become the test part of a set that comes without one. */
final class SplitRule {
  private SplitRule() {}

  /**
   * The {@code share * count} examples (rounded, but at least one on either side where there are
   * two) that have the smallest keys; all of them for a share of 1.
   */
  static BitSet test(int count, double share, IntToLongFunction key) {
    int size = (int) Math.round(count * share);
    if (count >= 2 && share < 1) {
      size = Math.max(1, Math.min(count - 1, size));
    }
    BitSet test = new BitSet(count);
    IntStream.range(0, count)
        .boxed()
        .sorted(Comparator.comparingLong(key::applyAsLong))
        .limit(size)
        .forEach(test::set);
    return test;
  }

  static boolean contains(Dataset.Split split, boolean isTest) {
    return split == Dataset.Split.ALL || isTest == (split == Dataset.Split.TEST);
  }
}
