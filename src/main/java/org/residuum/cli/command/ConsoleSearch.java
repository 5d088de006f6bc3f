package org.residuum.cli.command;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.residuum.backend.TrainingBackend;
import org.residuum.cli.depth.LineChart;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.Progress;
import org.residuum.data.Dataset;
import org.residuum.job.RateFinder;
import org.residuum.job.RateFinder.Found;
import org.residuum.job.RateFinder.Point;
import org.residuum.job.StartingPoint;
import org.residuum.report.NetworkSummary;
import org.residuum.report.chart.Axis;
import org.residuum.report.chart.Line;
import org.residuum.text.Units;
import org.residuum.train.TrainingListener;
import org.residuum.train.TrainingOptions;

/** A search for a learning rate that a person watches, with its table and files. */
final class ConsoleSearch {
  private static final int ROWS = 12;

  private final Console console;
  private final TrainingBackend backend;
  private final Dataset training;
  private final StartingPoint start;
  private final RateFinder.Range range;
  private Progress bar;
  private int steps;

  ConsoleSearch(
      Console console,
      TrainingBackend backend,
      Dataset training,
      StartingPoint start,
      RateFinder.Range range) {
    this.console = console;
    this.backend = backend;
    this.training = training;
    this.start = start;
    this.range = range;
  }

  /**
   * Searches, tells what was found, and writes it beside the folder of the training.
   *
   * @throws CommandFailure where no rate can be named
   */
  void run(TrainingOptions options, Path out) throws IOException {
    console.out("model     %s", NetworkSummary.of(start.network()));
    console.out("device    %s: %s", backend.name(), backend.description());
    console.out(
        "search    %d steps of %s, rates from %s to %s",
        range.steps(),
        Units.count(options.examplesPerStep(), "example"),
        rate(range.from()),
        rate(range.to()));
    Found found = search(options);
    if (found.points().isEmpty()) {
      throw CommandFailure.failed(
          "--lr-find: the loss or its gradients are infinite or NaN at the first step already; look"
              + " at the data and, with --init, at the weights");
    }
    table(found.points());
    tell(found);
    write(found, beside(out, ".csv"));
    draw(found, beside(out, ".svg"));
    if (found.suggestion().isEmpty()) {
      throw CommandFailure.failed(
          "--lr-find: the loss does not fall at any rate up to "
              + rate(found.points().get(found.points().size() - 1).rate())
              + ", so none can be named; look at the data, or take more steps by --lr-find-steps");
    }
    console.out("try next  the same command with --lr %s, without --lr-find", suggested(found));
  }

  private Found search(TrainingOptions options) throws IOException {
    try {
      return new RateFinder(backend, start, training, this::step).find(options, range);
    } finally {
      if (bar != null) {
        bar.close();
      }
    }
  }

  private void step(TrainingListener.TrainingStep step) {
    if (bar == null) {
      bar = console.progress("search", range.steps());
    }
    steps++;
    bar.at(steps);
  }

  private void table(List<Point> points) {
    console.out("%9s  %9s  %9s", "rate", "loss", "mean");
    int every = Math.max(1, points.size() / ROWS);
    for (int i = every - 1; i < points.size(); i += every) {
      Point point = points.get(i);
      console.out(
          "%9s  %9s  %9s",
          rate(point.rate()), Units.decimal(point.loss(), 4), Units.decimal(point.mean(), 4));
    }
  }

  private void tell(Found found) {
    List<Point> points = found.points();
    console.out(
        "ended     after %s, at rate %s: %s",
        Units.count(points.size(), "step"),
        rate(points.get(points.size() - 1).rate()),
        found.isWhole() ? "the largest" : "the loss grew too large");
    if (found.suggestion().isPresent()) {
      console.out(
          "steepest  %s, where the loss falls fastest", rate(found.steepest().getAsDouble()));
      console.out(
          "minimum   %s is a tenth of the rate of the least loss",
          rate(found.beforeMinimum().getAsDouble()));
      console.out("suggested --lr %s", suggested(found));
    }
  }

  private static String suggested(Found found) {
    return rate(found.suggestion().orElseThrow());
  }

  /** Two digits are more than such a search knows. */
  private static String rate(double rate) {
    return rate < 1e-3 || rate >= 100
        ? String.format(Locale.ROOT, "%.1e", rate)
        : new BigDecimal(rate).round(new MathContext(2)).toPlainString();
  }

  private static Path beside(Path out, String end) {
    Path folder = out.toAbsolutePath().normalize();
    return folder.resolveSibling(folder.getFileName() + ".lr-find" + end);
  }

  private void write(Found found, Path file) throws IOException {
    List<String> lines = new ArrayList<>(List.of("rate,loss,mean"));
    for (Point point : found.points()) {
      lines.add(point.rate() + "," + point.loss() + "," + point.mean());
    }
    Files.createDirectories(file.getParent());
    Files.write(file, lines);
    console.out("losses    %s", file);
  }

  private void draw(Found found, Path file) throws IOException {
    double[] rates = found.points().stream().mapToDouble(Point::rate).toArray();
    double[] losses = found.points().stream().mapToDouble(Point::loss).toArray();
    double[] means = found.points().stream().mapToDouble(Point::mean).toArray();
    List<Line> lines = new ArrayList<>();
    lines.add(new Line("mean", LineChart.look(true, 0), rates, means));
    lines.add(new Line("of each step", LineChart.look(true, 2), rates, losses));
    Axis y = Axis.suited("loss", List.of(means, losses));
    if (found.suggestion().isPresent()) {
      double at = found.suggestion().getAsDouble();
      double[] ends = {y.low(), y.high()};
      String name = "suggested " + suggested(found);
      lines.add(new Line(name, LineChart.look(false, 1), new double[] {at, at}, ends));
    }
    Axis x = Axis.decades("learning rate", range.from(), List.of(rates));
    String subtitle = Units.count(rates.length, "step");
    LineChart chart = new LineChart("Loss by learning rate", subtitle, x, y, lines, List.of());
    Files.writeString(file, chart.toString());
    console.out("chart     %s", file);
  }
}
