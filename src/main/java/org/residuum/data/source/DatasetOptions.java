package org.residuum.data.source;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.residuum.data.Dataset;
import org.residuum.data.PictureOptions;
import org.residuum.data.Preprocessing;
import org.residuum.data.Task;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How to open a data set; start from {@link #DEFAULTS} and change what matters. */
public final class DatasetOptions {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetOptions.class);

  /** Seed 0, a fifth for testing, undecodable pictures left out. */
  public static final DatasetOptions DEFAULTS = new DatasetOptions();

  private long seed;
  private double testShare = 0.2;
  private double validationShare;
  private Preprocessing pictures;
  private boolean failsOnBadPicture;
  private List<String> labels = List.of();
  private String labelColumn;
  private String groupBy = "";
  private String pictureColumn;
  private Path root;
  private String delimiter = "";
  private Task task = Task.CLASSIFY;
  private PictureOptions decoding = PictureOptions.DEFAULTS;
  private Dataset.ProgressListener progress = (done, total) -> {};
  private Consumer<String> notices = LOG::info;

  private DatasetOptions() {}

  private DatasetOptions with(Consumer<DatasetOptions> change) {
    DatasetOptions copy = new DatasetOptions();
    copy.seed = seed;
    copy.testShare = testShare;
    copy.validationShare = validationShare;
    copy.pictures = pictures;
    copy.failsOnBadPicture = failsOnBadPicture;
    copy.labels = labels;
    copy.labelColumn = labelColumn;
    copy.groupBy = groupBy;
    copy.pictureColumn = pictureColumn;
    copy.root = root;
    copy.delimiter = delimiter;
    copy.task = task;
    copy.decoding = decoding;
    copy.progress = progress;
    copy.notices = notices;
    change.accept(copy);
    return copy;
  }

  /** What decides the split of sets that come without one, and draws the glyphs; default 0. */
  public DatasetOptions withSeed(long value) {
    return with(copy -> copy.seed = value);
  }

  /**
   * The share of the examples that becomes the test part where a picture folder or a CSV file has
   * no split of its own, above 0 and at most 1; with 1 nothing is left to train on. Default 0.2.
   */
  public DatasetOptions withTestShare(double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException(
          "the test share must be above 0 and at most 1, not " + value);
    }
    return with(copy -> copy.testShare = value);
  }

  /**
   * The share of the examples that are not for testing which becomes the validation part, 0 to
   * below 1, where the data have none of their own; folders take it from each class, as do the
   * published sets. Default 0, none.
   */
  public DatasetOptions withValidationShare(double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          "the validation share must be at least 0 and below 1, not " + value);
    }
    return with(copy -> copy.validationShare = value);
  }

  /**
   * For {@code folder} and pictures that {@code csv} names: the size, channels and resizing to use,
   * normally a saved model's; null, the default, means: the pictures' own size where they agree on
   * one of at most 256 pixels (64 training pictures are looked at), else 224 × 224 RGB from a
   * shorter side of 256.
   */
  public DatasetOptions withPictures(Preprocessing value) {
    if (value != null && !value.isPicture()) {
      throw new IllegalArgumentException(
          "pictures cannot become vectors " + value.inputShape() + "; give a shape (C, H, W)");
    }
    return with(copy -> copy.pictures = value);
  }

  /**
   * Whether a picture that cannot be decoded is an error that names it; by default it is left out,
   * and {@link org.residuum.data.Dataset#skipped} lists it.
   */
  public DatasetOptions withFailOnBadPicture(boolean value) {
    return with(copy -> copy.failsOnBadPicture = value);
  }

  /**
   * For {@code folder} and {@code csv}: the classes in their order, normally a saved model's; empty
   * means: those found, sorted.
   */
  public DatasetOptions withLabels(List<String> value) {
    if (value.stream().distinct().count() < value.size()) {
      throw new IllegalArgumentException("labels " + value + " name a class twice");
    }
    return with(copy -> copy.labels = List.copyOf(value));
  }

  /** For {@code csv}: the label's column by name or by number from 1; null means: the last. */
  public DatasetOptions withLabelColumn(String value) {
    return with(copy -> copy.labelColumn = value);
  }

  /**
   * For {@code csv}: the column of paths of pictures by name or by number from 1; null, the
   * default, means: the one that looks like it, if there is one. Else a table has numbers.
   */
  public DatasetOptions withPictureColumn(String value) {
    return with(copy -> copy.pictureColumn = value);
  }

  /** What such paths start from, where they are relative; null means: the table's folder. */
  public DatasetOptions withRoot(Path value) {
    return with(copy -> copy.root = value);
  }

  /**
   * For {@code csv} with labels of which an example may have several: what is between their names
   * in one column; "", the default, for {@code ;} or {@code |}.
   */
  public DatasetOptions withLabelDelimiter(String value) {
    return with(copy -> copy.delimiter = Objects.requireNonNull(value, "label delimiter"));
  }

  /**
   * For {@code csv}: what is to be told of an example; default one of several classes. For others
   * the label's column may be several, with commas between them. A single one of labels holds their
   * names, with {@code ;} or {@code |} between them, several hold 1 and 0.
   */
  public DatasetOptions withTask(Task value) {
    return with(copy -> copy.task = Objects.requireNonNull(value, "task"));
  }

  /** For the same without {@link #withPictures}: how the files are read. */
  public DatasetOptions withDecoding(PictureOptions value) {
    return with(copy -> copy.decoding = Objects.requireNonNull(value, "decoding"));
  }

  /** Who hears how far decoding a folder is. */
  public DatasetOptions withProgress(Dataset.ProgressListener value) {
    return with(copy -> copy.progress = Objects.requireNonNull(value, "progress"));
  }

  /**
   * Who hears what a folder's parts and files were taken for, and what was left out, a line each,
   * before they are decoded; by default they are logged.
   */
  public DatasetOptions withNotices(Consumer<String> value) {
    return with(copy -> copy.notices = Objects.requireNonNull(value, "notices"));
  }

  /**
   * What keeps examples together that belong to one group, such as one patient: for {@code csv} a
   * column, by name or by number from 1, which is then no value; for {@code folder} a regular
   * expression that is looked for in each file's path below the folder, and whose first group in
   * parentheses, or else all that it finds, is the group. Whole groups go to a part until it has
   * its share, in an order that the seed draws. Empty, the default, for none.
   */
  public DatasetOptions withGroupBy(String value) {
    return with(copy -> copy.groupBy = Objects.requireNonNull(value, "group by"));
  }

  public long seed() {
    return seed;
  }

  public double testShare() {
    return testShare;
  }

  public double validationShare() {
    return validationShare;
  }

  public String groupBy() {
    return groupBy;
  }

  Preprocessing pictures() {
    return pictures;
  }

  boolean failsOnBadPicture() {
    return failsOnBadPicture;
  }

  List<String> labels() {
    return labels;
  }

  String labelColumn() {
    return labelColumn;
  }

  String pictureColumn() {
    return pictureColumn;
  }

  Path root() {
    return root;
  }

  String delimiter() {
    return delimiter;
  }

  Task task() {
    return task;
  }

  PictureOptions decoding() {
    return decoding;
  }

  Dataset.ProgressListener progress() {
    return progress;
  }

  Consumer<String> notices() {
    return notices;
  }
}
