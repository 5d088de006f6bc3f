package org.residuum.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.residuum.backend.TrainingBackend;
import org.residuum.cli.depth.DepthRuns;
import org.residuum.cli.depth.Form;
import org.residuum.cli.option.DataOption;
import org.residuum.cli.option.DeviceOption;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.ExitCode;
import org.residuum.cli.text.OutputFolder;
import org.residuum.data.Dataset;
import org.residuum.data.source.DatasetOptions;
import org.residuum.job.FolderLock;
import org.residuum.network.Architectures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "depth",
    description =
        "Trains residual and plain networks of growing depth on the same data, looks into them,"
            + " and writes a page with pictures that shows why shortcuts work.",
    footer = {
      "",
      "Examples:",
      "  residuum depth --data glyphs --blocks 1,10,50 --out runs/depth",
      "  residuum depth --data digits:DIR --blocks 10,1000 --out runs/depth",
      "  residuum depth --data digits:DIR --forms conv:8 --out runs/depth",
      "",
      "In FOLDER depth/findings.jsonl grows by a line a training. The same command goes on after an"
          + " interruption; one with more forms, blocks or seeds adds those. depth.md and its"
          + " pictures show all that is in the file."
    })
public final class DepthCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;
  @Mixin private DeviceOption device;

  @Option(
      names = "--forms",
      split = ",",
      paramLabel = "FORM",
      defaultValue = "mlp:64,mlp:64:bn",
      description =
          "Networks to compare: mlp:WIDTH (dense) or conv:WIDTH (3×3 convolutions), either with :bn"
              + " for batch norms (default: ${DEFAULT-VALUE}).")
  private List<String> forms;

  @Option(
      names = "--blocks",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,10,50,200",
      description = "Depths, in blocks of two layers (default: ${DEFAULT-VALUE}).")
  private List<Integer> blocks;

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "N",
      defaultValue = "0",
      description = "A training for each (default: ${DEFAULT-VALUE}).")
  private List<Long> seeds;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the training data, the same for all (default: as train).")
  private Integer epochs;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where findings, page and pictures go; may hold those of an earlier study.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Console console = Console.of(spec);
    List<Form> chosen = forms.stream().map(DepthCommand::form).toList();
    check();
    try (FolderLock folder = OutputFolder.lock("--out", out);
        TrainingBackend backend = device.open(console.err())) {
      DatasetOptions options = data.options(Optional.empty());
      Dataset training = data.open(console, Dataset.Split.TRAIN, options);
      Dataset test = data.open(console, Dataset.Split.TEST, options);
      DepthRuns.Choice choice = new DepthRuns.Choice(chosen, blocks, seeds, epochs);
      new DepthRuns(console, backend, training, test, out).run(choice);
    }
    return ExitCode.OK;
  }

  private static Form form(String text) {
    try {
      return Form.of(text);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--forms " + e.getMessage());
    }
  }

  private void check() {
    if (epochs != null && epochs < 1) {
      throw CommandFailure.usage("--epochs " + epochs + ": at least 1");
    }
    for (int count : blocks) {
      if (count < 1 || count > Architectures.LARGEST_DEPTH) {
        throw CommandFailure.usage("--blocks " + count + ": 1 to " + Architectures.LARGEST_DEPTH);
      }
    }
  }
}
