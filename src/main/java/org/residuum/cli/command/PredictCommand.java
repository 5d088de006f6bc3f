package org.residuum.cli.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.residuum.Model;
import org.residuum.backend.Backend;
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
import org.residuum.cli.option.RowOptions;
import org.residuum.cli.prediction.PredictionJob;
import org.residuum.cli.prediction.PredictionOutput;
import org.residuum.cli.prediction.PredictionSettings;
import org.residuum.cli.prediction.RowSchema;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.ExitCode;
import org.residuum.cli.text.Failures;
import org.residuum.cli.text.InputFiles;
import org.residuum.cli.text.LinesFile;
import org.residuum.cli.text.OutputFile;
import org.residuum.data.Preprocessing;
import org.residuum.data.Task;
import org.residuum.data.input.PictureInput;
import org.residuum.data.input.PictureInputs;
import org.residuum.data.source.Datasets;
import org.residuum.data.source.csv.CsvRow;
import org.residuum.data.source.csv.CsvTable;
import org.residuum.data.source.csv.CsvTargets;
import org.residuum.text.Units;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "predict",
    customSynopsis = "residuum predict --model=MODEL --data=PATH... [--out=FILE] [OPTION]...",
    description =
        "Classifies pictures or rows of a table: a row each, of CSV, JSON Lines or Parquet, with"
            + " the top classes, all logits or an embedding, or with the reason why there are none"
            + " as error.",
    footer = {
      "",
      "Examples:",
      "  residuum predict --model runs/photos --data more-photos --out predictions.csv",
      "  residuum predict --model runs/photos --data a.jpg b.jpg --top-k 5",
      "  residuum predict --model runs/photos --data 'shards/*.tar' --out rows.csv",
      "  find . -name '*.jpg' -print0 | residuum predict --model runs/photos --data -",
      "  residuum predict --model runs/photos --data table.csv --column picture",
      "  residuum predict --model runs/photos --data many --out rows.csv --resume",
      "  residuum predict --model runs/photos --data photos.parquet --out rows.jsonl",
      "  residuum predict --model runs/photos --data new --embeddings --out v.parquet",
      "  residuum predict --model runs/table --data csv:new.csv",
      "  residuum predict --model runs/tags --data csv:new.csv --threshold 0.3"
    })
public final class PredictCommand implements Callable<Integer> {
  private static final String FOLDER = "folder:";
  private static final String CSV = "csv:";
  private static final String WHOLE =
      "%s is whole: nothing to resume; for new rows leave --resume out";

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private ForeignOptions foreign;
  @Mixin private DeviceOption device;
  @Mixin private DecodingOptions decoding;
  @Mixin private RowOptions rowOptions;
  @Mixin private FailureOptions failureOptions;
  @Mixin private InputOptions inputOptions;

  @Option(
      names = "--data",
      required = true,
      arity = "1..*",
      paramLabel = "PATH",
      description =
          "Pictures; folders with pictures in them or below; archives (tar, tar.gz, zip); tables"
              + " with a column of paths or bytes (CSV, Parquet); @FILE, a list of any of these, a"
              + " path a line, or - for one from standard input; patterns such as"
              + " 'shards/**/*.tar'. folder:, tar:, zip:, csv:, parquet: and glob: before a path"
              + " say what it is. Hidden files are left out, content tells pictures of unknown"
              + " endings. For a model of vectors csv:FILE, with the columns of its training, of"
              + " which labels are left out.")
  private List<String> data;

  @Option(
      names = "--out",
      paramLabel = "FILE|DIR/",
      description =
          "The file; without it, or with -, the rows go to standard output. Until all rows are"
              + " there, and where anything ends the command, they are in FILE.part. With a / at"
              + " the end: a folder of files of --part-rows each, and a manifest.")
  private String out;

  @Option(names = "--overwrite", description = "Replace the file where there is one.")
  private boolean overwrite;

  @Option(
      names = "--resume",
      description =
          "Go on where the same command was ended, by whatever; begin where there is nothing to go"
              + " on with; do nothing where all is there.")
  private boolean resume;

  @Option(
      names = "--part-rows",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "How many rows come to disk together, rounded up to whole batches; so many have to be"
              + " done again at most (default: 1000).")
  private long partRows;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      description = "Examples at a time (default: 32).")
  private int batch;

  @Option(
      names = "--on-error",
      paramLabel = "skip|fail",
      defaultValue = "skip",
      description =
          "Whether an input that cannot be classified costs its label only, or ends the command"
              + " (default: skip).")
  private DataOption.OnError onError;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description =
          "For csv: the column of labels to leave out, by name or by number from 1, where there is"
              + " one; else the last. Of a regression or of several labels all of them, with"
              + " commas between; else those of its training's names.")
  private String labelColumn;

  @Override
  public Integer call() throws IOException {
    check();
    Console console = Console.of(spec);
    if (resume && !toFolder() && OutputFile.isWhole("--out", out())) {
      console.say(WHOLE, out());
      return ExitCode.OK;
    }
    Model saved = Models.classifier(model.model(), foreign, null, console);
    Preprocessing preprocessing = decoding.over(Models.preprocessing(saved));
    if (out() != null && !toFolder()) {
      OutputFile.prepare("--out", out(), overwrite);
    }
    if (!resume) {
      failureOptions.prepare(out(), overwrite);
    }
    if (preprocessing.isPicture()) {
      run(console, saved, "file", pictures(console, preprocessing));
    } else {
      run(console, saved, "row", rows(console, saved, preprocessing));
    }
    return ExitCode.OK;
  }

  private void check() {
    rowOptions.check(out() != null);
    if (partRows < 1) {
      throw CommandFailure.usage("--part-rows " + partRows + ": at least 1");
    }
    if (resume && out() == null) {
      throw CommandFailure.usage("--resume: it needs --out, rows that are printed are gone");
    }
    BatchOption.check(batch);
  }

  /** Null for standard output. */
  private Path out() {
    return out == null || out.equals("-") ? null : Path.of(out);
  }

  private boolean toFolder() {
    return out != null && (out.endsWith("/") || out.endsWith(File.separator));
  }

  private PredictionJob<PictureInput> pictures(Console console, Preprocessing preprocessing)
      throws IOException {
    PictureInputs inputs = open(console);
    try {
      requireApart(inputs::reads);
      return PredictionJob.ofPictures(inputs, preprocessing);
    } catch (IOException | RuntimeException e) {
      inputs.close();
      throw e;
    }
  }

  private PictureInputs open(Console console) throws IOException {
    for (String text : data) {
      String name = text.substring(0, Math.max(0, text.indexOf(':')));
      boolean source = text.startsWith(FOLDER) || text.startsWith(CSV);
      if (!source && Datasets.NAMES.contains(name)) {
        throw CommandFailure.usage(
            "--data "
                + text
                + ": the model takes pictures; name files or folders of them, or measure labelled"
                + " data with eval");
      }
    }
    return InputOptions.open(data, inputOptions.options(console));
  }

  private PredictionJob<CsvRow> rows(Console console, Model saved, Preprocessing preprocessing)
      throws IOException {
    if (inputOptions.given()) {
      throw CommandFailure.usage(
          "--column, --root: they are for pictures, the model takes vectors");
    }
    int features = preprocessing.inputShape().elements();
    String only = data.get(0);
    if (data.size() != 1 || !only.startsWith(CSV)) {
      throw CommandFailure.usage(
          "--data "
              + String.join(" ", data)
              + ": the model takes vectors of "
              + features
              + " values; give a table of them as csv:FILE");
    }
    String group = saved.training().map(notes -> notes.data().split().groupBy()).orElse("");
    CsvTable table =
        CsvTable.read(table(only), features, labelColumns(saved), targets(saved), group);
    console.say("%s", table);
    Path read = table(only);
    requireApart(file -> Files.exists(read) && Files.isSameFile(read, file));
    return PredictionJob.ofRows(table.rows(), preprocessing);
  }

  private List<String> labelColumns(Model saved) {
    return saved.outputs().task() != Task.CLASSIFY
        ? CsvTargets.columns(labelColumn)
        : labelColumn == null ? List.of() : List.of(labelColumn);
  }

  private static List<String> targets(Model saved) {
    return saved.outputs().task() == Task.CLASSIFY ? List.of() : saved.labels();
  }

  private static Path table(String text) {
    return Path.of(text.substring(CSV.length()));
  }

  /** Neither pictures nor the model are written over. */
  private void requireApart(InputFiles.Source inputs) throws IOException {
    InputFiles read =
        new InputFiles().model(model.model()).file(foreign.labelsFile()).source(inputs);
    read.requireNot("--out", out());
    failureOptions.requireApart(read);
  }

  private <T> void run(Console console, Model saved, String items, PredictionJob<T> job)
      throws IOException {
    Models.tell(model.model(), Models.preprocessing(saved), console);
    PredictionJob.Summary summary;
    Model part = rowOptions.part(saved);
    RowSchema schema = rowOptions.schema(items, part);
    try (job;
        PredictionOutput output = output(console, schema)) {
      output
          .place()
          .ifPresent(at -> console.say("rows go to %s, which is %s when all are there", at, out));
      if (output.isWhole()) {
        console.say(WHOLE, out);
        return;
      }
      try (Failures failures = failures(console, items, output);
          Backend backend = device.open(console.err());
          Plan plan =
              backend.compile(
                  part.network(),
                  part.parameters(),
                  job.examples()
                      .fed(part.network(), BatchOption.options(batch, job.countUpTo(batch))))) {
        PredictionOutput.Runner runner =
            new PredictionOutput.Runner(plan, part.labels(), device.threads());
        summary =
            output.write(
                job, runner, failures, () -> settings(saved, backend, plan), (item, best) -> {});
      }
    }
    report(console, items, summary);
  }

  private PredictionOutput output(Console console, RowSchema schema) throws IOException {
    boolean fail = onError == DataOption.OnError.fail;
    PredictionOutput.Rules rules =
        new PredictionOutput.Rules(schema, rowOptions.format(out), fail, partRows);
    if (out() == null) {
      return PredictionOutput.print(console, rules);
    }
    return toFolder()
        ? PredictionOutput.folder(console, rules, out(), overwrite, resume)
        : PredictionOutput.file(console, rules, out(), overwrite, resume);
  }

  private Failures failures(Console console, String items, PredictionOutput output)
      throws IOException {
    String elsewhere = "see the column error of the rows";
    Optional<LinesFile.Position> before = output.resumedFailures();
    if (before.isPresent()) {
      return failureOptions.goOn(console, items, elsewhere, before.get());
    }
    failureOptions.prepare(out(), overwrite);
    return failureOptions.open(console, items, elsewhere, overwrite);
  }

  /** What each row depends on. */
  private Map<String, String> settings(Model saved, Backend backend, Plan plan) {
    Map<String, String> settings = PredictionSettings.of(rowOptions.part(saved));
    Preprocessing preprocessing = decoding.over(Models.preprocessing(saved));
    settings.put("preprocessing", preprocessing.toString());
    settings.put("--decode", preprocessing.decoding().detail().name().toLowerCase(Locale.ROOT));
    settings.put("--max-pixels", String.valueOf(preprocessing.decoding().maxPixels()));
    inputOptions.addTo(settings);
    settings.put("--device", backend.name());
    settings.put("--precision", backend.precision().toString());
    settings.put("--batch", String.valueOf(plan.batch()));
    rowOptions.addTo(settings, out);
    settings.put("--part-rows", String.valueOf(partRows));
    settings.put("--errors", failureOptions.place());
    return settings;
  }

  private void report(Console console, String items, PredictionJob.Summary summary) {
    console.say(
        "%s in %s, %,.0f a second%s%s",
        Units.count(summary.done() - summary.resumed(), items),
        Units.seconds(summary.seconds()),
        summary.perSecond(),
        summary.failed() == 0 ? "" : String.format(Locale.ROOT, ", %,d failed", summary.failed()),
        out() == null ? "" : ": " + out);
    failureOptions.check(summary.allFailed(), summary.done(), items);
  }
}
