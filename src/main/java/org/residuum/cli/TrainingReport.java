package org.residuum.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.residuum.backend.Backend;
import org.residuum.data.Dataset;
import org.residuum.format.AtomicFile;
import org.residuum.train.EpochResult;
import org.residuum.train.TrainingOptions;
import org.residuum.train.TrainingResult;

/** The page about one training. */
final class TrainingReport {
  /** Its name in a model's folder. */
  static final String FILE = "report.html";

  private final Console console;
  private final Backend backend;
  private final Dataset training;
  private final Dataset test;
  private final StartingPoint start;
  private final TrainingOptions options;

  TrainingReport(
      Console console,
      Backend backend,
      Dataset training,
      Dataset test,
      StartingPoint start,
      TrainingOptions options) {
    this.console = console;
    this.backend = backend;
    this.training = training;
    this.test = test;
    this.start = start;
    this.options = options;
  }

  /**
   * Writes the page.
   *
   * @param result of this run, which may have gone on with an earlier one
   * @param curves of all epochs
   * @param seconds how long they took, evaluation included
   */
  void write(TrainingResult result, TrainingCurves curves, double seconds, Path file)
      throws IOException {
    EpochResult last = result.lastResult();
    ReportPage page =
        new ReportPage(
            start.network().name() + " on " + training.name(),
            String.format(
                Locale.ROOT,
                "%,d examples to train, %,d to test, %d classes, %s in %s",
                training.size(),
                test.size(),
                training.labels().size(),
                Units.count(curves.epochs().size(), "epoch"),
                Units.seconds(seconds)));
    page.tiles(figures(last, seconds));
    Outcome.caution(last, training, test, options)
        .ifPresent(caution -> page.section("Caution", "<p>" + caution + "</p>\n"));
    page.section(
        "Training", "<div class=charts>" + charts(curves, options.schedule().peak()) + "</div>\n");
    page.section("Confusion", EvaluationReport.confusion(last.test().confusion()));
    String samples = SamplePictures.html(backend, start, result.last(), test, options.seed());
    if (!samples.isEmpty()) {
      page.section("Samples of the test data", samples);
    }
    page.section("Epochs", epochs(curves.epochs()));
    page.section("How it was made", ReportPage.facts(facts(seconds)));
    AtomicFile.writeText(file, page.html());
  }

  private Map<String, String> figures(EpochResult last, double seconds) {
    Map<String, String> figures = new LinkedHashMap<>();
    figures.put("test accuracy (top-1)", Units.percent(last.test().top1()));
    if (training.labels().size() > 5) {
      figures.put("top-5", Units.percent(last.test().top5()));
    }
    figures.put("test loss", Units.decimal(last.test().loss(), 4));
    figures.put("parameters", String.format(Locale.ROOT, "%,d", start.network().parameterCount()));
    figures.put(
        "images/s while training", String.format(Locale.ROOT, "%,.0f", last.imagesPerSecond()));
    figures.put("total time", Units.seconds(seconds));
    return figures;
  }

  private static String charts(TrainingCurves curves, double peak) throws IOException {
    return ReportCharts.lines(
            "loss", List.of(curves.loss(), curves.byEpoch("test", EpochPoint::testLoss)))
        + ReportCharts.lines(
            "accuracy, %",
            List.of(
                curves.byEpoch("training", epoch -> 100 * epoch.accuracy()),
                curves.byEpoch("test", epoch -> 100 * epoch.testTop1())))
        + ReportCharts.lines("learning rate, % of " + peak, List.of(curves.learningRate(peak)))
        + ReportCharts.lines(
            "images/s while training",
            List.of(curves.byEpoch("images/s", EpochPoint::imagesPerSecond)));
  }

  private static String epochs(List<EpochPoint> history) {
    List<List<String>> rows =
        history.stream()
            .map(
                epoch ->
                    List.of(
                        String.valueOf(epoch.epoch()),
                        Units.decimal(epoch.loss(), 4),
                        Units.percent(epoch.accuracy()),
                        Units.decimal(epoch.testLoss(), 4),
                        Units.percent(epoch.testTop1()),
                        Units.decimal(epoch.learningRate(), 5),
                        String.format(Locale.ROOT, "%.1f", epoch.trainSeconds())))
            .toList();
    return ReportPage.table(
        List.of(
            "epoch", "loss", "accuracy", "test loss", "test accuracy", "learning rate", "seconds"),
        0,
        rows);
  }

  private Map<String, String> facts(double seconds) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("command", console.commandLine());
    facts.put("model", InspectCommand.summary(start.network()));
    facts.put("options", OptionsText.of(options));
    facts.put("preprocessing", start.preprocessing().toMap().toString());
    facts.put("seed", String.valueOf(options.seed()));
    facts.put("time", Units.seconds(seconds) + ", evaluation included");
    facts.put("device", backend.name() + ": " + backend.description());
    facts.putAll(Machine.look());
    return facts;
  }
}
