package org.residuum.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import org.residuum.cli.option.ModelOption;
import org.residuum.cli.option.Models;
import org.residuum.cli.prediction.PredictionJob;
import org.residuum.cli.prediction.PredictionOutput;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.ExitCode;
import org.residuum.cli.text.Failures;
import org.residuum.cli.text.InputFiles;
import org.residuum.cli.text.LinesFile;
import org.residuum.cli.text.OutputFile;
import org.residuum.data.Preprocessing;
import org.residuum.data.source.Datasets;
import org.residuum.data.source.csv.CsvRow;
import org.residuum.data.source.csv.CsvTable;
import org.residuum.data.source.scan.PictureScan;
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
        "Classifies pictures or rows of a table: a CSV row each, with the top classes, or with the"
            + " reason why there are none in the last column, error.",
    footer = {
      "",
      "Examples:",
      "  residuum predict --model runs/photos --data more-photos --out predictions.csv",
      "  residuum predict --model runs/photos --data a.jpg b.jpg --top-k 5",
      "  residuum predict --model runs/table --data csv:new.csv"
    })
public final class PredictCommand implements Callable<Integer> {
  private static final String FOLDER = "folder:";
  private static final String CSV = "csv:";

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private ForeignOptions foreign;
  @Mixin private DeviceOption device;
  @Mixin private DecodingOptions decoding;
  @Mixin private FailureOptions failureOptions;

  @Option(
      names = "--data",
      required = true,
      arity = "1..*",
      paramLabel = "PATH",
      description =
          "Pictures, or folders with pictures in them or below; folder:DIR works too. Hidden files"
              + " are left out, content tells pictures of unknown endings. For a model of vectors"
              + " csv:FILE, with the columns of its training, of which labels are left"
              + " out.")
  private List<String> data;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "The CSV file; without it, or with -, the rows go to standard output. Until all rows are"
              + " there, and where anything ends the command, they are in FILE.part.")
  private Path out;

  @Option(names = "--overwrite", description = "Replace the CSV file where there is one.")
  private boolean overwrite;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "1",
      description = "How many classes each, of those there are (default: 1).")
  private int top;

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
              + " one; else the last.")
  private String labelColumn;

  @Override
  public Integer call() throws IOException {
    if (top < 1) {
      throw CommandFailure.usage("--top-k " + top + ": at least 1");
    }
    Console console = Console.of(spec);
    BatchOption.check(batch);
    Model saved = Models.classifier(model.model(), foreign, null, console);
    Preprocessing preprocessing = decoding.over(Models.preprocessing(saved));
    if (!toStandardOutput()) {
      OutputFile.prepare("--out", out, overwrite);
    }
    failureOptions.prepare(toStandardOutput() ? null : out, overwrite);
    if (preprocessing.isPicture()) {
      run(console, saved, "file", pictures(console, preprocessing));
    } else {
      run(console, saved, "row", rows(console, preprocessing));
    }
    return ExitCode.OK;
  }

  private boolean toStandardOutput() {
    return out == null || out.toString().equals("-");
  }

  private PredictionJob<Path> pictures(Console console, Preprocessing preprocessing)
      throws IOException {
    PictureScan scan = PictureScan.of(data.stream().map(PredictCommand::picture).toList());
    console.say("%s", scan);
    List<Path> files = new ArrayList<>(scan.pictures());
    Map<Path, String> unreadable = new LinkedHashMap<>();
    for (PictureScan.UnreadableFolder one : scan.unreadableFolders()) {
      unreadable.put(one.folder(), one.reason());
      files.add(one.folder());
    }
    requireApart(files);
    return PredictionJob.ofPictures(files, unreadable, preprocessing);
  }

  private static Path picture(String text) {
    if (text.isBlank()) {
      throw CommandFailure.usage("--data '': it is empty; name pictures or folders of them");
    }
    String name = text.substring(0, Math.max(0, text.indexOf(':')));
    if (text.startsWith(FOLDER)) {
      return Path.of(text.substring(FOLDER.length()));
    }
    if (Datasets.NAMES.contains(name)) {
      throw CommandFailure.usage(
          "--data "
              + text
              + ": the model takes pictures; name files or folders of them, or measure labelled"
              + " data with eval");
    }
    return Path.of(text);
  }

  private PredictionJob<CsvRow> rows(Console console, Preprocessing preprocessing)
      throws IOException {
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
    CsvTable table = CsvTable.read(table(only), features, labelColumn);
    console.say("%s", table);
    requireApart(List.of(table(only)));
    return PredictionJob.ofRows(table.rows(), preprocessing);
  }

  private static Path table(String text) {
    return Path.of(text.substring(CSV.length()));
  }

  /** Neither pictures nor the model are written over. */
  private void requireApart(List<Path> inputs) throws IOException {
    InputFiles read = new InputFiles().model(model.model()).file(foreign.labelsFile()).all(inputs);
    read.requireNot("--out", out);
    failureOptions.requireApart(read);
  }

  private <T> void run(Console console, Model saved, String items, PredictionJob<T> job)
      throws IOException {
    Models.tell(model.model(), Models.preprocessing(saved), console);
    boolean fail = onError == DataOption.OnError.fail;
    PredictionOutput output = new PredictionOutput(items, Math.min(top, saved.classes()), fail);
    int count = job.items().size();
    PredictionJob.Summary summary;
    String elsewhere = "see the column error of the rows";
    try (LinesFile file = toStandardOutput() ? null : output.open(out, overwrite, console);
        Failures failures = failureOptions.open(console, items, elsewhere, overwrite);
        Backend backend = device.open(console.err());
        Plan plan =
            backend.compile(
                saved.network(),
                saved.parameters(),
                job.examples().fed(saved.network(), BatchOption.options(batch, count)))) {
      PredictionOutput.Run<T> run =
          sink -> job.run(console, plan, saved.labels(), top, device.threads(), sink);
      if (file == null) {
        summary = output.print(run, count, spec.commandLine().getOut(), failures);
      } else {
        if (!file.place().equals(out)) {
          console.say("rows go to %s, which is %s when all are there", file.place(), out);
        }
        summary = output.write(run, count, file, failures, (item, best) -> {});
      }
    }
    report(console, items, summary);
  }

  private void report(Console console, String items, PredictionJob.Summary summary) {
    console.say(
        "%s in %s, %,.0f a second%s%s",
        Units.count(summary.done(), items),
        Units.seconds(summary.seconds()),
        summary.done() / summary.seconds(),
        summary.failed() == 0 ? "" : String.format(Locale.ROOT, ", %,d failed", summary.failed()),
        toStandardOutput() ? "" : ": " + out);
    failureOptions.check(summary.failed(), summary.done(), items);
  }
}
