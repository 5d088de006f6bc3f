package org.residuum.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the outputs of a network stand for. Those of a regression are standardised: a target is
 * (output · deviation + mean).
 *
 * @param means of the targets of the training part, one an output; empty for other tasks
 * @param deviations likewise, above 0
 */
public record Outputs(Task task, List<Double> means, List<Double> deviations) {
  /** Scores of classes of which an example has one. */
  public static final Outputs CLASSES = new Outputs(Task.CLASSIFY, List.of(), List.of());

  /** Scores of labels of which an example may have any number. */
  public static final Outputs LABELS = new Outputs(Task.MULTILABEL, List.of(), List.of());

  private static final String TASK = "task";
  private static final String MEAN = "target_mean";
  private static final String DEVIATION = "target_std";
  private static final Set<String> KEYS = Set.of(TASK, MEAN, DEVIATION);

  /** Checks that there is a mean for each deviation, and that those are above 0. */
  public Outputs {
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
    boolean scaled = task == Task.REGRESSION;
    if (means.size() != deviations.size() || scaled == means.isEmpty()) {
      throw new IllegalArgumentException(
          task
              + ": "
              + means.size()
              + " means and "
              + deviations.size()
              + " deviations of targets");
    }
    for (int i = 0; i < means.size(); i++) {
      if (!Double.isFinite(means.get(i)) || !(deviations.get(i) > 0 && finite(deviations.get(i)))) {
        throw new IllegalArgumentException(
            "targets of mean " + means.get(i) + " and deviation " + deviations.get(i));
      }
    }
  }

  private static boolean finite(double value) {
    return Double.isFinite(value);
  }

  /**
   * As some data have them, with the means and deviations of all targets.
   *
   * @throws InvalidDataException where the numbers of an output are all the same
   */
  public static Outputs of(Dataset training) throws InvalidDataException {
    return switch (training.task()) {
      case CLASSIFY -> CLASSES;
      case MULTILABEL -> LABELS;
      case REGRESSION -> measured(training);
    };
  }

  private static Outputs measured(Dataset training) throws InvalidDataException {
    int width = training.labels().size();
    double[] mean = new double[width];
    double[] squares = new double[width];
    float[] row = new float[width];
    for (int i = 0; i < training.size(); i++) {
      training.targets(i, row);
      for (int k = 0; k < width; k++) {
        double before = row[k] - mean[k];
        mean[k] += before / (i + 1);
        squares[k] += before * (row[k] - mean[k]);
      }
    }
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    for (int k = 0; k < width; k++) {
      double deviation = Math.sqrt(squares[k] / training.size());
      if (!(deviation > 1e-9 * Math.abs(mean[k]) && deviation > 0)) {
        throw new InvalidDataException(
            String.format(
                Locale.ROOT,
                "%s: %s is %s in all %,d training examples, so there is nothing to learn; leave it"
                    + " out of the label columns, or choose another column",
                training.name(),
                training.labels().get(k),
                row[k],
                training.size()));
      }
      means.add(mean[k]);
      deviations.add(deviation);
    }
    return new Outputs(Task.REGRESSION, means, deviations);
  }

  /** Brings targets of an example to the scale of the outputs, in their place. */
  public void standardize(float[] targets) {
    for (int k = 0; k < means.size(); k++) {
      targets[k] = (float) ((targets[k] - means.get(k)) / deviations.get(k));
    }
  }

  /**
   * What outputs of an example say, in the data's own unit: the numbers of a regression, the
   * probability of each label; for classes the outputs themselves.
   */
  public float[] read(float[] outputs) {
    float[] read = outputs.clone();
    for (int k = 0; k < read.length; k++) {
      read[k] =
          switch (task) {
            case CLASSIFY -> outputs[k];
            case MULTILABEL -> (float) (1 / (1 + Math.exp(-outputs[k])));
            case REGRESSION -> (float) (outputs[k] * deviations.get(k) + means.get(k));
          };
    }
    return read;
  }

  /** As text: the keys {@code task, target_mean, target_std}; none for classes. */
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    if (task != Task.CLASSIFY) {
      map.put(TASK, task.toString());
    }
    if (task == Task.REGRESSION) {
      map.put(MEAN, text(means));
      map.put(DEVIATION, text(deviations));
    }
    return map;
  }

  private static String text(List<Double> numbers) {
    return String.join(",", numbers.stream().map(String::valueOf).toList());
  }

  /**
   * Takes what {@link #toMap} wrote out of a map.
   *
   * @throws IllegalArgumentException where it is not what that writes
   */
  public static Outputs takenFrom(Map<String, String> map) {
    String task = map.get(TASK);
    if (task == null) {
      return CLASSES;
    }
    Task known = Task.valueOf(task.toUpperCase(Locale.ROOT));
    Outputs outputs = new Outputs(known, numbers(map.get(MEAN)), numbers(map.get(DEVIATION)));
    map.keySet().removeAll(KEYS);
    return outputs;
  }

  private static List<Double> numbers(String text) {
    return text == null
        ? List.of()
        : List.of(text.split(",")).stream().map(Double::valueOf).toList();
  }
}
