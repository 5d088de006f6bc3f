package org.residuum.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.data.CsvRow;
import org.residuum.data.Datasets;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.format.model.SavedModel;
import org.residuum.network.Value;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "predict",
    customSynopsis = "residuum predict --model=MODEL --data=PATH... [--out=FILE] [OPTION]...",
    description = "Classifies pictures or rows of a table: a CSV row each, with the top classes.",
    footer = {
      "",
      "Examples:",
      "  residuum predict --model runs/photos --data more-photos --out predictions.csv",
      "  residuum predict --model runs/photos --data a.jpg b.jpg --top-k 5",
      "  residuum predict --model runs/table --data csv:new.csv"
    })
final class PredictCommand implements Callable<Integer> {
  private static final String FOLDER = "folder:";
  private static final String CSV = "csv:";

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private ForeignOptions foreign;
  @Mixin private DeviceOption device;

  @Option(
      names = "--data",
      required = true,
      arity = "1..*",
      paramLabel = "PATH",
      description =
          "Pictures, or folders with pictures in them or below; folder:DIR works too. For a model"
              + " of vectors csv:FILE, with the columns of its training, of which labels are left"
              + " out.")
  private List<String> data;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "The CSV file; without it, or with -, the rows go to standard output. After Ctrl-C the"
              + " rows so far are in FILE.part.")
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
      description = "What to do about a picture that cannot be decoded (default: skip).")
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
    CompileOptions options = BatchOption.check(batch);
    SavedModel saved = SavedModels.load(model.model(), foreign, null, console);
    Preprocessing preprocessing = SavedModels.preprocessing(saved, model.model());
    if (!toStandardOutput()) {
      OutputFile.prepare("--out", out, overwrite);
    }
    int columns = Math.min(top, classes(saved));
    if (preprocessing.isPicture()) {
      List<Path> pictures = pictures();
      boolean fail = onError == DataOption.OnError.fail;
      run(
          console,
          saved,
          options,
          new PredictionOutput("file", columns),
          pictures,
          plan ->
              PredictionJob.ofPictures(console, plan, saved.labels(), preprocessing, fail, top));
    } else {
      List<CsvRow> rows = rows(preprocessing.inputShape().elements());
      run(
          console,
          saved,
          options,
          new PredictionOutput("row", columns),
          rows,
          plan -> PredictionJob.ofRows(console, plan, saved.labels(), preprocessing, top));
    }
    return ExitCode.OK;
  }

  private boolean toStandardOutput() {
    return out == null || out.toString().equals("-");
  }

  private static int classes(SavedModel saved) {
    Map<String, Value> outputs = saved.network().outputs();
    Value only = outputs.values().iterator().next();
    return outputs.getOrDefault("logits", only).shape().elements();
  }

  private List<Path> pictures() throws IOException {
    List<Path> pictures = new ArrayList<>();
    for (String text : data) {
      pictures.addAll(Picture.find(picture(text)));
    }
    return pictures;
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

  private List<CsvRow> rows(int features) throws IOException {
    String only = data.get(0);
    if (data.size() != 1 || !only.startsWith(CSV)) {
      throw CommandFailure.usage(
          "--data "
              + String.join(" ", data)
              + ": the model takes vectors of "
              + features
              + " values; give a table of them as csv:FILE");
    }
    return CsvRow.read(Path.of(only.substring(CSV.length())), features, labelColumn);
  }

  private <T> void run(
      Console console,
      SavedModel saved,
      CompileOptions options,
      PredictionOutput output,
      List<T> items,
      Function<Plan, PredictionJob<T>> jobOf)
      throws IOException {
    try (Backend backend = device.open(console.err());
        Plan plan = backend.compile(saved.network(), saved.parameters(), options)) {
      PredictionJob<T> job = jobOf.apply(plan);
      PredictionJob.Summary summary =
          toStandardOutput()
              ? output.print(job, items, spec.commandLine().getOut())
              : output.write(job, items, out, (item, best) -> {});
      report(console, output.items(), summary);
    }
  }

  private void report(Console console, String items, PredictionJob.Summary summary) {
    if (summary.classified() == 0) {
      throw CommandFailure.failed(
          "no picture can be decoded of " + summary.skipped() + "; see the lines above");
    }
    console.say(
        "%s in %s, %,.0f a second%s%s",
        Units.count(summary.classified(), items),
        Units.seconds(summary.seconds()),
        summary.classified() / summary.seconds(),
        summary.skipped() == 0
            ? ""
            : String.format(Locale.ROOT, ", %,d skipped that cannot be decoded", summary.skipped()),
        toStandardOutput() ? "" : ": " + out);
  }
}
