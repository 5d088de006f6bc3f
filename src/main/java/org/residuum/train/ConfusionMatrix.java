package org.residuum.train;

import java.util.List;

/** How often each class was taken for each other. */
public final class ConfusionMatrix {
  private final List<String> labels;
  private final int[] counts;

  ConfusionMatrix(List<String> labels) {
    this.labels = List.copyOf(labels);
    this.counts = new int[Math.multiplyExact(labels.size(), labels.size())];
  }

  void add(int label, int prediction) {
    counts[label * labels.size() + prediction]++;
  }

  /** The names of the classes. */
  public List<String> labels() {
    return labels;
  }

  /** How many examples of class {@code label} were classified as {@code prediction}. */
  public int count(int label, int prediction) {
    return counts[label * labels.size() + prediction];
  }

  /** The examples of a class. */
  public int total(int label) {
    int total = 0;
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
