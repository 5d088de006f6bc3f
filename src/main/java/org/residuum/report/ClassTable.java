package org.residuum.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.residuum.report.chart.Markup;
import org.residuum.train.Evaluation;

/** Precision, recall and F1 of each class. */
final class ClassTable {
  /** Of more classes only those of the lowest F1 are shown. */
  private static final int MOST = 250;

  private static final int LONG = 20;

  private ClassTable() {}

  static String html(Evaluation.ConfusionMatrix matrix) {
    int classes = matrix.labels().size();
    List<Integer> shown =
        classes <= MOST
            ? IntStream.range(0, classes).boxed().toList()
            : IntStream.range(0, classes)
                .boxed()
                .filter(label -> matrix.total(label) > 0)
                .sorted(Comparator.comparingDouble(matrix::f1))
                .limit(MOST)
                .toList();
    Markup html = new Markup();
    if (classes > MOST) {
      html.leaf(
          "p",
          String.format(
              Locale.ROOT, "The %d of %,d classes with the lowest F1.", shown.size(), classes));
    }
    html.open(
        "div",
        "class",
        classes > LONG ? "scroll tall" : "scroll",
        "tabindex",
        "0",
        "role",
        "region",
        "aria-label",
        "Classes");
    html.open("table").open("thead").open("tr").leaf("th", "class", "scope", "col");
    for (String head : List.of("precision", "recall", "F1", "support")) {
      html.leaf("th", head, "class", "number", "scope", "col");
    }
    html.close().close().open("tbody").line();
    shown.forEach(label -> row(html, matrix, label));
    html.close();
    means(html, matrix);
    return html.close().close().line().toString();
  }

  private static void row(Markup html, Evaluation.ConfusionMatrix matrix, int label) {
    html.open("tr").leaf("td", matrix.labels().get(label), "class", "text");
    shares(html, matrix.precision(label), matrix.recall(label), matrix.f1(label));
    count(html, matrix.total(label));
    html.close().line();
  }

  private static void means(Markup html, Evaluation.ConfusionMatrix matrix) {
    int all = IntStream.range(0, matrix.labels().size()).map(matrix::total).sum();
    html.open("tfoot").open("tr").leaf("th", "mean", "scope", "row");
    shares(html, matrix.meanPrecision(), matrix.meanRecall(), matrix.meanF1());
    count(html, all);
    html.close().close();
  }

  /** In per cent; what there are no examples of stays empty. */
  private static void shares(Markup html, double... shares) {
    for (double share : shares) {
      if (Double.isFinite(share)) {
        String text = String.format(Locale.ROOT, "%.1f %%", 100 * share);
        html.leaf("td", text, "class", "number share", "style", "--v:" + Math.round(100 * share));
      } else {
        html.leaf("td", "–", "class", "number");
      }
    }
  }

  private static void count(Markup html, int count) {
    html.leaf("td", String.format(Locale.ROOT, "%,d", count), "class", "number");
  }
}
