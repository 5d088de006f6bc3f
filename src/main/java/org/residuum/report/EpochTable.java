package org.residuum.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.residuum.report.chart.Markup;
import org.residuum.text.Units;

/** The figures of each epoch, without the columns that nothing is known of. */
final class EpochTable {
  private static final int MOST_ROWS = 250;

  private EpochTable() {}

  private record Column(
      String head, Function<EpochPoint, Double> value, Function<Double, String> text) {
    boolean isKnown(List<EpochPoint> epochs) {
      return epochs.stream().anyMatch(epoch -> Double.isFinite(value.apply(epoch)));
    }

    String cell(EpochPoint epoch) {
      double one = value.apply(epoch);
      return Double.isNaN(one) ? "" : text.apply(one);
    }
  }

  private static final List<Column> COLUMNS =
      List.of(
          new Column("loss", EpochPoint::loss, value -> Units.decimal(value, 4)),
          new Column("accuracy", EpochPoint::accuracy, Units::percent),
          new Column(
              "validation loss", EpochPoint::validationLoss, value -> Units.decimal(value, 4)),
          new Column("validation accuracy", EpochPoint::validationTop1, Units::percent),
          new Column("learning rate", EpochPoint::learningRate, Markup::brief),
          new Column("gradient norm", EpochPoint::gradientNorm, Markup::brief),
          new Column(
              "examples/s",
              EpochPoint::imagesPerSecond,
              value -> String.format(Locale.ROOT, "%,.0f", value)),
          new Column(
              "seconds",
              EpochPoint::trainSeconds,
              value -> String.format(Locale.ROOT, "%,.1f", value)));

  /**
   * The table.
   *
   * @param model the epoch whose weights the model has
   */
  static String html(List<EpochPoint> epochs, int model) {
    List<Column> columns = COLUMNS.stream().filter(column -> column.isKnown(epochs)).toList();
    int step = (epochs.size() + MOST_ROWS - 1) / MOST_ROWS;
    int last = epochs.size() - 1;
    Predicate<EpochPoint> isModel = epoch -> epoch.epoch() == model;
    List<EpochPoint> shown =
        IntStream.rangeClosed(0, last)
            .filter(i -> (last - i) % step == 0 || isModel.test(epochs.get(i)))
            .mapToObj(epochs::get)
            .toList();
    List<String> head = new ArrayList<>(List.of("epoch"));
    columns.forEach(column -> head.add(column.head()));
    List<List<String>> rows = new ArrayList<>();
    for (EpochPoint epoch : shown) {
      String mark = isModel.test(epoch) && last > 0 ? " (model)" : "";
      List<String> row = new ArrayList<>(List.of(epoch.epoch() + mark));
      columns.forEach(column -> row.add(column.cell(epoch)));
      rows.add(row);
    }
    String note =
        step < 2
            ? ""
            : new Markup()
                .leaf("p", "Every " + step + " epochs, and the model's; history.csv has all.")
                .toString();
    return note + ReportPage.table(head, 1, rows);
  }
}
