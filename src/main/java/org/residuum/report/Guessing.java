package org.residuum.report;

import java.util.stream.DoubleStream;
import org.residuum.data.Dataset;
import org.residuum.data.Task;
import org.residuum.train.Balance;
import org.residuum.train.Evaluation;

/** The loss of a network that says the same of every example. */
public final class Guessing {
  private Guessing() {}

  /**
   * Mean cross-entropy over {@code test} of the class frequencies in {@code training}, each counted
   * once more than it occurs (Laplace): ln(classes) where all are equally common, less where they
   * are not. Without label smoothing, as {@link Evaluation#loss}. Of labels likewise, of numbers
   * that of the training mean.
   */
  public static double loss(Dataset training, Dataset test) {
    return loss(training, test, Balance.NONE);
  }

  /** The same, each class counted as a training with that balance counts it. */
  static double loss(Dataset training, Dataset test, Balance balance) {
    return switch (training.task()) {
      case CLASSIFY -> ofClasses(training, test, balance);
      case MULTILABEL -> ofLabels(training, test, balance);
      case REGRESSION -> ofNumbers(training, test);
    };
  }

  /** In words. */
  static String words(Task task, Balance balance) {
    if (task == Task.REGRESSION) {
      return "that of the mean, whatever the example";
    }
    String one = task == Task.CLASSIFY ? "class" : "label";
    return "that of guessing by how "
        + (!balance.equals(Balance.NONE)
            ? "much each " + one + " counts in training"
            : "common each " + one + " is");
  }

  private static double ofLabels(Dataset training, Dataset test, Balance balance) {
    double[] have = sums(training, (k, target) -> target);
    double[] tested = sums(test, (k, target) -> target);
    double sum = 0;
    for (int k = 0; k < have.length; k++) {
      double not = training.size() - have[k] + 1;
      double has = (have[k] + 1) * weight(balance, training, k);
      double share = balance.balancedWeights() ? 0.5 : has / (has + not);
      sum -= tested[k] * Math.log(share) + (test.size() - tested[k]) * Math.log(1 - share);
    }
    return sum / have.length / test.size();
  }

  /** The mean squared distance from the training mean, in training deviations. */
  private static double ofNumbers(Dataset training, Dataset test) {
    double[] means = sums(training, (k, target) -> target / training.size());
    double[] squares = sums(training, (k, target) -> Math.pow(target - means[k], 2));
    double[] tested = sums(test, (k, target) -> Math.pow(target - means[k], 2));
    double sum = 0;
    for (int k = 0; k < means.length; k++) {
      sum += tested[k] / squares[k] * training.size();
    }
    return sum / means.length / test.size();
  }

  private interface Of {
    double apply(int output, double target);
  }

  private static double[] sums(Dataset data, Of of) {
    double[] sums = new double[data.labels().size()];
    float[] targets = new float[sums.length];
    for (int i = 0; i < data.size(); i++) {
      data.targets(i, targets);
      for (int k = 0; k < sums.length; k++) {
        sums[k] += of.apply(k, targets[k]);
      }
    }
    return sums;
  }

  private static double ofClasses(Dataset training, Dataset test, Balance balance) {
    int classes = training.labels().size();
    int[] counts = new int[classes];
    for (int i = 0; i < training.size(); i++) {
      counts[training.label(i)]++;
    }
    double[] parts = new double[classes];
    for (int k = 0; k < classes; k++) {
      parts[k] = (balance.balancedSampling() ? 1 : counts[k] + 1) * weight(balance, training, k);
      parts[k] /= balance.balancedWeights() ? counts[k] + 1 : 1;
    }
    double total = DoubleStream.of(parts).sum();
    double sum = 0;
    for (int i = 0; i < test.size(); i++) {
      sum -= Math.log(parts[test.label(i)] / total);
    }
    return sum / test.size();
  }

  private static double weight(Balance balance, Dataset training, int label) {
    return balance.weights().getOrDefault(training.labels().get(label), 1.0);
  }
}
