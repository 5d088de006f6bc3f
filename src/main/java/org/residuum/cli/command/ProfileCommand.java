package org.residuum.cli.command;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.residuum.Model;
import org.residuum.backend.Backend;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.cli.option.BatchOption;
import org.residuum.cli.option.DeviceOption;
import org.residuum.cli.option.ModelArgument;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.ExitCode;
import org.residuum.network.Value;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "profile",
    description = "Shows where the time of a network's inference goes, a line a node.",
    footer = {
      "",
      "Examples:",
      "  residuum profile resnet50 --batch 8",
      "  residuum profile runs/photos --device cuda",
      "  residuum profile resnet20.onnx --batch 1 --runs 50",
      "",
      "Times are medians over the runs. FLOPs are those of the definition: a convolution that is"
          + " computed with fewer multiplications shows a higher rate. Bytes are inputs, outputs"
          + " and parameters once each."
    })
public final class ProfileCommand implements Callable<Integer> {
  private static final int WARM_UP = 3;

  @Spec private CommandSpec spec;
  @Mixin private ModelArgument model;
  @Mixin private DeviceOption device;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "8",
      description = "Examples at a time (default: 8).")
  private int batch;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "20",
      description = "Runs that count, after three that do not (default: 20).")
  private int runs;

  @Override
  public Integer call() throws IOException {
    if (runs < 1) {
      throw CommandFailure.usage("--runs " + runs + ": at least 1");
    }
    Console console = Console.of(spec);
    Model chosen = model.withParameters();
    try (Backend backend = device.open(console.err());
        Plan plan =
            backend.compile(chosen.network(), chosen.parameters(), BatchOption.check(batch));
        Session session = plan.session()) {
      plan.network().inputs().forEach(input -> fill(session.input(input.name()), input));
      console.out("device    %s: %s", backend.name(), backend.description());
      console.out("%s", ProfileTable.of(plan, wholeRuns(session), profiles(session)));
    }
    return ExitCode.OK;
  }

  /** Seconds of each. */
  private double[] wholeRuns(Session session) {
    for (int i = 0; i < WARM_UP; i++) {
      session.run();
    }
    double[] seconds = new double[runs];
    for (int i = 0; i < runs; i++) {
      long start = System.nanoTime();
      session.run();
      seconds[i] = (System.nanoTime() - start) / 1e9;
    }
    return seconds;
  }

  private List<List<Session.StepTime>> profiles(Session session) {
    List<List<Session.StepTime>> profiles = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      profiles.add(session.profile());
    }
    return profiles;
  }

  private static void fill(FloatBuffer buffer, Value input) {
    SplittableRandom random = new SplittableRandom(input.id());
    for (int i = 0; i < buffer.limit(); i++) {
      buffer.put(i, (float) random.nextDouble(-1, 1));
    }
  }
}
