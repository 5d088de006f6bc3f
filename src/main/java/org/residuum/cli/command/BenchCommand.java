package org.residuum.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.residuum.Model;
import org.residuum.backend.Backend;
import org.residuum.cli.bench.Bench;
import org.residuum.cli.option.BatchOption;
import org.residuum.cli.option.DecodingOptions;
import org.residuum.cli.option.DeviceOption;
import org.residuum.cli.option.InputOptions;
import org.residuum.cli.option.ModelArgument;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.ExitCode;
import org.residuum.cli.text.OutputFile;
import org.residuum.data.Preprocessing;
import org.residuum.data.input.PictureInputs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "bench",
    description =
        "Measures how fast a device runs a network, at several batch sizes: latency, throughput,"
            + " memory, and how close it comes to what the device can do.",
    footer = {
      "",
      "Examples:",
      "  residuum bench resnet50",
      "  residuum bench runs/photos --batch 1,8,32 --seconds 5 --json bench.json",
      "  residuum bench resnet50.onnx --device cuda --precision bf16 --batch 64,256",
      "  residuum bench runs/photos --data photos --batch 32",
      "  residuum bench runs/photos --validate",
      "",
      "The limit of a network is the sum over its nodes of the longer of two times: its operations"
          + " at the rate of a large matrix product, and its bytes at the rate of a large sum, both"
          + " measured on the device. Convolutions that are computed with fewer multiplications"
          + " than they are defined by can exceed it."
    })
public final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelArgument model;
  @Mixin private DeviceOption device;
  @Mixin private InputOptions inputOptions;
  @Mixin private DecodingOptions decoding;

  @Option(
      names = "--batch",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,8,32",
      description = "Examples at a time, one or more sizes (default: 1,8,32).")
  private List<Integer> batches;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description =
          "How long to run at each batch size, five runs at least after three that do not count"
              + " (default: 2).")
  private double seconds;

  @Option(
      names = "--data",
      arity = "1..*",
      paramLabel = "PATH",
      description =
          "Pictures, as predict takes them: they are decoded alone, and classified end to end, once"
              + " at each batch size.")
  private List<String> data;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures there too, in units of seconds and bytes.")
  private Path json;

  @Option(names = "--overwrite", description = "Replace the JSON file where there is one.")
  private boolean overwrite;

  @Option(
      names = "--validate",
      description =
          "Compare each node, at the first batch size, with the reference (plain Java in double"
              + " precision, slow) in place of measuring; name the first that differs.")
  private boolean validate;

  @Override
  public Integer call() throws IOException {
    check();
    Console console = Console.of(spec);
    if (json != null) {
      OutputFile.prepare("--json", json, overwrite);
    }
    Model chosen = model.withParameters();
    try (Backend backend = device.open(console.err())) {
      console.out(
          "device    %s: %s, %s", backend.name(), backend.description(), backend.precision());
      Bench bench = new Bench(console, backend, chosen);
      if (validate) {
        Optional<String> difference = bench.validate(batches.get(0));
        if (difference.isPresent()) {
          throw CommandFailure.failed(difference.get());
        }
        return ExitCode.OK;
      }
      Preprocessing preprocessing = data == null ? null : preprocessing(chosen);
      bench.devices(batches, seconds);
      if (data != null) {
        pictures(console, bench, preprocessing);
      }
      if (json != null) {
        bench.write(json);
      }
    }
    return ExitCode.OK;
  }

  /** Known before anything is measured. */
  private Preprocessing preprocessing(Model chosen) {
    if (data.stream().anyMatch(source -> source.equals("-"))) {
      throw CommandFailure.usage(
          "--data -: pictures are read more than once; give a list as @FILE");
    }
    return decoding.over(model.preprocessing(chosen));
  }

  private void pictures(Console console, Bench bench, Preprocessing preprocessing)
      throws IOException {
    PictureInputs.Options options = inputOptions.options(console).withNotices(line -> {});
    bench.pictures(() -> InputOptions.open(data, options), preprocessing, device.threads());
  }

  private void check() {
    if (batches.isEmpty()) {
      throw CommandFailure.usage("--batch: name at least one size, such as --batch 1,8");
    }
    batches.forEach(BatchOption::check);
    if (!(seconds > 0 && seconds <= 86_400)) {
      throw CommandFailure.usage("--seconds " + seconds + ": above 0, a day (86400) at most");
    }
    if (validate && json != null) {
      throw CommandFailure.usage("--json: it is for figures; --validate gives none");
    }
    if (validate && data != null) {
      throw CommandFailure.usage("--data: it is for measuring; --validate measures nothing");
    }
  }
}
