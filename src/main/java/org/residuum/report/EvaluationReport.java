package org.residuum.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.residuum.report.chart.Markup;
import org.residuum.text.Units;
import org.residuum.train.Evaluation;
import org.residuum.train.TaskFigures;

/** What a confusion matrix tells, as text and as a part of a page. */
public final class EvaluationReport {
  private static final int WORST = 10;

  private EvaluationReport() {}

  /** One class taken for another. */
  public record Confusion(String truth, String prediction, int count, int total) {
    public String share() {
      return Units.percent((double) count / total);
    }
  }

  /** What there is of labels that do not exclude each other, or of numbers. */
  public static String figures(TaskFigures figures) {
    return "<p>"
        + Markup.escape(figures.summary())
        + "</p>\n<pre>"
        + Markup.escape(figures.table())
        + "</pre>\n";
  }

  /** The most frequent confusions, most frequent first. */
  public static List<Confusion> worst(Evaluation.ConfusionMatrix matrix) {
    List<Confusion> found = new ArrayList<>();
    List<String> labels = matrix.labels();
    for (int truth = 0; truth < labels.size(); truth++) {
      for (int guess = 0; guess < labels.size(); guess++) {
        if (guess != truth && matrix.count(truth, guess) > 0) {
          found.add(
              new Confusion(
                  labels.get(truth),
                  labels.get(guess),
                  matrix.count(truth, guess),
                  matrix.total(truth)));
        }
      }
    }
    found.sort(Comparator.comparingInt(Confusion::count).reversed());
    return found.subList(0, Math.min(WORST, found.size()));
  }

  /**
   * Adds what an evaluation tells of each class.
   *
   * @param part what was evaluated, before the word data; "" for all there is
   */
  public static void add(ReportPage page, String part, Evaluation evaluation, Mistakes mistakes)
      throws IOException {
    String data = part.isEmpty() ? "" : " in the " + part + " data";
    if (evaluation.figures().isPresent()) {
      page.section("Figures" + data, figures(evaluation.figures().get()));
      return;
    }
    Evaluation.ConfusionMatrix matrix = evaluation.confusion();
    page.section("Confusion" + data, confusion(matrix));
    if (matrix.notFinite() < examples(matrix)) {
      page.section("Classes" + data, ClassTable.html(matrix));
      page.section("Calibration" + data, new ReliabilityFigure(evaluation).withWords());
      page.section("Most confident mistakes" + data, mistakes.html(evaluation));
    }
  }

  /** The matrix and its worst entries as a table. */
  static String confusion(Evaluation.ConfusionMatrix matrix) {
    String notFinite = notFinite(matrix);
    if (matrix.notFinite() == examples(matrix)) {
      return notFinite;
    }
    int classes = matrix.labels().size();
    List<Confusion> worst = worst(matrix);
    String figure =
        classes <= ConfusionFigure.MOST_CLASSES
            ? new ConfusionFigure(matrix).html()
            : String.format(
                Locale.ROOT, "<p>A matrix of %,d classes is too large to be shown.</p>\n", classes);
    String table = worst.isEmpty() ? "<p>Nothing was confused.</p>\n" : worstTable(worst);
    boolean narrow = classes <= ConfusionFigure.MOST_WITH_NUMBERS;
    return notFinite + (narrow ? ReportPage.pair(figure, table) : figure + table);
  }

  private static int examples(Evaluation.ConfusionMatrix matrix) {
    return IntStream.range(0, matrix.labels().size()).map(matrix::total).sum();
  }

  private static String notFinite(Evaluation.ConfusionMatrix matrix) {
    return matrix.notFinite() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "<p>%,d of %s: scores that are not finite, which count as wrong.</p>\n",
            matrix.notFinite(),
            Units.count(examples(matrix), "example"));
  }

  private static String worstTable(List<Confusion> worst) {
    return "<h3>Most frequent confusions</h3>\n"
        + ReportPage.table(
            List.of("true class", "taken for", "times", "share of the class"),
            2,
            worst.stream()
                .map(
                    one ->
                        List.of(
                            one.truth(),
                            one.prediction(),
                            String.valueOf(one.count()),
                            one.share()))
                .toList());
  }
}
