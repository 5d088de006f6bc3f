package org.residuum.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.residuum.report.chart.Box;
import org.residuum.report.chart.HeatMap;
import org.residuum.report.chart.Markup;
import org.residuum.train.Evaluation;

/**
 * A confusion matrix: a row a true class, a column a prediction. What is right has one colour, what
 * is wrong another, and the shade is the share of the row.
 */
final class ConfusionFigure {
  /** More classes than can be told apart on a screen. */
  static final int MOST_CLASSES = 250;

  /** Of so many the cells have numbers, and the figure is not wide. */
  static final int MOST_WITH_NUMBERS = 12;

  private static final double WIDTH = 900;
  private static final double LABEL_PITCH = 12;
  private static final double LETTER = 6.6;
  private static final int LONGEST_NAME = 18;

  /** Shares at which the next shade begins. */
  private static final double[] SHADES = {0, 0.01, 0.05, 0.15, 0.35, 0.65};

  /** Shades that text is written on in the colour of the page. */
  private static final int DARK = 4;

  private final Evaluation.ConfusionMatrix matrix;
  private final List<String> labels;
  private final int classes;
  private final Box box;

  ConfusionFigure(Evaluation.ConfusionMatrix matrix) {
    this.matrix = matrix;
    labels = matrix.labels();
    classes = labels.size();
    double letters =
        LETTER * labels.stream().mapToInt(one -> shortened(one).length()).max().orElse(0);
    double cell = Math.max(3.6, Math.min(44, WIDTH / classes));
    double tall = hasNumbers() ? Math.min(cell, 34) : cell;
    double above = isUpright() ? letters + 32 : 44;
    box = new Box(letters + 34, above, cell * classes, tall * classes);
  }

  private boolean hasNumbers() {
    return classes <= MOST_WITH_NUMBERS;
  }

  /** Whether the names of the columns are too long to lie above them. */
  private boolean isUpright() {
    double longest = labels.stream().mapToInt(one -> shortened(one).length()).max().orElse(0);
    return LETTER * longest > Math.min(44, WIDTH / classes) - 4;
  }

  private static String shortened(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "…";
  }

  String html() {
    Markup html = new Markup().open("figure", "class", "matrix");
    html.open(
        "div",
        "class",
        "scroll",
        "tabindex",
        "0",
        "role",
        "region",
        "aria-label",
        "Confusion matrix");
    String values =
        IntStream.range(0, classes * classes)
            .map(i -> matrix.count(i / classes, i % classes))
            .mapToObj(count -> count == 0 ? "" : String.valueOf(count))
            .collect(Collectors.joining(","));
    int[] totals = IntStream.range(0, classes).map(matrix::total).toArray();
    Hover.Grid grid = new Hover.Grid("true class ", "taken for ", "", "never");
    double width = box.right() + 8;
    html.open(
        "svg",
        "viewBox",
        String.format(Locale.ROOT, "0 0 %.0f %.0f", width, box.bottom() + 8),
        "style",
        String.format(Locale.ROOT, "min-width:%.0fpx;max-width:%.0fpx", 0.8 * width, 1.2 * width),
        "role",
        "img",
        "aria-label",
        summary(),
        "data-values",
        values,
        "data-grid",
        grid.json(box, labels, labels, totals));
    draw(html);
    html.close().close();
    scale(html);
    return html.close().line().toString();
  }

  private String summary() {
    int right = IntStream.range(0, classes).map(i -> matrix.count(i, i)).sum();
    int all = IntStream.range(0, classes).map(matrix::total).sum();
    return String.format(
        Locale.ROOT, "Confusion matrix of %d classes: %,d of %,d right", classes, right, all);
  }

  private void draw(Markup html) {
    HeatMap map = new HeatMap(box, classes, classes);
    String separate = classes <= 50 ? " separate" : "";
    for (int shade = 0; shade < SHADES.length; shade++) {
      map.cells(
          html, "yes c" + shade + separate, shade, (r, c) -> r == c ? shade(r, c) : -1, false);
      map.cells(
          html,
          "no c" + shade + separate,
          shade,
          (r, c) -> r == c ? -1 : shade(r, c),
          !hasNumbers());
    }
    html.rectangle("frame", box).line();
    labels(html, map);
    if (hasNumbers()) {
      numbers(html, map);
    }
  }

  private int shade(int truth, int prediction) {
    int count = matrix.count(truth, prediction);
    if (count == 0) {
      return -1;
    }
    double share = share(truth, prediction);
    return (int) Arrays.stream(SHADES).filter(from -> share > from).count() - 1;
  }

  private double share(int truth, int prediction) {
    return (double) matrix.count(truth, prediction) / matrix.total(truth);
  }

  private void labels(Markup html, HeatMap map) {
    String look = box.height() / classes < LABEL_PITCH ? " small" : "";
    double pitch = look.isEmpty() ? LABEL_PITCH : 9;
    int every = (int) Math.ceil(pitch * classes / Math.min(box.width(), box.height()));
    for (int i = 0; i < classes; i += every) {
      String name = shortened(labels.get(i));
      html.label(name, "e" + look, box.left() - 6, map.middleY(i));
      if (isUpright()) {
        String turned =
            String.format(
                Locale.ROOT, "translate(%.1f %.1f) rotate(-90)", map.middleX(i), box.top() - 6);
        html.leaf("text", name, "class", look.strip(), "transform", turned, "dy", ".32em");
      } else {
        html.label(name, "m" + look, map.middleX(i), box.top() - 10);
      }
    }
    html.line();
    html.label("taken for", "m", box.left() + box.width() / 2, 11.0);
    String turned =
        String.format(Locale.ROOT, "translate(9 %.1f) rotate(-90)", box.top() + box.height() / 2);
    html.leaf("text", "true class", "class", "m", "transform", turned, "dy", ".32em").line();
  }

  /** Per cent of the row. */
  private void numbers(Markup html, HeatMap map) {
    for (int truth = 0; truth < classes; truth++) {
      for (int prediction = 0; prediction < classes; prediction++) {
        if (matrix.count(truth, prediction) > 0) {
          String look = shade(truth, prediction) >= DARK ? "m on" : "m off";
          html.label(
              percent(share(truth, prediction)), look, map.middleX(prediction), map.middleY(truth));
        }
      }
      html.line();
    }
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, share < 0.1 ? "%.1f" : "%.0f", 100 * share);
  }

  private static void scale(Markup html) {
    html.open("div", "class", "swatches");
    html.leaf("span", "per cent of the true class:");
    for (int shade = 0; shade < SHADES.length; shade++) {
      html.open("span").open("svg", "viewBox", "0 0 26 12", "aria-hidden", "true");
      html.empty("rect", "class", "yes c" + shade, "width", "12", "height", "12");
      html.empty("rect", "class", "no c" + shade, "x", "14", "width", "12", "height", "12");
      html.close();
      html.text(String.format(Locale.ROOT, "over %.0f", 100 * SHADES[shade])).close();
    }
    html.leaf("span", "blue: right, orange: wrong").close();
  }
}
