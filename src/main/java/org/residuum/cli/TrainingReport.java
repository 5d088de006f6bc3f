package org.residuum.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.residuum.backend.Backend;
import org.residuum.data.Dataset;
import org.residuum.format.AtomicFile;
import org.residuum.train.EpochResult;
import org.residuum.train.TrainingOptions;
import org.residuum.train.TrainingResult;

/** The page about one training. */
final class TrainingReport {
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
   * @param seconds how long the training took, evaluation included
   */
  void write(TrainingResult result, TrainingCurves curves, double seconds, Path file)
      throws IOException {
    EpochResult last = result.lastResult();
    ReportPage page =
        new ReportPage(
            start.network().name() + " on " + training.name(),
            String.format(
                Locale.ROOT,
                "%,d examples to train, %,d to test, %d classes, %d epochs in %s",
                training.size(),
                test.size(),
                training.labels().size(),
                result.history().size(),
                Units.seconds(seconds)));
    page.tiles(figures(last, seconds));
    page.section(
        "Training",
        "<div class=charts>"
            + charts(result.history(), curves, options.schedule().peak())
            + "</div>\n");
    page.section("Confusion", EvaluationReport.confusion(last.test().confusion()));
    String samples = SamplePictures.html(backend, start, result.last(), test, options.seed());
    if (!samples.isEmpty()) {
      page.section("Samples of the test data", samples);
    }
    page.section("Epochs", epochs(result.history()));
    page.section("How it was made", ReportPage.facts(facts(seconds)));
    write(page, file);
  }

  static void write(ReportPage page, Path file) throws IOException {
    byte[] bytes = page.html().getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(
        file,
        channel -> {
          for (ByteBuffer left = ByteBuffer.wrap(bytes); left.hasRemaining(); ) {
            channel.write(left);
          }
        });
  }

  private Map<String, String> figures(EpochResult last, double seconds) {
    Map<String, String> figures = new LinkedHashMap<>();
    figures.put("test accuracy (top-1)", Units.percent(last.test().top1()));
    if (training.labels().size() > 5) {
      figures.put("top-5", Units.percent(last.test().top5()));
    }
    figures.put("test loss", String.format(Locale.ROOT, "%.4f", last.test().loss()));
    figures.put("parameters", String.format(Locale.ROOT, "%,d", start.network().parameterCount()));
    figures.put(
        "images/s while training", String.format(Locale.ROOT, "%,.0f", last.imagesPerSecond()));
    figures.put("total time", Units.seconds(seconds));
    return figures;
  }

  private static String charts(List<EpochResult> history, TrainingCurves curves, double peak)
      throws IOException {
    return ReportCharts.lines(
            "loss", List.of(curves.loss(), line("test", history, epoch -> epoch.test().loss())))
        + ReportCharts.lines(
            "accuracy, %",
            List.of(
                line("training", history, epoch -> 100 * epoch.trainAccuracy()),
                line("test", history, epoch -> 100 * epoch.test().top1())))
        + ReportCharts.lines("learning rate, % of " + peak, List.of(curves.learningRate(peak)))
        + ReportCharts.lines(
            "images/s while training",
            List.of(line("images/s", history, EpochResult::imagesPerSecond)));
  }

  private static ReportCharts.Line line(
      String name, List<EpochResult> history, ToDoubleFunction<EpochResult> value) {
    return ReportCharts.Line.of(
        name,
        history.stream().mapToDouble(EpochResult::epoch).toArray(),
        history.stream().mapToDouble(value).toArray());
  }

  private static String epochs(List<EpochResult> history) {
    List<List<String>> rows =
        history.stream()
            .map(
                epoch ->
                    List.of(
                        String.valueOf(epoch.epoch()),
                        String.format(Locale.ROOT, "%.4f", epoch.trainLoss()),
                        Units.percent(epoch.trainAccuracy()),
                        String.format(Locale.ROOT, "%.4f", epoch.test().loss()),
                        Units.percent(epoch.test().top1()),
                        String.format(Locale.ROOT, "%.5f", epoch.learningRate()),
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
