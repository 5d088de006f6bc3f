package org.residuum.report;

import org.residuum.train.EpochResult;

/**
 * What a report shows of one epoch.
 *
 * @param trainSeconds duration, evaluation apart
 */
public record EpochPoint(
    int epoch,
    double loss,
    double accuracy,
    double learningRate,
    double imagesPerSecond,
    double trainSeconds,
    double testLoss,
    double testTop1,
    double testSeconds) {
  /** How many numbers it is. */
  static final int NUMBERS = 9;

  static EpochPoint of(EpochResult result) {
    return new EpochPoint(
        result.epoch(),
        result.trainLoss(),
        result.trainAccuracy(),
        result.learningRate(),
        result.imagesPerSecond(),
        result.trainSeconds(),
        result.test().loss(),
        result.test().top1(),
        result.test().seconds());
  }

  /** The inverse of {@link #numbers}. */
  static EpochPoint of(double... numbers) {
    return new EpochPoint(
        (int) numbers[0],
        numbers[1],
        numbers[2],
        numbers[3],
        numbers[4],
        numbers[5],
        numbers[6],
        numbers[7],
        numbers[8]);
  }

  double[] numbers() {
    return new double[] {
      epoch,
      loss,
      accuracy,
      learningRate,
      imagesPerSecond,
      trainSeconds,
      testLoss,
      testTop1,
      testSeconds
    };
  }

  public double seconds() {
    return trainSeconds + testSeconds;
  }
}
