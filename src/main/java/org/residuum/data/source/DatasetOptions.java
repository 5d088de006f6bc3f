package org.residuum.data.source;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.residuum.data.PictureOptions;
import org.residuum.data.Preprocessing;
import org.residuum.data.ProgressListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How to open a data set; start from {@link #DEFAULTS} and change what matters.
 *
 * @param seed decides the split of sets that come without one, and draws the glyphs
 * @param testShare share of the examples that becomes the test part where a picture folder or a CSV
 *     file has no split of its own, above 0 and at most 1; with 1 nothing is left to train on
 * @param pictures for {@code folder}: the size, channels and resizing to use, normally a saved
 *     model's; null means: the pictures' own size where they agree on one of at most 256 pixels (64
 *     training pictures are looked at), else 224 × 224 RGB from a shorter side of 256
 * @param failsOnBadPicture whether a picture that cannot be decoded is an error that names it; else
 *     it is left out, and {@link org.residuum.data.Dataset#skipped} lists it
 * @param labels for {@code folder} and {@code csv}: the classes in their order, normally a saved
 *     model's; empty means: those found, sorted
 * @param labelColumn for {@code csv}: the label's column by name or by number from 1; null means:
 *     the last
 * @param decoding for {@code folder} without {@code pictures}: how the files are read
 * @param progress hears how far decoding a folder is
 * @param notices hears what a folder's parts and files were taken for, and what was left out, a
 *     line each, before they are decoded; by default they are logged
 */
public record DatasetOptions(
    long seed,
    double testShare,
    Preprocessing pictures,
    boolean failsOnBadPicture,
    List<String> labels,
    String labelColumn,
    PictureOptions decoding,
    ProgressListener progress,
    Consumer<String> notices) {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetOptions.class);

  /** Seed 0, a fifth for testing, undecodable pictures skipped. */
  public static final DatasetOptions DEFAULTS =
      new DatasetOptions(
          0,
          0.2,
          null,
          false,
          List.of(),
          null,
          PictureOptions.DEFAULTS,
          (done, total) -> {},
          LOG::info);

  public DatasetOptions {
    if (!(testShare > 0 && testShare <= 1)) {
      throw new IllegalArgumentException(
          "the test share must be above 0 and at most 1, not " + testShare);
    }
    if (pictures != null && !pictures.isPicture()) {
      throw new IllegalArgumentException(
          "pictures cannot become vectors " + pictures.inputShape() + "; give a shape (C, H, W)");
    }
    Objects.requireNonNull(failsOnBadPicture, "badPicture");
    Objects.requireNonNull(decoding, "decoding");
    Objects.requireNonNull(progress, "progress");
    Objects.requireNonNull(notices, "notices");
    labels = List.copyOf(labels);
    if (labels.stream().distinct().count() < labels.size()) {
      throw new IllegalArgumentException("labels " + labels + " name a class twice");
    }
  }

  public DatasetOptions withSeed(long value) {
    return new DatasetOptions(
        value,
        testShare,
        pictures,
        failsOnBadPicture,
        labels,
        labelColumn,
        decoding,
        progress,
        notices);
  }

  public DatasetOptions withTestShare(double value) {
    return new DatasetOptions(
        seed, value, pictures, failsOnBadPicture, labels, labelColumn, decoding, progress, notices);
  }

  public DatasetOptions withPictures(Preprocessing value) {
    return new DatasetOptions(
        seed,
        testShare,
        value,
        failsOnBadPicture,
        labels,
        labelColumn,
        decoding,
        progress,
        notices);
  }

  public DatasetOptions withFailOnBadPicture(boolean value) {
    return new DatasetOptions(
        seed, testShare, pictures, value, labels, labelColumn, decoding, progress, notices);
  }

  public DatasetOptions withLabels(List<String> value) {
    return new DatasetOptions(
        seed,
        testShare,
        pictures,
        failsOnBadPicture,
        value,
        labelColumn,
        decoding,
        progress,
        notices);
  }

  public DatasetOptions withLabelColumn(String value) {
    return new DatasetOptions(
        seed, testShare, pictures, failsOnBadPicture, labels, value, decoding, progress, notices);
  }

  public DatasetOptions withDecoding(PictureOptions value) {
    return new DatasetOptions(
        seed,
        testShare,
        pictures,
        failsOnBadPicture,
        labels,
        labelColumn,
        value,
        progress,
        notices);
  }

  public DatasetOptions withProgress(ProgressListener value) {
    return new DatasetOptions(
        seed,
        testShare,
        pictures,
        failsOnBadPicture,
        labels,
        labelColumn,
        decoding,
        value,
        notices);
  }

  public DatasetOptions withNotices(Consumer<String> value) {
    return new DatasetOptions(
        seed,
        testShare,
        pictures,
        failsOnBadPicture,
        labels,
        labelColumn,
        decoding,
        progress,
        value);
  }
}
