package org.residuum.job;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.source.DatasetOptions;
import org.residuum.data.source.Datasets;

/**
 * The parts of the data of a training.
 *
 * @param training what it learns from
 * @param validation what is measured after each epoch and steers the training
 * @param test what is measured once, at the end
 * @param split how they came apart, for the notes about the model
 */
public record TrainingData(
    Dataset training, Optional<Dataset> validation, Optional<Dataset> test, DatasetOptions split) {

  /** Opens a part of the data. */
  public interface Opener {
    Dataset open(Dataset.Split part) throws IOException;
  }

  /** Data that have a test part, split as {@link DatasetOptions#DEFAULTS} say. */
  public static TrainingData of(Dataset training, Dataset test) {
    return new TrainingData(training, Optional.empty(), Optional.of(test), DatasetOptions.DEFAULTS);
  }

  /** Opens all parts that a data set has, {@link Datasets#open} each. */
  public static TrainingData open(String spec, DatasetOptions options) throws IOException {
    return open(spec, options, part -> Datasets.open(spec, part, options));
  }

  /** The same by other means. */
  public static TrainingData open(String spec, DatasetOptions options, Opener opener)
      throws IOException {
    Dataset training = opener.open(Dataset.Split.TRAIN);
    Set<Dataset.Split> parts = Datasets.parts(spec, options);
    return new TrainingData(
        training,
        open(Dataset.Split.VALIDATION, parts, opener),
        open(Dataset.Split.TEST, parts, opener),
        options);
  }

  /** The same with pictures of the size and channels that a network takes. */
  public TrainingData fit(Preprocessing preprocessing) {
    return new TrainingData(
        preprocessing.fit(training),
        validation.map(preprocessing::fit),
        test.map(preprocessing::fit),
        split);
  }

  private static Optional<Dataset> open(Dataset.Split part, Set<Dataset.Split> parts, Opener opener)
      throws IOException {
    return parts.contains(part) ? Optional.of(opener.open(part)) : Optional.empty();
  }
}
