package org.residuum.cli.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.residuum.cli.option.BatchOption;
import org.residuum.cli.option.ModelArgument;
import org.residuum.cli.text.ExitCode;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.plan.MemoryPlan;
import org.residuum.plan.Passes;
import org.residuum.report.NetworkSummary;
import org.residuum.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "inspect",
    description = "Shows a network: its layers, shapes, parameters, operations and memory.",
    footer = {
      "",
      "Examples:",
      "  residuum inspect resnet50",
      "  residuum inspect resnet20 --shortcut B --classes 100",
      "  residuum inspect resnet18 --batch 32 --optimized",
      "  residuum inspect model.onnx --graph > model.mmd"
    })
public final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ModelArgument model;

  @Option(
      names = "--graph",
      description = "Write a flowchart in Mermaid's language, which many pages and editors draw.")
  private boolean graph;

  @Option(
      names = "--optimized",
      description = "Show it as it runs: batch norms folded, additions and ReLUs fused.")
  private boolean optimized;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Show where the values of N examples lie in memory.")
  private Integer batch;

  @Override
  public Integer call() throws IOException {
    Network network = network();
    String memory = batch == null ? "" : "memory for batch " + batch + ": " + memory(network);
    PrintWriter out = spec.commandLine().getOut();
    if (graph) {
      out.print(MermaidGraph.of(network));
      out.flush();
      return ExitCode.OK;
    }
    out.println(Printable.name(NetworkSummary.of(network)));
    network.toString().lines().skip(1).forEach(line -> out.println(Printable.name(line)));
    if (batch != null) {
      out.println();
      out.print(Printable.lines(memory));
    }
    out.flush();
    return ExitCode.OK;
  }

  private Network network() throws IOException {
    Network network = model.network();
    return optimized
        ? Passes.inference(network, Parameters.allocate(network.parameters())).network()
        : network;
  }

  private MemoryPlan memory(Network network) {
    int examples = BatchOption.check(batch).batch();
    return MemoryPlan.of(network, value -> value.bytes(examples));
  }

  private static long bytes(Shape shape, int batch) {
    return shape.elements(batch) * Float.BYTES;
  }
}
