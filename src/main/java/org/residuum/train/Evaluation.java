package org.residuum.train;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.residuum.data.Task;

/**
 * How well a network does on a data set. An example whose scores are not all finite counts as
 * wrong, and not in the loss.
 *
 * @param loss mean softmax cross-entropy, without label smoothing; mean binary cross-entropy of
 *     labels; mean squared error of standardised numbers; NaN where no scores are finite
 * @param accuracy how often the class has the highest logit, or one of the five highest
 * @param confusion counts by class and prediction
 * @param calibration whether it is right as often as it says, and where it was most wrong
 * @param seconds duration
 * @param figures of labels that do not exclude each other, or of numbers: then there is nothing in
 *     accuracy, confusion and calibration, and the loss is theirs; empty for classes
 */
public record Evaluation(
    int examples,
    double loss,
    Accuracy accuracy,
    ConfusionMatrix confusion,
    Calibration calibration,
    double seconds,
    Optional<TaskFigures> figures) {

  /** Of classes. */
  public Evaluation(
      int examples,
      double loss,
      double top1,
      double top5,
      ConfusionMatrix confusion,
      Calibration calibration,
      double seconds) {
    this(
        examples,
        loss,
        new Accuracy(top1, top5),
        confusion,
        calibration,
        seconds,
        Optional.empty());
  }

  /** Of something else than classes. */
  Evaluation(int examples, double loss, TaskFigures figures, double seconds) {
    this(
        examples,
        loss,
        Accuracy.NONE,
        new ConfusionMatrix(List.of()),
        new Calibration(),
        seconds,
        Optional.of(figures));
  }

  /** Of nothing. */
  public static final Evaluation NONE =
      new Evaluation(
          0,
          Double.NaN,
          Accuracy.NONE,
          new ConfusionMatrix(List.of()),
          new Calibration(),
          0,
          Optional.empty());

  /**
   * Shares of the examples, from 0 to 1.
   *
   * @param top1 of those whose class has the highest logit
   * @param top5 of those whose class is among the five highest logits
   */
  public record Accuracy(double top1, double top5) {
    private static final Accuracy NONE = new Accuracy(Double.NaN, Double.NaN);
  }

  /** Share of the examples whose class has the highest logit; NaN for other tasks. */
  public double top1() {
    return accuracy.top1();
  }

  /** Share of the examples whose class is among the five highest logits; NaN for other tasks. */
  public double top5() {
    return accuracy.top5();
  }

  /** What a network is judged by. */
  public enum Metric {
    /** Mean cross-entropy; less is better. */
    LOSS,
    /** Share of the examples classified right. */
    ACCURACY,
    /** Share of the examples whose class is among the five likeliest. */
    TOP5,
    /** Mean over the classes of the share recognised, so that rare ones count as much. */
    RECALL,
    /** Mean over the classes, or the labels, of F1. */
    F1,
    /** Of labels: mean average precision. */
    MAP,
    /** Of numbers: root of the mean squared error, the mean over the columns. */
    RMSE,
    /** Of numbers: mean absolute error, the mean over the columns. */
    MAE,
    /** Of numbers: share of the variance explained, the mean over the columns. */
    R2;

    /** Whether it is one of a task. */
    public boolean suits(Task task) {
      return of(task).contains(this);
    }

    /** Those of a task, the usual one first. */
    public static List<Metric> of(Task task) {
      return switch (task) {
        case CLASSIFY -> List.of(ACCURACY, LOSS, TOP5, RECALL, F1);
        case MULTILABEL -> List.of(MAP, LOSS, F1);
        case REGRESSION -> List.of(RMSE, LOSS, MAE, R2);
      };
    }

    /**
     * Of an evaluation; more is better, for which losses and errors are negated. NaN for a metric
     * of another task.
     */
    public double score(Evaluation evaluation) {
      if (this != LOSS && evaluation.figures().isPresent()) {
        return evaluation.figures().get().score(this);
      }
      return switch (this) {
        case LOSS -> -evaluation.loss();
        case ACCURACY -> evaluation.top1();
        case TOP5 -> evaluation.top5();
        case RECALL -> evaluation.confusion().meanRecall();
        case F1 -> evaluation.confusion().meanF1();
        case MAP, RMSE, MAE, R2 -> Double.NaN;
      };
    }

    /** As on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether there were examples. */
  public boolean isThere() {
    return examples > 0;
  }

  /** How many examples have scores that are not all finite. */
  public int notFinite() {
    return figures.map(TaskFigures::notFinite).orElseGet(confusion::notFinite);
  }

  public double imagesPerSecond() {
    return examples / seconds;
  }

  /**
   * What a network says of an example.
   *
   * @param index of the example in what was evaluated, from 0
   * @param confidence the probability of {@code prediction}
   * @param ofLabel the probability of {@code label}
   */
  public record Answer(int index, int label, int prediction, double confidence, double ofLabel) {
    private static final Comparator<Answer> SUREST =
        Comparator.comparingDouble(Answer::confidence).reversed().thenComparingInt(Answer::index);
  }

  /**
   * How far the probability of the likeliest class is from the share that is right (Guo et al.
   * 2017, "On calibration of modern neural networks", equation 3, with 15 bins of equal width), and
   * the mistakes of the highest probability.
   */
  public static final class Calibration {
    /** How many bins there are: bin b is of confidences from b / BINS to (b + 1) / BINS. */
    public static final int BINS = 15;

    private static final int MISTAKES = 24;

    private final int[] counts = new int[BINS];
    private final int[] right = new int[BINS];
    private final double[] confidences = new double[BINS];
    private final TreeSet<Answer> surest = new TreeSet<>(Answer.SUREST);

    /** Counts an example whose likeliest class has the probability {@code confidence}. */
    public void add(double confidence, boolean isRight) {
      int bin = (int) Math.max(0, Math.min(BINS - 1, Math.ceil(confidence * BINS) - 1));
      counts[bin]++;
      right[bin] += isRight ? 1 : 0;
      confidences[bin] += confidence;
    }

    /**
     * The same, and keeps the mistake if it is one of the surest.
     *
     * @return whether it was kept
     */
    public boolean add(Answer example) {
      boolean isRight = example.prediction() == example.label();
      add(example.confidence(), isRight);
      return !isRight
          && surest.add(example)
          && (surest.size() <= MISTAKES || surest.pollLast() != example);
    }

    /** The mistakes of the highest confidence, 24 at most, the surest first. */
    public List<Answer> surestMistakes() {
      return List.copyOf(surest);
    }

    /** How many examples are in a bin. */
    public int count(int bin) {
      return counts[bin];
    }

    /** The share of a bin's examples that are right; NaN without examples. */
    public double accuracy(int bin) {
      return right[bin] / (double) counts[bin];
    }

    /** The mean confidence of a bin's examples; NaN without examples. */
    public double confidence(int bin) {
      return confidences[bin] / counts[bin];
    }

    /**
     * The expected calibration error, Σ n_b / n · |accuracy_b - confidence_b|, from 0 to 1; NaN
     * without examples.
     */
    public double error() {
      double sum =
          IntStream.range(0, BINS).mapToDouble(b -> Math.abs(confidences[b] - right[b])).sum();
      return sum / Arrays.stream(counts).sum();
    }
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

    /**
     * The harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN); NaN for a class without
     * examples that none was taken for.
     */
    public double f1(int label) {
      return 2.0 * count(label, label) / (total(label) + predicted(label));
    }

    /** Mean recall of the classes that have examples. */
    public double meanRecall() {
      return mean(this::recall);
    }

    /** Mean precision of the classes that have examples, 0 for one that none was taken for. */
    public double meanPrecision() {
      return mean(label -> predicted(label) == 0 ? 0 : precision(label));
    }

    /** Mean F1 of the classes that have examples. */
    public double meanF1() {
      return mean(this::f1);
    }

    private double mean(IntToDoubleFunction value) {
      return IntStream.range(0, labels.size())
          .filter(label -> total(label) > 0)
          .mapToDouble(value)
          .average()
          .orElse(Double.NaN);
    }
  }
}
