package org.residuum.cli.option;

import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.Set;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.data.Dataset;
import org.residuum.data.source.DatasetOptions;
import org.residuum.data.source.Datasets;
import org.residuum.format.TrainingNotes;
import picocli.CommandLine.Option;

/** {@code --data NAME:PATH} and how to read it. */
public final class DataOption {
  /** What the help of {@code --data} lists. */
  public static final ResourceBundle HELP =
      new ResourceBundle() {
        private static final String KEY = "data.sources";

        @Override
        protected Object handleGetObject(String key) {
          return key.equals(KEY) ? Datasets.help() : null;
        }

        @Override
        public Enumeration<String> getKeys() {
          return Collections.enumeration(List.of(KEY));
        }
      };

  /** What to do about a picture that cannot be decoded. */
  public enum OnError {
    skip,
    fail
  }

  @Option(
      names = "--data",
      required = true,
      arity = "1..*",
      paramLabel = "NAME:PATH",
      description = "${bundle:data.sources}.")
  private List<String> specs;

  @Option(
      names = "--on-error",
      paramLabel = "skip|fail",
      defaultValue = "skip",
      description = "What to do about a picture that cannot be decoded (default: skip).")
  private OnError onError;

  @Option(
      names = "--test-share",
      paramLabel = "SHARE",
      description =
          "Share of a folder or CSV file without test part that is kept for testing (default: as in"
              + " the model's training, or 0.2).")
  private Double testShare;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description = "For csv: the column of labels, by name or by number from 1; else the last.")
  private String labelColumn;

  private final Set<String> said = new HashSet<>();

  /** The one data set. */
  public String spec() {
    if (specs.size() != 1) {
      throw CommandFailure.usage(
          "--data " + String.join(" ", specs) + ": " + specs.size() + " data sets; name one");
    }
    return specs.get(0);
  }

  /** All that was named. */
  public List<String> specs() {
    return specs;
  }

  /** The column of labels, or null. */
  public String labelColumn() {
    return labelColumn;
  }

  /** Refuses the options that only data sets with parts have. */
  public void requireNoParts() {
    if (testShare != null) {
      throw CommandFailure.usage(
          "--test-share: it is for "
              + Datasets.splitByShare()
              + "; of "
              + String.join(" ", specs)
              + " all is measured");
    }
  }

  /** Whether the first picture that cannot be decoded ends all. */
  public boolean failsOnError() {
    return onError == OnError.fail;
  }

  /** The share that is kept for testing where nothing else says so. */
  public double testShare() {
    return testShare == null ? DatasetOptions.DEFAULTS.testShare() : testShare;
  }

  /** How to open it for training. */
  public DatasetOptions options(long seed) {
    if (testShare() >= 1) {
      throw CommandFailure.usage(
          "--test-share " + testShare + ": it is above 0 and below 1, to leave some to train on");
    }
    return options(seed, testShare());
  }

  /** How to open it for a model that learned from other data: all is for testing. */
  public DatasetOptions optionsForStranger(Long seed) {
    return options(
        seed == null ? DatasetOptions.DEFAULTS.seed() : seed, testShare == null ? 1 : testShare);
  }

  /** Whether the test part is a share of the examples unless the data bring one of their own. */
  public boolean isSplitByShare() {
    return Datasets.isSplitByShare(spec());
  }

  /** How to open it so that the test part is what a model's training left out. */
  public DatasetOptions options(Long seed, Optional<TrainingNotes> notes) {
    DatasetOptions usual = DatasetOptions.DEFAULTS;
    long before = notes.map(known -> known.data().seed()).orElse(usual.seed());
    double share = notes.map(known -> known.data().testShare()).orElse(usual.testShare());
    return options(seed == null ? before : seed, testShare == null ? share : testShare);
  }

  private DatasetOptions options(long seed, double share) {
    if (testShare != null && !isSplitByShare()) {
      throw CommandFailure.usage(
          "--test-share: it is for "
              + Datasets.splitByShare()
              + ", "
              + spec()
              + " has a test part of its own");
    }
    try {
      return DatasetOptions.DEFAULTS
          .withSeed(seed)
          .withTestShare(share)
          .withFailOnBadPicture(onError == OnError.fail)
          .withLabelColumn(labelColumn);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--test-share " + share + ": it is above 0 and at most 1");
    }
  }

  /** Opens a part of the data; says what was taken for what, a line once. */
  public Dataset open(Console console, Dataset.Split split, DatasetOptions options)
      throws IOException {
    return open(
        spec(),
        split,
        options.withNotices(
            line -> {
              if (said.add(line)) {
                console.say("%s", line);
              }
            }));
  }

  public static Dataset open(String spec, Dataset.Split split, DatasetOptions options)
      throws IOException {
    try {
      return Datasets.open(spec, split, options);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--data " + spec + ": " + e.getMessage());
    }
  }
}
