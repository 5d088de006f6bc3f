package org.residuum.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** How well a network does that tells something else of an example than its one class. */
public abstract sealed class TaskFigures {
  private final List<String> labels;
  private int notFinite;

  private TaskFigures(List<String> labels) {
    this.labels = List.copyOf(labels);
  }

  /** What the outputs are called. */
  public final List<String> labels() {
    return labels;
  }

  /** How many examples have outputs that are not all finite; they are not in the figures. */
  public final int notFinite() {
    return notFinite;
  }

  /** Counts such an example. */
  final void addNotFinite() {
    notFinite++;
  }

  /** The figures over all outputs by the names of their metrics, and other ones. */
  public abstract Map<String, Double> values();

  /** For example {@code mAP 98.20 %, F1 95.31 %}. */
  public abstract String summary();

  /** A row an output, with names above the columns. */
  public abstract String table();

  /** Of a metric, more is better; NaN for one of another task. */
  public abstract double score(Evaluation.Metric metric);

  private static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  private static String table(List<String> labels, List<String> names, CellText cell) {
    int width = Math.max(6, 2 + labels.stream().mapToInt(String::length).max().orElse(0));
    StringBuilder text = new StringBuilder(" ".repeat(width));
    names.forEach(name -> text.append(String.format("%12s", name)));
    for (int k = 0; k < labels.size(); k++) {
      text.append(String.format("%n%-" + width + "s", labels.get(k)));
      for (int column = 0; column < names.size(); column++) {
        text.append(String.format("%12s", cell.of(k, column)));
      }
    }
    return text.toString();
  }

  /** What stands in a table. */
  private interface CellText {
    String of(int label, int column);
  }

  private static double mean(int count, IntToDoubleFunction value) {
    return IntStream.range(0, count)
        .mapToDouble(value)
        .filter(one -> !Double.isNaN(one))
        .average()
        .orElse(Double.NaN);
  }

  /**
   * Of labels of which an example may have any number. It is said to have those whose probability
   * is at least a half.
   */
  public static final class OfLabels extends TaskFigures {
    private final List<float[]> scores = new ArrayList<>();
    private final List<boolean[]> truths = new ArrayList<>();
    private final int[] right;
    private final int[] said;
    private final int[] having;
    private int wholly;

    OfLabels(List<String> labels) {
      super(labels);
      right = new int[labels.size()];
      said = new int[labels.size()];
      having = new int[labels.size()];
    }

    /** Counts an example by its logits and targets; both are kept. */
    void add(float[] logits, float[] targets) {
      boolean[] truth = new boolean[right.length];
      boolean all = true;
      for (int k = 0; k < truth.length; k++) {
        truth[k] = targets[k] >= 0.5f;
        boolean told = logits[k] >= 0;
        right[k] += truth[k] && told ? 1 : 0;
        said[k] += told ? 1 : 0;
        having[k] += truth[k] ? 1 : 0;
        all &= truth[k] == told;
      }
      wholly += all ? 1 : 0;
      scores.add(logits);
      truths.add(truth);
    }

    /** How many examples have a label. */
    public int having(int label) {
      return having[label];
    }

    /** Share of those said to have a label that have it; NaN without any. */
    public double precision(int label) {
      return right[label] / (double) said[label];
    }

    /** Share of those that have a label that are said to have it; NaN without any. */
    public double recall(int label) {
      return right[label] / (double) having[label];
    }

    /** 2 TP / (2 TP + FP + FN); NaN for a label that no example has or is said to have. */
    public double f1(int label) {
      return 2.0 * right[label] / (having[label] + said[label]);
    }

    /**
     * The mean of the precisions at each example that has the label, from the highest score down;
     * equal scores count together. NaN for a label that no example has.
     */
    public double averagePrecision(int label) {
      Integer[] order =
          IntStream.range(0, scores.size())
              .boxed()
              .sorted(Comparator.comparing((Integer i) -> -scores.get(i)[label]))
              .toArray(Integer[]::new);
      double sum = 0;
      int hits = 0;
      for (int first = 0, next; first < order.length; first = next) {
        int before = hits;
        for (next = first; next < order.length && same(label, order[first], order[next]); next++) {
          hits += truths.get(order[next])[label] ? 1 : 0;
        }
        sum += (hits - before) * (hits / (double) next);
      }
      return sum / having[label];
    }

    private boolean same(int label, int a, int b) {
      return scores.get(a)[label] == scores.get(b)[label];
    }

    /** The mean over the labels that examples have. */
    public double meanAveragePrecision() {
      return mean(labels().size(), this::averagePrecision);
    }

    /** The same of F1. */
    public double meanF1() {
      return mean(labels().size(), k -> having[k] == 0 ? Double.NaN : f1(k));
    }

    /** F1 of all labels counted together. */
    public double microF1() {
      return 2.0
          * Arrays.stream(right).sum()
          / (Arrays.stream(having).sum() + Arrays.stream(said).sum());
    }

    /** Share of the examples all of whose labels are told right. */
    public double exact() {
      return wholly / (double) scores.size();
    }

    @Override
    public Map<String, Double> values() {
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("map", meanAveragePrecision());
      values.put("f1", meanF1());
      values.put("micro_f1", microF1());
      values.put("exact", exact());
      return values;
    }

    @Override
    public String summary() {
      return "mAP "
          + percent(meanAveragePrecision())
          + "  F1 "
          + percent(meanF1())
          + "  all labels right "
          + percent(exact());
    }

    @Override
    public String table() {
      return TaskFigures.table(
          labels(),
          List.of("precision", "recall", "F1", "AP", "examples"),
          (k, column) ->
              switch (column) {
                case 0 -> percent(precision(k));
                case 1 -> percent(recall(k));
                case 2 -> percent(f1(k));
                case 3 -> percent(averagePrecision(k));
                default -> String.format(Locale.ROOT, "%,d", having[k]);
              });
    }

    @Override
    public double score(Evaluation.Metric metric) {
      return switch (metric) {
        case F1 -> meanF1();
        case MAP -> meanAveragePrecision();
        default -> Double.NaN;
      };
    }
  }

  /** Of numbers, in their own unit. */
  public static final class OfNumbers extends TaskFigures {
    private final double[] squares;
    private final double[] distances;
    private final double[] means;
    private final double[] spreads;
    private int count;

    OfNumbers(List<String> labels) {
      super(labels);
      squares = new double[labels.size()];
      distances = new double[labels.size()];
      means = new double[labels.size()];
      spreads = new double[labels.size()];
    }

    /** Counts an example. */
    void add(float[] predicted, float[] targets) {
      count++;
      for (int k = 0; k < squares.length; k++) {
        double error = (double) predicted[k] - targets[k];
        squares[k] += error * error;
        distances[k] += Math.abs(error);
        double before = targets[k] - means[k];
        means[k] += before / count;
        spreads[k] += before * (targets[k] - means[k]);
      }
    }

    /** Root of the mean squared error. */
    public double rmse(int column) {
      return Math.sqrt(squares[column] / count);
    }

    /** Mean absolute error. */
    public double mae(int column) {
      return distances[column] / count;
    }

    /**
     * The share of the variance that is explained, 1 - Σ (t - y)² / Σ (t - mean)²; NaN where the
     * targets are all the same.
     */
    public double r2(int column) {
      return spreads[column] > 0 ? 1 - squares[column] / spreads[column] : Double.NaN;
    }

    /** The mean over the columns. */
    public double rmse() {
      return mean(labels().size(), this::rmse);
    }

    /** Likewise. */
    public double mae() {
      return mean(labels().size(), this::mae);
    }

    /** Likewise. */
    public double r2() {
      return mean(labels().size(), this::r2);
    }

    @Override
    public Map<String, Double> values() {
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("rmse", rmse());
      values.put("mae", mae());
      values.put("r2", r2());
      return values;
    }

    @Override
    public String summary() {
      return "RMSE " + number(rmse()) + "  MAE " + number(mae()) + "  R² " + number(r2());
    }

    private static String number(double value) {
      return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.4g", value);
    }

    @Override
    public String table() {
      return TaskFigures.table(
          labels(),
          List.of("RMSE", "MAE", "R²"),
          (k, column) ->
              switch (column) {
                case 0 -> number(rmse(k));
                case 1 -> number(mae(k));
                default -> number(r2(k));
              });
    }

    @Override
    public double score(Evaluation.Metric metric) {
      return switch (metric) {
        case RMSE -> -rmse();
        case MAE -> -mae();
        case R2 -> r2();
        default -> Double.NaN;
      };
    }
  }
}
