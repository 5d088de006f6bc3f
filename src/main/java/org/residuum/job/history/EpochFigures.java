package org.residuum.job.history;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.train.Evaluation;
import org.residuum.train.TrainingResult;

/**
 * The figures of an epoch by name, in the order of the columns: numbers, NaN where there is none,
 * and the time at its end. Shares and accuracies are from 0 to 1. Columns that are added go last,
 * so that files of older versions stay readable by position.
 */
final class EpochFigures {
  private EpochFigures() {}

  static Map<String, Object> of(TrainingResult.EpochResult result, Instant end) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("epoch", result.epoch());
    figures.put("steps", (long) result.epoch() * result.pace().steps());
    figures.put("train_loss", result.trainLoss());
    figures.put("train_accuracy", result.trainAccuracy());
    putValidation(figures, result.validation());
    figures.put("learning_rate", result.learningRate());
    figures.put("seconds", result.pace().seconds());
    figures.put("validation_seconds", result.validation().seconds());
    figures.put("images_per_second", result.pace().imagesPerSecond());
    figures.put("waiting_share", result.pace().waitingShare());
    figures.put("gradient_norm", result.gradients().mean());
    figures.put("clipped_share", result.gradients().clippedShare());
    figures.put("time", end.truncatedTo(ChronoUnit.MILLIS).toString());
    return figures;
  }

  private static void putValidation(Map<String, Object> figures, Evaluation validation) {
    figures.put("validation_loss", validation.loss());
    if (validation.figures().isPresent()) {
      Map<String, Double> ofTask = validation.figures().get().values();
      ofTask.forEach((name, value) -> figures.put("validation_" + name, value));
      return;
    }
    figures.put("validation_accuracy", validation.top1());
    figures.put("validation_top5", validation.top5());
    figures.put("validation_recall", validation.confusion().meanRecall());
    figures.put("validation_f1", validation.confusion().meanF1());
    figures.put("validation_calibration_error", validation.calibration().error());
  }
}
