package org.residuum.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.residuum.backend.Backend;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.cpu.CpuBackend;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "doctor",
    description = "Says what this machine has to offer: Java, CPU, oneDNN, GPU, and what is used.",
    footer = {"", "Examples:", "  residuum doctor"})
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Map<String, String> findings = Machine.look();
    String device = "reference";
    try {
      Backend cpu = new CpuBackend();
      findings.put("oneDNN", cpu.description() + ", " + speed(cpu));
      device = "cpu";
    } catch (BackendUnavailableException e) {
      findings.put("oneDNN", "none: " + e.getMessage());
    }
    findings.put("GPU", Gpu.describe());
    findings.put("default", "--device " + device);
    PrintWriter out = spec.commandLine().getOut();
    findings.forEach((topic, finding) -> out.printf("%-10s %s%n", topic, finding));
    out.flush();
    return ExitCode.OK;
  }

  private static String speed(Backend cpu) {
    return String.format(
        Locale.ROOT,
        "%.0f GFLOP/s on 3×3 convolutions just now",
        SpeedCheck.convolutions(cpu) / 1e9);
  }
}
