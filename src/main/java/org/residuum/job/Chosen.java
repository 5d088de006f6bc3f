package org.residuum.job;

import org.residuum.network.Parameters;
import org.residuum.train.Evaluation;
import org.residuum.train.TrainingResult;

/**
 * The epoch whose weights are the model.
 *
 * @param epoch from 1
 * @param validation on the validation part, {@link Evaluation#NONE} where that is not known
 * @param test on the test part; likewise
 */
public record Chosen(int epoch, Parameters weights, Evaluation validation, Evaluation test) {
  static Chosen last(TrainingResult result) {
    TrainingResult.EpochResult last = result.lastResult();
    return new Chosen(last.epoch(), result.last(), last.validation(), Evaluation.NONE);
  }

  /** The best epoch, which may be one before this run and is measured again then. */
  static Chosen best(TrainingResult result) {
    int epoch = result.best().epoch();
    Evaluation validation =
        epoch < result.history().get(0).epoch()
            ? Evaluation.NONE
            : result.bestResult().validation();
    return new Chosen(epoch, result.best().weights(), validation, Evaluation.NONE);
  }

  Chosen with(Evaluation validated, Evaluation tested) {
    return new Chosen(epoch, weights, validated, tested);
  }
}
