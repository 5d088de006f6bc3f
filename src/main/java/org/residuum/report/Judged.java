package org.residuum.report;

import java.util.Optional;
import org.residuum.data.Dataset;
import org.residuum.train.Evaluation;

/**
 * What a trained model is judged by.
 *
 * @param part the part of the data: "test" or "validation"
 * @param epoch whose weights the model has, from 1
 * @param evaluation of them on it
 */
public record Judged(String part, Dataset data, int epoch, Evaluation evaluation) {
  /** A part that was measured, or empty. */
  public static Optional<Judged> of(
      String part, Optional<Dataset> data, int epoch, Evaluation evaluation) {
    return data.filter(some -> evaluation.isThere())
        .map(some -> new Judged(part, some, epoch, evaluation));
  }
}
