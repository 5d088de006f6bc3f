package org.residuum.cli.command;

import java.util.Locale;
import org.residuum.cli.text.Console;
import org.residuum.report.EvaluationReport;
import org.residuum.text.Units;
import org.residuum.train.Evaluation;
import org.residuum.train.TaskFigures;

/** What eval prints: a line of figures, then tables. */
public final class EvalText {
  private static final int MOST_PRINTED_CLASSES = 20;

  private EvalText() {}

  /** Prints the figures, unless there are no examples, and for few classes their tables. */
  static void print(Console console, String name, EvalOutcome outcome) {
    Evaluation evaluation = outcome.evaluation();
    if (evaluation.examples() == 0) {
      return;
    }
    if (evaluation.figures().isPresent()) {
      print(console, name, outcome, evaluation.figures().get());
      return;
    }
    console.out(
        "%s: top-1 %.2f %%, top-5 %.2f %%, loss %s, %,d examples, %,.0f a second",
        name,
        100 * evaluation.top1(),
        100 * evaluation.top5(),
        Units.decimal(evaluation.loss(), 4),
        evaluation.examples(),
        evaluation.imagesPerSecond());
    if (outcome.failed() > 0) {
      console.out("%s", outcome);
    }
    if (evaluation.confusion().labels().size() <= MOST_PRINTED_CLASSES) {
      console.out("%s", table(evaluation.confusion()));
      console.out("%s", classes(evaluation.confusion()));
    }
    Evaluation.ConfusionMatrix matrix = evaluation.confusion();
    console.out(
        "means over the classes: precision %.2f %%, recall %.2f %%, F1 %.2f %%; calibration error"
            + " %.2f %%",
        100 * matrix.meanPrecision(),
        100 * matrix.meanRecall(),
        100 * matrix.meanF1(),
        100 * evaluation.calibration().error());
    for (EvaluationReport.Confusion one : EvaluationReport.worst(evaluation.confusion())) {
      console.out(
          "%s taken for %s: %s, %s",
          one.truth(), one.prediction(), Units.count(one.count(), "time"), one.share());
    }
  }

  private static void print(
      Console console, String name, EvalOutcome outcome, TaskFigures figures) {
    Evaluation evaluation = outcome.evaluation();
    console.out(
        "%s: %s  loss %s, %,d examples, %,.0f a second",
        name,
        figures.summary(),
        Units.decimal(evaluation.loss(), 4),
        evaluation.examples(),
        evaluation.imagesPerSecond());
    if (outcome.failed() > 0) {
      console.out("%s", outcome);
    }
    console.out("%s", figures.table());
  }

  /** A row a class; nothing for what there are no examples of. */
  private static String classes(Evaluation.ConfusionMatrix matrix) {
    int width = Math.max(6, 1 + matrix.labels().stream().mapToInt(String::length).max().orElse(0));
    StringBuilder text = new StringBuilder(" ".repeat(width));
    text.append(" precision    recall        F1  examples");
    for (int label = 0; label < matrix.labels().size(); label++) {
      text.append(String.format("%n%-" + width + "s", matrix.labels().get(label)));
      for (double share :
          new double[] {matrix.precision(label), matrix.recall(label), matrix.f1(label)}) {
        text.append(
            Double.isNaN(share)
                ? " ".repeat(10)
                : String.format(Locale.ROOT, "%8.2f %%", 100 * share));
      }
      text.append(String.format(Locale.ROOT, "%,10d", matrix.total(label)));
    }
    return text.toString();
  }

  /**
   * A row a true class, a column a prediction; one more for those without finite scores, if any.
   */
  public static String table(Evaluation.ConfusionMatrix matrix) {
    int width = Math.max(6, 1 + matrix.labels().stream().mapToInt(String::length).max().orElse(0));
    boolean all = matrix.notFinite() == 0;
    StringBuilder text = new StringBuilder(" ".repeat(width));
    matrix.labels().forEach(label -> text.append(" ".repeat(width - label.length())).append(label));
    text.append(all ? "" : "  no scores");
    for (int truth = 0; truth < matrix.labels().size(); truth++) {
      text.append(String.format("%n%-" + width + "s", matrix.labels().get(truth)));
      for (int guess = 0; guess < matrix.labels().size(); guess++) {
        text.append(String.format(Locale.ROOT, "%" + width + "d", matrix.count(truth, guess)));
      }
      text.append(all ? "" : String.format(Locale.ROOT, "%11d", matrix.notFinite(truth)));
    }
    return text.toString();
  }
}
