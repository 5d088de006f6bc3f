package org.residuum.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.Preprocessing;
import org.residuum.format.file.AtomicFile;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.text.Units;
import org.residuum.train.TrainingOptions;
import org.residuum.train.TrainingResult;

/** The page about one training. */
public final class TrainingReport {
  /** Its name in a model's folder. */
  public static final String FILE = "report.html";

  private final String command;
  private final Backend backend;
  private final Dataset training;
  private final Optional<Judged> judged;
  private final Network network;
  private final Preprocessing preprocessing;
  private final TrainingOptions options;

  /**
   * A report.
   *
   * @param command what was typed
   * @param judged how the last weights do; empty where that was not measured
   */
  public TrainingReport(
      String command,
      Backend backend,
      Dataset training,
      Optional<Judged> judged,
      Network network,
      Preprocessing preprocessing,
      TrainingOptions options) {
    this.command = command;
    this.backend = backend;
    this.training = training;
    this.judged = judged;
    this.network = network;
    this.preprocessing = preprocessing;
    this.options = options;
  }

  /**
   * Writes the page.
   *
   * @param result of this run, which may have gone on with an earlier one
   * @param curves of all epochs
   * @param seconds how long they took, evaluation included
   */
  public void write(TrainingResult result, TrainingCurves curves, double seconds, Path file)
      throws IOException {
    TrainingResult.EpochResult last = result.lastResult();
    ReportPage page =
        new ReportPage(
            network.name() + " on " + training.name(),
            String.format(
                Locale.ROOT,
                "%,d examples to train%s, %d classes, %s in %s",
                training.size(),
                judged.map(TrainingReport::sized).orElse(""),
                training.labels().size(),
                Units.count(curves.epochs().size(), "epoch"),
                Units.seconds(seconds)));
    page.tiles(figures(last, seconds));
    judged
        .flatMap(by -> Outcome.caution(last, by, training, options))
        .ifPresent(caution -> page.section("Caution", "<p>" + caution + "</p>\n"));
    page.section(
        "Training", "<div class=charts>" + charts(curves, options.schedule().peak()) + "</div>\n");
    if (judged.isPresent()) {
      judged(page, judged.get());
    }
    page.section("Epochs", epochs(curves.epochs()));
    page.section("How it was made", ReportPage.facts(facts(seconds)));
    AtomicFile.writeText(file, page.html());
  }

  private static String sized(Judged judged) {
    return String.format(
        Locale.ROOT,
        judged.part().equals("test") ? ", %,d to test" : ", %,d for validation",
        judged.data().size());
  }

  private void judged(ReportPage page, Judged by) throws IOException {
    page.section(
        "Confusion in the " + by.part() + " data",
        EvaluationReport.confusion(by.evaluation().confusion()));
    if (by.data() instanceof ImageDataset images) {
      page.section("Samples of the " + by.part() + " data", samples(by.weights(), images));
    }
  }

  private String samples(Parameters parameters, ImageDataset images) throws IOException {
    CompileOptions batch = CompileOptions.batch(SamplePictures.BATCH);
    try (Plan plan = backend.compile(network, parameters, batch)) {
      return SamplePictures.html(plan, images, preprocessing, options.seed());
    }
  }

  private Map<String, String> figures(TrainingResult.EpochResult last, double seconds) {
    Map<String, String> figures = new LinkedHashMap<>();
    judged.ifPresent(by -> figures(figures, by));
    figures.put("parameters", String.format(Locale.ROOT, "%,d", network.parameterCount()));
    figures.put(
        "images/s while training", String.format(Locale.ROOT, "%,.0f", last.imagesPerSecond()));
    figures.put("total time", Units.seconds(seconds));
    return figures;
  }

  private static void figures(Map<String, String> figures, Judged by) {
    figures.put(by.part() + " accuracy (top-1)", Units.percent(by.evaluation().top1()));
    if (by.data().labels().size() > 5) {
      figures.put("top-5", Units.percent(by.evaluation().top5()));
    }
    figures.put(by.part() + " loss", Units.decimal(by.evaluation().loss(), 4));
  }

  private static String charts(TrainingCurves curves, double peak) throws IOException {
    return ReportCharts.lines(
            "loss", withValidation(curves, List.of(curves.loss()), EpochPoint::validationLoss))
        + ReportCharts.lines(
            "accuracy, %",
            withValidation(
                curves,
                List.of(curves.byEpoch("training", epoch -> 100 * epoch.accuracy())),
                epoch -> 100 * epoch.validationTop1()))
        + ReportCharts.lines("learning rate, % of " + peak, List.of(curves.learningRate(peak)))
        + ReportCharts.lines(
            "images/s while training",
            List.of(curves.byEpoch("images/s", EpochPoint::imagesPerSecond)));
  }

  /** Epochs without a validation part have NaN. */
  private static List<ReportCharts.Line> withValidation(
      TrainingCurves curves, List<ReportCharts.Line> lines, ToDoubleFunction<EpochPoint> value) {
    if (curves.epochs().stream().anyMatch(epoch -> Double.isNaN(epoch.validationLoss()))) {
      return lines;
    }
    return Stream.concat(lines.stream(), Stream.of(curves.byEpoch("validation", value))).toList();
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
                        Double.isNaN(epoch.validationLoss())
                            ? ""
                            : Units.decimal(epoch.validationLoss(), 4),
                        Double.isNaN(epoch.validationTop1())
                            ? ""
                            : Units.percent(epoch.validationTop1()),
                        Units.decimal(epoch.learningRate(), 5),
                        String.format(Locale.ROOT, "%.1f", epoch.trainSeconds())))
            .toList();
    return ReportPage.table(
        List.of(
            "epoch",
            "loss",
            "accuracy",
            "validation loss",
            "validation accuracy",
            "learning rate",
            "seconds"),
        0,
        rows);
  }

  private Map<String, String> facts(double seconds) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("command", command);
    facts.put("model", NetworkSummary.of(network));
    facts.put("options", OptionsText.of(options));
    facts.put("preprocessing", preprocessing.toMap().toString());
    facts.put("seed", String.valueOf(options.seed()));
    facts.put("time", Units.seconds(seconds) + ", evaluation included");
    facts.put("device", backend.name() + ": " + backend.description());
    facts.putAll(Machine.look());
    return facts;
  }
}
