package org.residuum.report;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.residuum.backend.Backend;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.Preprocessing;
import org.residuum.format.file.AtomicFile;
import org.residuum.network.Network;
import org.residuum.report.chart.Markup;
import org.residuum.text.Units;
import org.residuum.train.Evaluation;
import org.residuum.train.TrainingOptions;

/** The page about one training. */
public final class TrainingReport {
  /** Its name in a model's folder. */
  public static final String FILE = "report.html";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss xxx", Locale.ROOT);

  private final String command;
  private final Backend backend;
  private final Dataset training;
  private final Optional<Judged> judged;
  private final Network network;
  private final Preprocessing preprocessing;
  private final TrainingOptions options;
  private String recipe = "";

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

  /** Shows the settings as a recipe, a file that {@code --recipe} reads. */
  public TrainingReport recipe(String text) {
    recipe = text;
    return this;
  }

  /**
   * Writes the page.
   *
   * @param curves of all epochs, one at least
   * @param seconds how long they took, evaluation included
   */
  public void write(TrainingCurves curves, double seconds, Path file) throws IOException {
    EpochPoint last = curves.last();
    ReportPage page =
        new ReportPage(
            network.name() + " on " + training.name(),
            String.format(
                Locale.ROOT,
                "%,d examples to train%s, %s, %s in %s",
                training.size(),
                judged.map(TrainingReport::sized).orElse(""),
                told(),
                Units.count(curves.epochs().size(), "epoch"),
                Units.seconds(seconds)));
    page.tiles(figures(last, seconds));
    judged
        .flatMap(by -> Outcome.caution(last.loss(), by, training, options))
        .ifPresent(page::caution);
    int model = judged.map(Judged::epoch).orElse(last.epoch());
    page.section("Training", new CourseFigures(curves, network, model).html());
    if (judged.isPresent()) {
      Judged by = judged.get();
      EvaluationReport.add(page, by.part(), by.evaluation(), Mistakes.of(by.data()));
    }
    if (training instanceof ImageDataset images) {
      String pictures = TrainingPictures.html(images, preprocessing, options);
      page.section("Training pictures", pictures);
    }
    page.section("Epochs", EpochTable.html(curves.epochs(), model));
    page.section("How to repeat it", ReportPage.command(command) + settings() + recipe());
    page.section("Where it was made", ReportPage.facts(facts(seconds)));
    AtomicFile.writeText(file, page.html());
  }

  private String told() {
    int outputs = training.labels().size();
    return switch (training.task()) {
      case CLASSIFY -> outputs + " classes";
      case MULTILABEL -> Units.count(outputs, "label");
      case REGRESSION -> Units.count(outputs, "target");
    };
  }

  private static String sized(Judged judged) {
    return String.format(
        Locale.ROOT,
        judged.part().equals("test") ? ", %,d to test" : ", %,d for validation",
        judged.data().size());
  }

  private Map<String, String> figures(EpochPoint last, double seconds) {
    Map<String, String> figures = new LinkedHashMap<>();
    judged.ifPresent(by -> figures(figures, by));
    figures.put("parameters", String.format(Locale.ROOT, "%,d", network.parameterCount()));
    figures.put(
        "examples/s while training", String.format(Locale.ROOT, "%,.0f", last.imagesPerSecond()));
    figures.put("total time", Units.seconds(seconds));
    return figures;
  }

  private static void figures(Map<String, String> figures, Judged by) {
    Evaluation evaluation = by.evaluation();
    evaluation.figures().ifPresent(others -> figures.put(by.part(), others.summary()));
    put(figures, by.part() + " accuracy (top-1)", evaluation.top1());
    put(figures, "top-5", by.data().labels().size() > 5 ? evaluation.top5() : Double.NaN);
    figures.put(by.part() + " loss", Units.decimal(evaluation.loss(), 4));
    put(figures, "mean F1 of the classes", evaluation.confusion().meanF1());
    put(figures, "calibration error", evaluation.calibration().error());
  }

  /** A share, unless it is NaN. */
  private static void put(Map<String, String> figures, String name, double share) {
    if (Double.isFinite(share)) {
      figures.put(name, Units.percent(share));
    }
  }

  private String recipe() {
    return recipe.isEmpty()
        ? ""
        : new Markup().leaf("h3", "The settings as a recipe, for --recipe FILE").toString()
            + ReportPage.command(recipe.strip());
  }

  private String settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("model", NetworkSummary.of(network));
    settings.put("options", OptionsText.of(options));
    settings.put(
        "preprocessing",
        preprocessing.toMap().entrySet().stream()
            .map(entry -> entry.getKey().replace('_', ' ') + " " + entry.getValue())
            .collect(Collectors.joining("; ")));
    return ReportPage.facts(settings);
  }

  private Map<String, String> facts(double seconds) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("time", Units.seconds(seconds) + ", evaluation included");
    facts.put("written", TIME.format(ZonedDateTime.now()));
    facts.put("device", backend.name() + ": " + backend.description());
    facts.putAll(Machine.look());
    return facts;
  }
}
