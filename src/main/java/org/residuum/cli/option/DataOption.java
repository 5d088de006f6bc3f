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
import org.residuum.job.TrainingData;
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

  private static final double USUAL_VALIDATION_SHARE = 0.1;

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
      names = "--validation-share",
      paramLabel = "SHARE",
      description =
          "Share of the examples not kept for testing that training does not learn from, but is"
              + " steered by (default: 0.1 of a folder or CSV file without validation part, 0 of"
              + " the published sets).")
  private Double validationShare;

  @Option(
      names = "--split-seed",
      paramLabel = "N",
      description =
          "Decides which examples are for training, validation and testing, and draws the glyphs"
              + " (default: as in the model's training, or 0).")
  private Long splitSeed;

  @Option(
      names = "--group-by",
      paramLabel = "COLUMN|PATTERN",
      description =
          "Keep examples of one group, such as one patient, in one part. For csv: a column, which"
              + " is no value then. For folder: a regular expression that finds the group in each"
              + " file's path, as its first (...) or as a whole (default: as in the model's"
              + " training, or none).")
  private String groupBy;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description =
          "For csv: the column of labels, by name or by number from 1; else the last. For other"
              + " tasks than classes there may be several, with commas between them.")
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
    String given =
        testShare != null
            ? "--test-share"
            : validationShare != null
                ? "--validation-share"
                : splitSeed != null ? "--split-seed" : "--group-by";
    if (testShare != null || validationShare != null || splitSeed != null || groupBy != null) {
      throw CommandFailure.usage(
          given + ": it is for data sets; of " + String.join(" ", specs) + " all is measured");
    }
  }

  /** Takes a seed of the split by another option, if it is given. */
  public void splitBy(Long seed) {
    splitSeed = seed == null ? splitSeed : seed;
  }

  /** Whether the first picture that cannot be decoded ends all. */
  public boolean failsOnError() {
    return onError == OnError.fail;
  }

  /**
   * How to open it for training.
   *
   * @param notes of a model that learns on; the parts stay the same for data of the same kind
   */
  public DatasetOptions toTrain(Optional<TrainingNotes> notes) {
    if (testShare != null && testShare >= 1) {
      throw CommandFailure.usage(
          "--test-share " + testShare + ": it is above 0 and below 1, to leave some to train on");
    }
    double usual = isSplitByShare() ? USUAL_VALIDATION_SHARE : 0;
    return options(
        notes
            .filter(known -> spec().startsWith(known.data().name()))
            .map(known -> known.data().split())
            .orElse(
                new TrainingNotes.Split(
                    DatasetOptions.DEFAULTS.seed(), DatasetOptions.DEFAULTS.testShare(), usual)));
  }

  /** How to open it for a model that learned from other data: all is for testing. */
  public DatasetOptions optionsForStranger() {
    return options(new TrainingNotes.Split(DatasetOptions.DEFAULTS.seed(), 1, 0));
  }

  /** Whether the test part is a share of the examples unless the data bring one of their own. */
  public boolean isSplitByShare() {
    return Datasets.isSplitByShare(spec());
  }

  /** How to open it so that the test part is what a model's training left out. */
  public DatasetOptions options(Optional<TrainingNotes> notes) {
    DatasetOptions usual = DatasetOptions.DEFAULTS;
    return options(
        notes
            .map(known -> known.data().split())
            .orElse(new TrainingNotes.Split(usual.seed(), usual.testShare(), 0)));
  }

  /** The split that is asked for, and the usual one where nothing is. */
  private DatasetOptions options(TrainingNotes.Split usual) {
    if (testShare != null && !isSplitByShare()) {
      throw CommandFailure.usage(
          "--test-share: it is for "
              + Datasets.splitByShare()
              + ", "
              + spec()
              + " has a test part of its own");
    }
    if (validationShare != null && spec().equals("glyphs")) {
      throw CommandFailure.usage("--validation-share: glyphs have a validation part of their own");
    }
    if (groupBy != null && !isSplitByShare()) {
      throw CommandFailure.usage(
          "--group-by: it is for " + Datasets.splitByShare() + ", whose parts are shares");
    }
    DatasetOptions options =
        DatasetOptions.DEFAULTS.withGroupBy(groupBy == null ? usual.groupBy() : groupBy);
    try {
      options = options.withTestShare(testShare == null ? usual.testShare() : testShare);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--test-share " + testShare + ": it is above 0 and at most 1");
    }
    try {
      return options
          .withValidationShare(validationShare == null ? usual.validationShare() : validationShare)
          .withSeed(splitSeed == null ? usual.seed() : splitSeed)
          .withFailOnBadPicture(onError == OnError.fail)
          .withLabelColumn(labelColumn);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "--validation-share " + validationShare + ": it is at least 0 and below 1");
    }
  }

  /**
   * The same without groups where those are of the model's training and the table is another one.
   *
   * @param needed whether the parts must be those of that training
   */
  public DatasetOptions withOwnGroups(Console console, DatasetOptions options, boolean needed)
      throws IOException {
    String column = options.groupBy();
    if (groupBy != null || column.isEmpty() || !Datasets.lacksColumn(spec(), column)) {
      return options;
    }
    if (needed) {
      throw CommandFailure.usage(
          "--data %s: no column '%s', by which the model's training kept rows together; name it by --group-by, or take --split all"
              .formatted(spec(), column));
    }
    console.say("groups    none: %s has no column %s of the model's training", spec(), column);
    return options.withGroupBy("");
  }

  /** Opens all parts to train; says what was taken for what. */
  public TrainingData open(Console console, DatasetOptions options) throws IOException {
    try {
      return TrainingData.open(spec(), options, part -> open(console, part, options));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--data " + spec() + ": " + e.getMessage());
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
