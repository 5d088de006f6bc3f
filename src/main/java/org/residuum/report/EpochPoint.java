package org.residuum.report;

import java.util.Arrays;
import org.residuum.train.TrainingResult;

/** What a report shows of one epoch, as the row of numbers that training keeps on disk. */
public final class EpochPoint {
  /** How many numbers it is. */
  static final int NUMBERS = 12;

  private final double[] numbers;

  private EpochPoint(double... numbers) {
    this.numbers = numbers;
  }

  static EpochPoint of(TrainingResult.EpochResult result) {
    return new EpochPoint(
        result.epoch(),
        result.trainLoss(),
        result.trainAccuracy(),
        result.learningRate(),
        result.imagesPerSecond(),
        result.trainSeconds(),
        result.validation().loss(),
        result.validation().top1(),
        result.validation().seconds(),
        result.pace().waitingSeconds(),
        result.gradients().mean(),
        result.gradients().clippedShare());
  }

  /** The inverse of {@link #numbers}; those that an older version had not are NaN. */
  static EpochPoint of(double... numbers) {
    double[] all = Arrays.copyOf(numbers, NUMBERS);
    Arrays.fill(all, numbers.length, NUMBERS, Double.NaN);
    return new EpochPoint(all);
  }

  double[] numbers() {
    return numbers.clone();
  }

  public int epoch() {
    return (int) numbers[0];
  }

  public double loss() {
    return numbers[1];
  }

  public double accuracy() {
    return numbers[2];
  }

  public double learningRate() {
    return numbers[3];
  }

  public double imagesPerSecond() {
    return numbers[4];
  }

  /** Duration, evaluation apart. */
  public double trainSeconds() {
    return numbers[5];
  }

  public double validationLoss() {
    return numbers[6];
  }

  public double validationTop1() {
    return numbers[7];
  }

  public double validationSeconds() {
    return numbers[8];
  }

  /** Of {@link #trainSeconds}, those in which no batch was ready. */
  public double waitingSeconds() {
    return numbers[9];
  }

  /** The mean over the steps of the global L2 norm, before it is limited. */
  public double gradientNorm() {
    return numbers[10];
  }

  /** The share of the steps whose gradients were above the limit. */
  public double clippedShare() {
    return numbers[11];
  }

  public double seconds() {
    return trainSeconds() + validationSeconds();
  }
}
