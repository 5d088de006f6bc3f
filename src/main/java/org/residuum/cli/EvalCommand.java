package org.residuum.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.data.Dataset;
import org.residuum.data.DatasetOptions;
import org.residuum.data.Preprocessing;
import org.residuum.data.Split;
import org.residuum.format.AtomicFile;
import org.residuum.format.model.SavedModel;
import org.residuum.train.ConfusionMatrix;
import org.residuum.train.Evaluation;
import org.residuum.train.Evaluator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "eval",
    customSynopsis = "residuum eval --model=MODEL --data=NAME:PATH [--out=FILE] [OPTION]...",
    description = "Measures a trained network: top-1, top-5, loss, confusion matrix.",
    footer = {
      "",
      "Examples:",
      "  residuum eval --model runs/glyphs --data glyphs",
      "  residuum eval --model runs/photos --data folder:photos --out report.html",
      "  residuum eval --model resnet20.th --preset imagenet --data cifar10:DIR"
    })
final class EvalCommand implements Callable<Integer> {
  private static final int MOST_PRINTED_CLASSES = 20;

  /** A part of the data. */
  enum Part {
    train,
    test,
    all
  }

  @Spec private CommandSpec spec;
  @Mixin private DataOption data;
  @Mixin private ModelOption model;
  @Mixin private ForeignOptions foreign;
  @Mixin private FailureOptions failures;
  @Mixin private DeviceOption device;
  @Mixin private DecodingOptions decoding;

  @Option(
      names = "--split",
      paramLabel = "train|test|all",
      defaultValue = "test",
      description = "The part of the data (default: test).")
  private Part part;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "Examples at a time (default: 64).")
  private int batch;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides splits and glyphs (default: as in the model's training).")
  private Long seed;

  @Option(names = "--out", paramLabel = "FILE", description = "Write a report, an HTML page.")
  private Path out;

  @Option(names = "--overwrite", description = "Replace the report where there is one.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    Console console = Console.of(spec);
    SavedModel saved = SavedModels.load(model.model(), foreign, data.spec(), console);
    Preprocessing preprocessing = decoding.over(SavedModels.preprocessing(saved, model.model()));
    CompileOptions options = BatchOption.check(batch);
    if (out != null) {
      OutputFile.prepare("--out", out, overwrite);
    }
    failures.prepare(out, overwrite);
    try (Backend backend = device.open(console.err())) {
      Split split = Split.valueOf(part.name().toUpperCase(Locale.ROOT));
      Dataset dataset = data.open(console, split, like(saved, preprocessing));
      SkippedFiles skipped = new SkippedFiles(dataset);
      skipped.say(console, failures, overwrite);
      Evaluation evaluation = evaluate(console, backend, saved, preprocessing, dataset, options);
      print(console, dataset, evaluation);
      if (out != null) {
        AtomicFile.writeText(out, report(console, backend, saved, dataset, evaluation).html());
        console.out("report    %s", out);
      }
      requireFinite(evaluation);
      skipped.check(failures);
    }
    return ExitCode.OK;
  }

  private static void requireFinite(Evaluation evaluation) {
    if (evaluation.notFinite() > 0) {
      throw CommandFailure.failed(
          String.format(
              Locale.ROOT,
              "%,d of %,d examples have no finite scores and count as wrong: NaN or infinities are"
                  + " in the weights or in the data, or values overflow on the way",
              evaluation.notFinite(),
              evaluation.examples()));
    }
  }

  private DatasetOptions like(SavedModel saved, Preprocessing preprocessing) {
    DatasetOptions options = data.options(seed, TrainingNotes.of(saved)).withLabels(saved.labels());
    return preprocessing.isPicture() ? options.withPictures(preprocessing) : options;
  }

  private Evaluation evaluate(
      Console console,
      Backend backend,
      SavedModel saved,
      Preprocessing preprocessing,
      Dataset dataset,
      CompileOptions options)
      throws IOException {
    try (Plan plan = backend.compile(saved.network(), saved.parameters(), options);
        Evaluator evaluator =
            new Evaluator(dataset, preprocessing, options.batch(), device.loaderThreads());
        Progress bar = console.progress("evaluating", dataset.size())) {
      return evaluator.evaluate(plan, (done, total) -> bar.at(done));
    }
  }

  private static void print(Console console, Dataset dataset, Evaluation evaluation) {
    console.out(
        "%s: top-1 %.2f %%, top-5 %.2f %%, loss %.4f, %,d examples, %,.0f a second",
        dataset.name(),
        100 * evaluation.top1(),
        100 * evaluation.top5(),
        evaluation.loss(),
        evaluation.examples(),
        evaluation.imagesPerSecond());
    if (evaluation.notFinite() > 0) {
      console.out("no scores %,d examples, counted as wrong", evaluation.notFinite());
    }
    if (!dataset.skipped().isEmpty()) {
      console.out(
          "skipped   %s that cannot be read", Units.count(dataset.skipped().size(), "file"));
    }
    if (dataset.labels().size() <= MOST_PRINTED_CLASSES) {
      console.out("%s", table(evaluation.confusion()));
    }
    for (EvaluationReport.Confusion one : EvaluationReport.worst(evaluation.confusion())) {
      console.out(
          "%s taken for %s: %s, %s",
          one.truth(), one.prediction(), Units.count(one.count(), "time"), one.share());
    }
  }

  /**
   * A row a true class, a column a prediction; one more for those without finite scores, if any.
   */
  static String table(ConfusionMatrix matrix) {
    int width = Math.max(6, 1 + matrix.labels().stream().mapToInt(String::length).max().orElse(0));
    boolean all = matrix.notFinite() == 0;
    StringBuilder text = new StringBuilder(" ".repeat(width));
    matrix.labels().forEach(label -> text.append(" ".repeat(width - label.length())).append(label));
    text.append(all ? "" : "  no scores");
    for (int truth = 0; truth < matrix.labels().size(); truth++) {
      text.append(String.format("%n%-" + width + "s", matrix.labels().get(truth)));
      for (int guess = 0; guess < matrix.labels().size(); guess++) {
        text.append(String.format(Locale.ROOT, "%" + width + "d", matrix.count(truth, guess)));
      }
      text.append(all ? "" : String.format(Locale.ROOT, "%11d", matrix.notFinite(truth)));
    }
    return text.toString();
  }

  private ReportPage report(
      Console console, Backend backend, SavedModel saved, Dataset dataset, Evaluation evaluation)
      throws IOException {
    Map<String, String> figures = new LinkedHashMap<>();
    figures.put("accuracy (top-1)", Units.percent(evaluation.top1()));
    figures.put("top-5", Units.percent(evaluation.top5()));
    figures.put("loss", String.format(Locale.ROOT, "%.4f", evaluation.loss()));
    figures.put("images/s", String.format(Locale.ROOT, "%,.0f", evaluation.imagesPerSecond()));
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("command", console.commandLine());
    facts.put("model", InspectCommand.summary(saved.network()));
    facts.put("device", backend.name() + ": " + backend.description());
    facts.putAll(Machine.look());
    return new ReportPage(
            saved.network().name() + " on " + dataset.name(),
            String.format(Locale.ROOT, "%,d examples", evaluation.examples()))
        .tiles(figures)
        .section("Confusion", EvaluationReport.confusion(evaluation.confusion()))
        .section("How it was made", ReportPage.facts(facts));
  }
}
