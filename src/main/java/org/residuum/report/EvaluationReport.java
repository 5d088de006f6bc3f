package org.residuum.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.residuum.text.Units;
import org.residuum.train.Evaluation;

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

  /** The matrix as a picture and its worst entries as a table. */
  public static String confusion(Evaluation.ConfusionMatrix matrix) throws IOException {
    String notFinite = notFinite(matrix);
    if (matrix.notFinite() == examples(matrix)) {
      return notFinite;
    }
    List<Confusion> worst = worst(matrix);
    return notFinite
        + "<p>Each row is a true class; the numbers are per cent of it.</p>\n"
        + ReportCharts.confusion(matrix)
        + (worst.isEmpty() ? "<p>Nothing was confused.</p>\n" : worstTable(worst));
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
    return "<h2>Worst confusions</h2>\n"
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
