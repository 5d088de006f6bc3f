package org.residuum.train;

import java.util.Arrays;
import java.util.List;

/**
 * How well a network does on a data set. An example whose scores are not all finite counts as
 * wrong, and not in the loss.
 *
 * @param loss mean softmax cross-entropy, without label smoothing; NaN where no scores are finite
 * @param top1 share of the examples whose class has the highest logit
 * @param top5 share of the examples whose class is among the five highest logits
 * @param confusion counts by class and prediction
 * @param seconds duration
 */
public record Evaluation(
    int examples,
    double loss,
    double top1,
    double top5,
    ConfusionMatrix confusion,
    double seconds) {

  /** Of nothing. */
  public static final Evaluation NONE =
      new Evaluation(0, Double.NaN, Double.NaN, Double.NaN, new ConfusionMatrix(List.of()), 0);

  /** Whether there were examples. */
  public boolean isThere() {
    return examples > 0;
  }

  /** How many examples have scores that are not all finite. */
  public int notFinite() {
    return confusion.notFinite();
  }

  public double imagesPerSecond() {
    return examples / seconds;
  }

  /**
   * How often each class was taken for each other. An example whose scores are not all finite
   * counts among its class's examples, and was taken for none.
   */
  public static final class ConfusionMatrix {
    private final List<String> labels;
    private final int[] counts;
    private final int[] notFinite;

    public ConfusionMatrix(List<String> labels) {
      this.labels = List.copyOf(labels);
      this.counts = new int[Math.multiplyExact(labels.size(), labels.size())];
      this.notFinite = new int[labels.size()];
    }

    /** Counts an example of class {@code label}, classified as {@code prediction}. */
    public void add(int label, int prediction) {
      counts[label * labels.size() + prediction]++;
    }

    /** Counts an example of class {@code label} whose scores are not all finite. */
    public void addNotFinite(int label) {
      notFinite[label]++;
    }

    /** The names of the classes. */
    public List<String> labels() {
      return labels;
    }

    /** How many examples of class {@code label} were classified as {@code prediction}. */
    public int count(int label, int prediction) {
      return counts[label * labels.size() + prediction];
    }

    /** How many examples of class {@code label} have scores that are not all finite. */
    public int notFinite(int label) {
      return notFinite[label];
    }

    /** The same of all classes. */
    public int notFinite() {
      return Arrays.stream(notFinite).sum();
    }

    /** The examples of a class. */
    public int total(int label) {
      int total = notFinite[label];
      for (int prediction = 0; prediction < labels.size(); prediction++) {
        total += count(label, prediction);
      }
      return total;
    }

    /** The examples classified as {@code prediction}. */
    public int predicted(int prediction) {
      int total = 0;
      for (int label = 0; label < labels.size(); label++) {
        total += count(label, prediction);
      }
      return total;
    }

    /** Share of a class's examples that were recognised; NaN without examples. */
    public double recall(int label) {
      return count(label, label) / (double) total(label);
    }

    /** Share of the examples classified as {@code label} that belong to it; NaN without any. */
    public double precision(int label) {
      return count(label, label) / (double) predicted(label);
    }
  }
}
