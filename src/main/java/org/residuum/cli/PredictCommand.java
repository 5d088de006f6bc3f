package org.residuum.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.data.Datasets;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.format.AtomicFile;
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
    description = "Classifies pictures: a CSV row a picture, with the likeliest classes.",
    footer = {
      "",
      "Examples:",
      "  residuum predict --model runs/photos --data more-photos --out predictions.csv",
      "  residuum predict --model runs/photos --data a.jpg b.jpg --top-k 5"
    })
final class PredictCommand implements Callable<Integer> {
  private static final String FOLDER = "folder:";

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private ForeignOptions foreign;
  @Mixin private DeviceOption device;

  @Option(
      names = "--data",
      required = true,
      arity = "1..*",
      paramLabel = "PATH",
      description = "Pictures, or folders with pictures in them or below; folder:DIR works too.")
  private List<String> data;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The CSV file; without it the rows go to standard output.")
  private Path out;

  @Option(names = "--overwrite", description = "Replace the CSV file where there is one.")
  private boolean overwrite;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "1",
      description = "How many classes a picture (default: 1).")
  private int top;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      description = "Pictures at a time (default: 32).")
  private int batch;

  @Option(
      names = "--on-error",
      paramLabel = "skip|fail",
      defaultValue = "skip",
      description = "What to do about a picture that cannot be decoded (default: skip).")
  private DataOption.OnError onError;

  @Override
  public Integer call() throws IOException {
    if (top < 1) {
      throw CommandFailure.usage("--top-k " + top + ": at least 1");
    }
    Console console = Console.of(spec);
    CompileOptions options = BatchOption.check(batch);
    SavedModel saved = SavedModels.load(model.model(), foreign, null, console);
    Preprocessing preprocessing = SavedModels.preprocessing(saved, model.model());
    if (!preprocessing.isPicture()) {
      throw CommandFailure.failed(
          "--model " + model.model() + ": it takes vectors, not pictures; measure it with eval");
    }
    if (out != null) {
      OutputFile.prepare("--out", out, overwrite);
    }
    List<Path> files = pictures();
    try (Backend backend = device.open(console.err());
        Plan plan = backend.compile(saved.network(), saved.parameters(), options)) {
      boolean fail = onError == DataOption.OnError.fail;
      PredictionJob job =
          new PredictionJob(console, plan, saved.labels(), preprocessing, fail, top);
      report(console, write(job, files, classes(saved)));
    }
    return ExitCode.OK;
  }

  private static int classes(SavedModel saved) {
    Map<String, Value> outputs = saved.network().outputs();
    Value only = outputs.values().iterator().next();
    return outputs.getOrDefault("logits", only).shape().elements();
  }

  private List<Path> pictures() throws IOException {
    List<Path> pictures = new ArrayList<>();
    for (String text : data) {
      pictures.addAll(Picture.find(path(text)));
    }
    return pictures;
  }

  private static Path path(String text) {
    String name = text.substring(0, Math.max(0, text.indexOf(':')));
    if (text.startsWith(FOLDER)) {
      return Path.of(text.substring(FOLDER.length()));
    }
    if (Datasets.NAMES.contains(name)) {
      throw CommandFailure.usage(
          "--data " + text + ": predict reads pictures; measure labelled data with eval");
    }
    return Path.of(text);
  }

  private PredictionJob.Summary write(PredictionJob job, List<Path> files, int classes)
      throws IOException {
    int columns = Math.min(top, classes);
    return out == null
        ? toOutput(job, files, columns)
        : toFile(job, files, columns, out, (file, best) -> {});
  }

  private PredictionJob.Summary toOutput(PredictionJob job, List<Path> files, int columns)
      throws IOException {
    PrintWriter output = spec.commandLine().getOut();
    PredictionsCsv csv = new PredictionsCsv(output, columns);
    PredictionJob.Summary summary =
        job.run(
            files,
            (file, best) -> {
              csv.row(file, best);
              csv.flush();
              if (output.checkError()) {
                throw new IOException("standard output takes no more rows; write with --out FILE");
              }
            });
    if (summary.interrupted()) {
      throw interrupted(summary, files.size(), "");
    }
    return summary;
  }

  /**
   * Writes the file whole or not at all; {@code also} sees each row too.
   *
   * @throws CommandFailure after an interruption; the rows so far are in another file then
   */
  static PredictionJob.Summary toFile(
      PredictionJob job, List<Path> files, int columns, Path out, PredictionJob.Sink also)
      throws IOException {
    PredictionJob.Summary[] summary = new PredictionJob.Summary[1];
    Path part = out.resolveSibling(out.getFileName() + ".part");
    AtomicFile.writeAs(
        out,
        channel -> {
          Writer writer = Channels.newWriter(channel, StandardCharsets.UTF_8);
          PredictionsCsv csv = new PredictionsCsv(writer, columns);
          summary[0] =
              job.run(
                  files,
                  (file, best) -> {
                    csv.row(file, best);
                    also.accept(file, best);
                  });
          if (summary[0].interrupted() && summary[0].classified() == 0) {
            throw interrupted(summary[0], files.size(), "; nothing is written");
          }
          csv.flush();
          return summary[0].interrupted() ? part : out;
        });
    if (summary[0].interrupted()) {
      throw interrupted(summary[0], files.size(), ", which are in " + part);
    }
    return summary[0];
  }

  private static CommandFailure interrupted(
      PredictionJob.Summary summary, int pictures, String where) {
    return CommandFailure.interrupted(
        String.format(
            Locale.ROOT,
            "interrupted after %,d of %,d pictures%s",
            summary.classified() + summary.skipped(),
            pictures,
            where));
  }

  private void report(Console console, PredictionJob.Summary summary) {
    if (summary.classified() == 0) {
      throw CommandFailure.failed(
          "none of the " + summary.skipped() + " pictures can be decoded; see the lines above");
    }
    String text =
        String.format(
            "%,d pictures in %s, %,.0f a second%s%s",
            summary.classified(),
            Units.seconds(summary.seconds()),
            summary.classified() / summary.seconds(),
            summary.skipped() == 0
                ? ""
                : String.format(", %,d skipped that cannot be decoded", summary.skipped()),
            out == null ? "" : ": " + out);
    console.err().println(text);
    console.err().flush();
  }
}
