package org.residuum.data.source;

import java.util.Locale;
import org.residuum.data.Dataset;

/** What is said of the examples that a split keeps from training. */
final class Kept {
  private Kept() {}

  /**
   * For example {@code 20 are kept for testing, a share of 0.2, and 8 are kept for validation, a
   * share of 0.1 of the others}.
   *
   * @param testShare 0 where the data bring a test part of their own, which is not spoken of
   * @param each what the shares are of, " of each class" for example
   */
  static String text(Dataset.Split[] parts, double testShare, double validationShare, String each) {
    String tested = kept(SplitRule.count(Dataset.Split.TEST, parts), "testing", testShare, each);
    String validated =
        kept(
            SplitRule.count(Dataset.Split.VALIDATION, parts),
            "validation",
            validationShare,
            tested.isEmpty() ? each : " of the others");
    return tested.isEmpty() || validated.isEmpty()
        ? tested + validated
        : tested + ", and " + validated;
  }

  private static String kept(int count, String purpose, double share, String of) {
    return share == 0
        ? ""
        : String.format(
            Locale.ROOT, "%,d are kept for %s, a share of %s%s", count, purpose, share, of);
  }
}
