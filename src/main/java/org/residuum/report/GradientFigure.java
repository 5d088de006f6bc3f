package org.residuum.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.residuum.report.chart.Axis;
import org.residuum.report.chart.Box;
import org.residuum.report.chart.HeatMap;
import org.residuum.report.chart.Markup;

/** Gradient norms of layers over epochs: a row a layer, a column an epoch. */
final class GradientFigure {
  private static final int MOST_COLUMNS = 100;
  private static final int MOST_ROWS = 200;
  private static final int SHADES = 6;
  private static final double LEFT = 150;
  private static final double WIDTH = 840;
  private static final double WIDEST_CELL = 90;
  private static final MathContext TWO = new MathContext(2);
  private static final double TOP = 6;
  private static final int LONGEST_NAME = 22;

  /** No gradient that training makes use of is smaller. */
  private static final double FAINTEST = 1e-12;

  private final List<String> layers;
  private final List<double[]> norms;
  private final int[] epochs;
  private final int every;

  /**
   * A figure.
   *
   * @param norms by parameter, a value an epoch, in the network's order
   * @param shown the layers that are of interest
   */
  GradientFigure(Map<String, double[]> norms, Set<String> shown) {
    Map<String, double[]> byLayer = byLayer(norms);
    byLayer.keySet().retainAll(shown);
    List<String> all = List.copyOf(byLayer.keySet());
    int[] rows = thinned(all.size(), MOST_ROWS);
    every = rows.length < all.size() ? rows[1] - rows[0] : 1;
    layers = IntStream.of(rows).mapToObj(all::get).toList();
    int count = norms.values().stream().mapToInt(one -> one.length).max().orElse(0);
    int[] columns = thinned(count, MOST_COLUMNS);
    epochs = IntStream.of(columns).map(i -> i + 1).toArray();
    this.norms =
        layers.stream()
            .map(layer -> IntStream.of(columns).mapToDouble(i -> byLayer.get(layer)[i]).toArray())
            .toList();
  }

  /** Places from 0, so many at most, evenly, the last among them. */
  private static int[] thinned(int count, int most) {
    int step = Math.max(1, (count + most - 1) / most);
    return IntStream.range(0, count).filter(i -> (count - 1 - i) % step == 0).toArray();
  }

  /** The norm over a layer's parameters, √(Σ norm²); NaN where none has one. */
  private static Map<String, double[]> byLayer(Map<String, double[]> norms) {
    Map<String, List<double[]>> parts =
        norms.entrySet().stream()
            .collect(
                Collectors.groupingBy(
                    entry -> layer(entry.getKey()),
                    LinkedHashMap::new,
                    Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    Map<String, double[]> byLayer = new LinkedHashMap<>();
    parts.forEach((layer, some) -> byLayer.put(layer, together(some)));
    return byLayer;
  }

  /** The name of the layer that a parameter belongs to. */
  static String layer(String parameter) {
    int point = parameter.lastIndexOf('.');
    return point < 0 ? parameter : parameter.substring(0, point);
  }

  private static double[] together(List<double[]> parts) {
    return IntStream.range(0, parts.get(0).length)
        .mapToDouble(
            i -> {
              double[] there =
                  parts.stream().mapToDouble(part -> part[i]).filter(Double::isFinite).toArray();
              return there.length == 0
                  ? Double.NaN
                  : Math.sqrt(DoubleStream.of(there).map(norm -> norm * norm).sum());
            })
        .toArray();
  }

  /** Nothing where no norm is known. */
  String html() {
    boolean known = norms.stream().flatMapToDouble(DoubleStream::of).anyMatch(Double::isFinite);
    if (!known) {
      return "";
    }
    double cell = Math.max(7, Math.min(18, 560.0 / layers.size()));
    double width = Math.min(WIDTH, WIDEST_CELL * epochs.length);
    Box box = new Box(LEFT, TOP, width, cell * layers.size());
    Axis shade = Axis.decades("", FAINTEST, norms);
    Markup html = new Markup().open("figure", "class", "heat").open("figcaption");
    html.leaf("b", "Gradient norm of each layer")
        .leaf("span", "at the last step of an epoch" + some());
    html.close().open("div", "class", "scroll", "tabindex", "0", "role", "region");
    draw(html, box, shade);
    html.close();
    scale(html, shade);
    return html.close().line().toString();
  }

  private String some() {
    return every == 1 ? "" : "; every " + every + " layers";
  }

  private void draw(Markup html, Box box, Axis shade) {
    String size =
        String.format(
            Locale.ROOT,
            "min-width:%.0fpx;max-width:%.0fpx",
            Math.min(760, box.right() + 10),
            box.right() + 10);
    String view = String.format(Locale.ROOT, "0 0 %.0f %.0f", box.right() + 10, box.bottom() + 40);
    List<String> columns = IntStream.of(epochs).mapToObj(String::valueOf).toList();
    String values = norms.stream().map(Hover::numbers).collect(Collectors.joining(","));
    String about =
        "Gradient norms of %d layers over epochs %s to %s, from %s to %s"
            .formatted(
                layers.size(),
                columns.get(0),
                columns.get(columns.size() - 1),
                shade.label(shade.low()),
                shade.label(shade.high()));
    Hover.Grid grid = new Hover.Grid("", "epoch ", "gradient norm ", "not trained");
    html.open(
        "svg",
        "viewBox",
        view,
        "style",
        size,
        "role",
        "img",
        "aria-label",
        about,
        "data-values",
        values,
        "data-grid",
        grid.json(box, layers, columns));
    HeatMap map = new HeatMap(box, layers.size(), epochs.length);
    for (int color = 0; color < SHADES; color++) {
      map.cells(html, "yes c" + color, color, (row, column) -> shade(shade, row, column), true);
    }
    html.rectangle("frame", box);
    labels(html, box, map, columns);
    html.close();
  }

  private int shade(Axis axis, int row, int column) {
    double value = norms.get(row)[column];
    return Double.isFinite(value) ? Math.min(SHADES - 1, (int) (SHADES * axis.place(value))) : -1;
  }

  private void labels(Markup html, Box box, HeatMap map, List<String> columns) {
    int everyRow = (int) Math.ceil(13 * layers.size() / box.height());
    for (int row = 0; row < layers.size(); row += everyRow) {
      html.label(shortened(layers.get(row)), "e", box.left() - 6, map.middleY(row));
    }
    int everyColumn = (int) Math.ceil(44.0 * columns.size() / box.width());
    for (int column = 0; column < columns.size(); column += everyColumn) {
      html.label(columns.get(column), "m", map.middleX(column), box.bottom() + 14);
    }
    html.label("epoch", "m", box.left() + box.width() / 2, box.bottom() + 31);
  }

  /** The end of a name tells more than its beginning. */
  private static String shortened(String name) {
    return name.length() <= LONGEST_NAME
        ? name
        : "…" + name.substring(name.length() - LONGEST_NAME + 1);
  }

  private static void scale(Markup html, Axis shade) {
    html.open("div", "class", "swatches");
    for (int color = 0; color < SHADES; color++) {
      double from =
          Math.log10(shade.low()) + color * Math.log10(shade.high() / shade.low()) / SHADES;
      html.open("span").open("svg", "viewBox", "0 0 26 12", "aria-hidden", "true");
      html.empty("rect", "class", "yes c" + color, "width", "26", "height", "12").close();
      html.text("from " + Markup.brief(new BigDecimal(Math.pow(10, from)).round(TWO).doubleValue()))
          .close();
    }
    html.close();
  }
}
