package org.residuum.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.residuum.Model;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.TrainingBackend;
import org.residuum.cli.option.DeviceOption;
import org.residuum.cli.option.Models;
import org.residuum.cli.prediction.PredictionJob;
import org.residuum.cli.prediction.PredictionOutput;
import org.residuum.cli.prediction.PredictionSettings;
import org.residuum.cli.prediction.RowFormat;
import org.residuum.cli.prediction.RowSchema;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.ExitCode;
import org.residuum.cli.text.Failures;
import org.residuum.cli.text.OutputFolder;
import org.residuum.data.Preprocessing;
import org.residuum.data.input.PictureInput;
import org.residuum.data.input.PictureInputs;
import org.residuum.data.source.DatasetOptions;
import org.residuum.data.source.Datasets;
import org.residuum.job.FolderLock;
import org.residuum.job.StartingPoint;
import org.residuum.job.TrainingData;
import org.residuum.report.TrainingReport;
import org.residuum.text.Units;
import org.residuum.train.Evaluation;
import org.residuum.train.TrainingOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    description = {
      "Shows everything at work, with nothing to download: draws pictures of digits, trains a"
          + " residual network on them, measures it, classifies a folder of new pictures and writes"
          + " a report."
    },
    footer = {"", "Examples:", "  residuum demo", "  residuum demo --out /tmp/demo --seed 7"})
public final class DemoCommand implements Callable<Integer> {
  private static final int PICTURES = 60;
  private static final int TOP = 3;
  private static final String MODEL = "model";

  @Spec private CommandSpec spec;
  @Mixin private DeviceOption device;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "Where model, pictures, CSV and report go (default: runs/demo, or the next free name).")
  private Path out;

  @Option(names = "--overwrite", description = "Write into the folder although it has files.")
  private boolean overwrite;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "3",
      description = "Passes over the 6,000 pictures (default: 3).")
  private int epochs;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Decides pictures and weights (default: 0).")
  private long seed;

  @Override
  public Integer call() throws IOException {
    Console console = Console.of(spec);
    Path usual = Path.of("runs", "demo");
    Path folder = out != null ? out : overwrite ? usual : OutputFolder.free(usual);
    try (FolderLock unused = OutputFolder.lock("--out", folder)) {
      OutputFolder.check("--out", folder, overwrite);
      try (FolderLock model = OutputFolder.lockModel("--out", folder.resolve(MODEL));
          TrainingBackend backend = device.open(console.err())) {
        show(console, backend, folder, model);
      }
    }
    return ExitCode.OK;
  }

  private void show(Console console, TrainingBackend backend, Path folder, FolderLock lock)
      throws IOException {
    DatasetOptions options = DatasetOptions.DEFAULTS.withSeed(seed);
    TrainingData data = TrainingData.open("glyphs", options);
    StartingPoint start =
        ConsoleTraining.start(network(backend), null, false, data.training(), seed);
    Path model = folder.resolve(MODEL);
    Evaluation test =
        new ConsoleTraining(console, backend, data, start, "", "start demo again", null)
            .run(training(), lock, overwrite)
            .chosen()
            .test();
    Path pictures = folder.resolve("pictures");
    Path csv = folder.resolve("predictions.csv");
    Datasets.writeGlyphs(pictures, PICTURES, seed);
    int right = predict(console, backend, model, pictures, csv);
    console.out("");
    console.out(
        "accuracy     %s of %,d test pictures", Units.percent(test.top1()), test.examples());
    console.out("pictures     %s, %d of %d classified right", pictures, right, PICTURES);
    console.out("predictions  %s", csv);
    console.out("model        %s", model);
    console.out("report       %s  (open it in a browser)", model.resolve(TrainingReport.FILE));
    console.out("");
    console.out("try next");
    console.out("  residuum inspect %s", start.name());
    console.out("  residuum eval --model %s --data glyphs", model);
    console.out("  residuum predict --model %s --data %s --top-k 3", model, pictures);
    console.out("  residuum train --data folder:YOUR-PHOTOS --model resnet18 --out runs/photos");
  }

  /** The reference backend is a thousand times slower: a small network for it. */
  private static String network(TrainingBackend backend) {
    return backend.name().equals("reference") ? "mlp:32x2" : "resnet8";
  }

  private TrainingOptions training() {
    try {
      return TrainingOptions.builder()
          .epochs(epochs)
          .seed(seed)
          .loaderThreads(device.loaderThreads())
          .build();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }

  private int predict(Console console, TrainingBackend backend, Path model, Path pictures, Path csv)
      throws IOException {
    Model saved = Model.load(model);
    Preprocessing preprocessing = Models.preprocessing(saved);
    AtomicInteger right = new AtomicInteger();
    CompileOptions options = CompileOptions.batch(PICTURES);
    PredictionOutput.Rules rules =
        new PredictionOutput.Rules(RowSchema.ofClasses("file", TOP), RowFormat.CSV, true, PICTURES);
    List<String> folder = List.of("folder:" + pictures);
    PictureInputs inputs = PictureInputs.open(folder, PictureInputs.Options.DEFAULTS);
    try (PredictionJob<PictureInput> job = PredictionJob.ofPictures(inputs, preprocessing);
        PredictionOutput output = PredictionOutput.file(console, rules, csv, true, false);
        Failures failures = new Failures(console, "file", null, "");
        Plan plan = backend.compile(saved.network(), saved.parameters(), options)) {
      output.write(
          job,
          new PredictionOutput.Runner(plan, saved.labels(), device.threads()),
          failures,
          () -> PredictionSettings.of(saved),
          (picture, best) -> {
            Path drawn = Path.of(picture.name()).getParent().getFileName();
            if (best.get(0).label().equals(drawn.toString())) {
              right.incrementAndGet();
            }
          });
    }
    return right.get();
  }
}
