package org.residuum.data.source;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.residuum.data.Dataset;

/** Which examples become the test and the validation part of a set that comes without them. */
final class SplitRule {
  /** Fewer than that are left to train on, all of them. */
  private static final int FEWEST_TO_VALIDATE = 3;

  private SplitRule() {}

  /**
   * The part of each of {@code count} examples. Those with the smallest keys are the test part, as
   * many as their share (rounded, but at least one on either side where there are two, and all for
   * a share of 1); those with the next smallest keys the validation part, a share of what is left.
   *
   * @param testShare 0 where the data bring a test part of their own
   */
  static Dataset.Split[] parts(
      int count, double testShare, double validationShare, IntToLongFunction key) {
    Dataset.Split[] parts = new Dataset.Split[count];
    Arrays.fill(parts, Dataset.Split.TRAIN);
    int test = testSize(count, testShare);
    int validation = validationSize(count - test, validationShare);
    List<Integer> order =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparingLong(key::applyAsLong))
            .limit(test + validation)
            .toList();
    for (int i = 0; i < order.size(); i++) {
      parts[order.get(i)] = i < test ? Dataset.Split.TEST : Dataset.Split.VALIDATION;
    }
    return parts;
  }

  private static int testSize(int count, double share) {
    int size = (int) Math.round(count * share);
    return share > 0 && share < 1 && count >= 2 ? Math.max(1, Math.min(count - 1, size)) : size;
  }

  private static int validationSize(int count, double share) {
    int size = (int) Math.round(count * share);
    return share > 0 && count >= FEWEST_TO_VALIDATE ? Math.max(1, Math.min(count - 1, size)) : 0;
  }

  static boolean contains(Dataset.Split split, Dataset.Split part) {
    return split == Dataset.Split.ALL || part == split;
  }

  /** The examples of a part, in their order. */
  static int[] rows(Dataset.Split split, Dataset.Split[] parts) {
    return IntStream.range(0, parts.length).filter(i -> contains(split, parts[i])).toArray();
  }

  static int count(Dataset.Split split, Dataset.Split[] parts) {
    return rows(split, parts).length;
  }
}
