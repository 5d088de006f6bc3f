package org.residuum.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.residuum.Model;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.cli.option.BatchOption;
import org.residuum.cli.option.DataOption;
import org.residuum.cli.option.DecodingOptions;
import org.residuum.cli.option.DeviceOption;
import org.residuum.cli.option.FailureOptions;
import org.residuum.cli.option.ForeignOptions;
import org.residuum.cli.option.InputOptions;
import org.residuum.cli.option.ModelOption;
import org.residuum.cli.option.Models;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.ExitCode;
import org.residuum.cli.text.Failures;
import org.residuum.cli.text.InputFiles;
import org.residuum.cli.text.OutputFile;
import org.residuum.cli.text.PartFile;
import org.residuum.cli.text.Progress;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.Task;
import org.residuum.data.input.PictureInputs;
import org.residuum.data.source.DatasetOptions;
import org.residuum.data.source.Datasets;
import org.residuum.format.file.AtomicFile;
import org.residuum.report.EvaluationReport;
import org.residuum.report.Machine;
import org.residuum.report.Mistakes;
import org.residuum.report.NetworkSummary;
import org.residuum.report.ReportPage;
import org.residuum.text.FileText;
import org.residuum.text.Units;
import org.residuum.train.Evaluation;
import org.residuum.train.Evaluator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "eval",
    customSynopsis = "residuum eval --model=MODEL --data=DATA... [--out=FILE] [OPTION]...",
    description = {
      "Measures a trained network: top-1, top-5, loss, confusion matrix.",
      "The data are a labelled data set, NAME:PATH, or sources of pictures as predict takes them:"
          + " folders, archives, tables, lists and patterns. Their labels are the names of the"
          + " folders around the pictures, a table's column or those of --label-map: names of the"
          + " model's classes, or their numbers from 0."
    },
    footer = {
      "",
      "Examples:",
      "  residuum eval --model runs/glyphs --data glyphs",
      "  residuum eval --model runs/photos --data folder:photos --out report.html",
      "  residuum eval --model resnet20.th --preset imagenet --data cifar10:DIR",
      "  residuum eval --model runs/photos --data val.tar",
      "  residuum eval --model runs/photos --data val.csv --label-column class",
      "  residuum eval --model r50.onnx --data 'val/*.JPEG' --label-map val.txt"
    })
public final class EvalCommand implements Callable<Integer> {
  /** A part of the data. */
  enum Part {
    train,
    validation,
    test,
    all
  }

  @Spec private CommandSpec spec;
  @Mixin private DataOption data;
  @Mixin private ModelOption model;
  @Mixin private ForeignOptions foreign;
  @Mixin private FailureOptions failureOptions;
  @Mixin private DeviceOption device;
  @Mixin private DecodingOptions decoding;
  @Mixin private InputOptions inputOptions;

  @Option(
      names = "--split",
      paramLabel = "train|validation|test|all",
      description =
          "The part of the data (default: test, as the model's training left it out; all that has"
              + " no test part of its own for a model from elsewhere).")
  private Part part;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "Examples at a time (default: 64).")
  private int batch;

  @Option(names = "--seed", paramLabel = "N", description = "The old name of --split-seed.")
  private Long seed;

  @Option(
      names = "--label-map",
      paramLabel = "FILE",
      description =
          "The labels of pictures, in place of the folders' names or a table's column: a name, or"
              + " the end of one, and a label on each line.")
  private Path labelMap;

  @Option(names = "--out", paramLabel = "FILE", description = "Write a report, an HTML page.")
  private Path out;

  @Option(names = "--overwrite", description = "Replace the report where there is one.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    Console console = Console.of(spec);
    data.splitBy(seed);
    String first = data.specs().get(0);
    Model saved = Models.classifier(model.model(), foreign, first, console);
    Preprocessing preprocessing = decoding.over(Models.preprocessing(saved));
    boolean sources = isOfSources(saved, preprocessing);
    if (sources && saved.outputs().task() != Task.CLASSIFY) {
      throw CommandFailure.usage(
          "--data "
              + String.join(" ", data.specs())
              + ": the model is one for task "
              + saved.outputs().task()
              + ", which is measured on a table, csv:FILE");
    }
    BatchOption.check(batch);
    if (out != null) {
      OutputFile.prepare("--out", out, overwrite);
    }
    failureOptions.prepare(out, overwrite);
    if (sources) {
      requirePictures(preprocessing);
      try (PictureInputs inputs = InputOptions.open(data.specs(), labelled(console, saved))) {
        return measure(console, saved, preprocessing, inputs);
      }
    }
    return measure(console, saved, preprocessing, null);
  }

  private PictureInputs.Options labelled(Console console, Model saved) {
    return inputOptions
        .options(console)
        .withLabelColumn(data.labelColumn())
        .withLabelFile(labelMap)
        .withClasses(saved.labels());
  }

  /** Whether the data are sources of pictures and no data set. */
  private boolean isOfSources(Model saved, Preprocessing preprocessing) {
    String first = data.specs().get(0);
    boolean fits = preprocessing.isPicture() || !inputOptions.given();
    if (data.specs().size() == 1 && first.startsWith("csv:") && fits && learnedFromTable(saved)) {
      return labelMap != null;
    }
    boolean dataset =
        Datasets.isName(first)
            ? !preprocessing.isPicture() || !first.startsWith("csv:")
            : !PictureInputs.isSource(first) && !first.matches(".*[/.@].*");
    return data.specs().size() > 1 || inputOptions.given() || labelMap != null || !dataset;
  }

  /** Such a model is measured on what its training left out. */
  private static boolean learnedFromTable(Model saved) {
    return saved.outputs().task() != Task.CLASSIFY
        || saved.training().map(notes -> notes.data().name().equals("csv")).orElse(false);
  }

  private void requirePictures(Preprocessing preprocessing) {
    if (part != null) {
      throw CommandFailure.usage(
          "--split: it is for data sets; of sources of pictures all is measured");
    }
    data.requireNoParts();
    if (!preprocessing.isPicture()) {
      throw CommandFailure.usage(
          "--data "
              + String.join(" ", data.specs())
              + ": pictures, but the model takes vectors of "
              + preprocessing.inputShape().elements()
              + " values; give a table of them as csv:FILE");
    }
  }

  /**
   * Measures and reports.
   *
   * @param inputs null for a data set
   */
  private int measure(
      Console console, Model saved, Preprocessing preprocessing, PictureInputs inputs)
      throws IOException {
    if (overwrite) {
      requireApart(inputs);
    }
    String elsewhere = "--errors FILE gets them all";
    String name = inputs == null ? data.spec() : String.join(" ", data.specs());
    String items = inputs != null ? "picture" : Datasets.isOfFiles(name) ? "file" : "example";
    EvalOutcome outcome;
    try (PartFile page = OutputFile.claim("--out", out, overwrite, console);
        Failures failures = failureOptions.open(console, items, elsewhere, overwrite);
        Backend backend = device.open(console.err())) {
      Models.tell(model.model(), preprocessing, console);
      Evaluation evaluation;
      Mistakes mistakes;
      if (inputs != null) {
        SourceEvaluation sources =
            new SourceEvaluation(console, saved, preprocessing, failures, data.failsOnError());
        evaluation = sources.run(backend, inputs, batch, device.loaderThreads());
        mistakes = new Mistakes(sources::name, Optional.empty());
      } else {
        Dataset dataset = open(console, saved, preprocessing);
        name = dataset.name();
        evaluation = evaluate(console, backend, saved, preprocessing, dataset, failures);
        mistakes = Mistakes.of(dataset);
      }
      outcome = new EvalOutcome(evaluation, failures.count());
      EvalText.print(console, name, outcome);
      if (out != null) {
        write(page, report(console, backend, saved, name, outcome, mistakes).html());
        console.out("report    %s", out);
      }
      failures.finish();
    }
    failureOptions.check(outcome.failed(), outcome.total(), items);
    return ExitCode.OK;
  }

  /** Neither data nor the model are written over. */
  private void requireApart(PictureInputs inputs) throws IOException {
    InputFiles read =
        new InputFiles().model(model.model()).file(foreign.labelsFile()).file(labelMap);
    if (inputs == null) {
      read.data(data.spec());
    } else {
      read.source(inputs::reads);
    }
    read.requireNot("--out", out);
    failureOptions.requireApart(read);
  }

  private void write(PartFile page, String html) throws IOException {
    if (page == null) {
      AtomicFile.writeText(out, html);
    } else {
      page.finish(html);
    }
  }

  /** Opens the part that is measured and says which it is. */
  private Dataset open(Console console, Model saved, Preprocessing preprocessing)
      throws IOException {
    Dataset.Split split =
        part == null
            ? Dataset.Split.TEST
            : Dataset.Split.valueOf(part.name().toUpperCase(Locale.ROOT));
    DatasetOptions options =
        data.withOwnGroups(console, like(saved, preprocessing), split != Dataset.Split.ALL);
    Dataset dataset = preprocessing.fit(data.open(console, split, options));
    int all = data.isSplitByShare() ? Datasets.count(data.spec(), options) : 0;
    String examples = Units.count(dataset.size() + dataset.skipped().size(), "example");
    if (all == dataset.size() + dataset.skipped().size()) {
      console.say("measured  all %s", examples);
    } else {
      console.say(
          "measured  the %s part, %s%s",
          split == Dataset.Split.TRAIN ? "training" : split.name().toLowerCase(Locale.ROOT),
          examples,
          all == 0 ? "" : String.format(Locale.ROOT, " of %,d; --split all takes all", all));
    }
    return dataset;
  }

  private DatasetOptions like(Model saved, Preprocessing preprocessing) {
    boolean stranger = saved.training().isEmpty() && part == null;
    DatasetOptions options =
        (stranger ? data.optionsForStranger() : data.options(saved.training()))
            .withTask(saved.outputs().task())
            .withLabels(saved.labels());
    options = inputOptions.over(data.spec(), options);
    return preprocessing.isPicture() ? options.withPictures(preprocessing) : options;
  }

  private Evaluation evaluate(
      Console console,
      Backend backend,
      Model saved,
      Preprocessing preprocessing,
      Dataset dataset,
      Failures failures)
      throws IOException {
    for (Dataset.SkippedFile skipped : dataset.skipped()) {
      failures.add(FileText.of(skipped.file()), skipped.reason());
    }
    CompileOptions options = BatchOption.options(batch, dataset.size());
    try (Evaluator evaluator =
            new Evaluator(
                dataset, preprocessing, saved.outputs(), options.batch(), device.loaderThreads());
        Plan plan =
            backend.compile(
                saved.network(), saved.parameters(), evaluator.fed(saved.network(), options));
        Progress bar = console.progress("evaluating", dataset.size())) {
      return evaluator.evaluate(plan, (done, total) -> bar.at(done), listener(dataset, failures));
    }
  }

  private Evaluator.FailureListener listener(Dataset dataset, Failures failures) {
    return new Evaluator.FailureListener() {
      @Override
      public void unreadable(int index, IOException cause) throws IOException {
        if (data.failsOnError()) {
          throw cause;
        }
        failures.add(dataset.exampleName(index), cause);
        failures.flush();
      }

      @Override
      public void notFinite(int index, String reason) throws IOException {
        failures.add(dataset.exampleName(index), reason);
        failures.flush();
      }
    };
  }

  private ReportPage report(
      Console console,
      Backend backend,
      Model saved,
      String name,
      EvalOutcome outcome,
      Mistakes mistakes)
      throws IOException {
    Evaluation evaluation = outcome.evaluation();
    Map<String, String> figures = new LinkedHashMap<>();
    if (evaluation.figures().isEmpty()) {
      figures.put("accuracy (top-1)", Units.percent(evaluation.top1()));
      figures.put("top-5", Units.percent(evaluation.top5()));
    }
    figures.put("loss", Units.decimal(evaluation.loss(), 4));
    figures.put("images/s", String.format(Locale.ROOT, "%,.0f", evaluation.imagesPerSecond()));
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("command", console.commandLine());
    facts.put("model", NetworkSummary.of(saved.network()));
    facts.put("device", backend.name() + ": " + backend.description());
    facts.putAll(Machine.look());
    ReportPage page =
        new ReportPage(saved.network().name() + " on " + name, outcome.toString()).tiles(figures);
    EvaluationReport.add(page, "", evaluation, mistakes);
    return page.section("How it was made", ReportPage.facts(facts));
  }
}
