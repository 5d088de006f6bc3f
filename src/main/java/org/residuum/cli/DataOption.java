package org.residuum.cli;

import java.io.IOException;
import org.residuum.data.BadPicture;
import org.residuum.data.Dataset;
import org.residuum.data.DatasetOptions;
import org.residuum.data.Datasets;
import org.residuum.data.Split;
import picocli.CommandLine.Option;

/** {@code --data NAME:PATH} and how to read it. */
final class DataOption {
  /** What to do about a picture that cannot be decoded. */
  enum OnError {
    skip,
    fail
  }

  @Option(
      names = "--data",
      required = true,
      paramLabel = "NAME:PATH",
      description =
          "mnist:DIR, cifar10:DIR, cifar100:DIR, digits:DIR, folder:DIR (a folder a class),"
              + " csv:FILE (a column of labels), or glyphs, which are drawn.")
  private String spec;

  @Option(
      names = "--on-error",
      paramLabel = "skip|fail",
      defaultValue = "skip",
      description = "What to do about a picture that cannot be decoded (default: skip).")
  private OnError onError;

  @Option(
      names = "--test-share",
      paramLabel = "SHARE",
      defaultValue = "0.2",
      description =
          "Share of a folder or CSV file without test part that is kept for testing (default:"
              + " ${DEFAULT-VALUE}).")
  private double testShare;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description = "For csv: the column of labels, by name or by number from 1; else the last.")
  private String labelColumn;

  String spec() {
    return spec;
  }

  /**
   * How to open it.
   *
   * @param seed decides the split where the data have none, and draws the glyphs
   */
  DatasetOptions options(long seed) {
    try {
      return DatasetOptions.DEFAULTS
          .withSeed(seed)
          .withTestShare(testShare)
          .withBadPicture(onError == OnError.skip ? BadPicture.SKIP : BadPicture.FAIL)
          .withLabelColumn(labelColumn);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--test-share " + testShare + ": " + e.getMessage());
    }
  }

  /** Opens a part of the data. */
  Dataset open(Split split, DatasetOptions options) throws IOException {
    return open(spec, split, options);
  }

  static Dataset open(String spec, Split split, DatasetOptions options) throws IOException {
    try {
      return Datasets.open(spec, split, options);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--data " + spec + ": " + e.getMessage());
    }
  }
}
