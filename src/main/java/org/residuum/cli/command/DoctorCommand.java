package org.residuum.cli.command;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.residuum.Device;
import org.residuum.Devices;
import org.residuum.backend.Backend;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.Precision;
import org.residuum.cli.text.ExitCode;
import org.residuum.report.Machine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "doctor",
    description =
        "Says what this machine has to offer: Java, CPU, oneDNN, GPU, cuBLAS, and what is used.",
    footer = {"", "Examples:", "  residuum doctor"})
public final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Map<String, String> findings = Machine.look();
    try (Device cpu = Devices.open("cpu")) {
      findings.put("oneDNN", cpu.reason() + ", " + speed(cpu.backend()));
    } catch (BackendUnavailableException e) {
      findings.put("oneDNN", "none: " + e.getMessage().replace("device cpu: ", ""));
    }
    try (Device cpu = Devices.open("cpu", Precision.BF16, Devices.usualThreads())) {
      findings.put("CPU bf16", speed(cpu.backend()));
    } catch (BackendUnavailableException e) {
      String reason = e.getMessage().replace("device cpu: ", "");
      findings.put("CPU bf16", "none: " + reason.replace("; use precision fp32", ""));
    }
    findings.putAll(Devices.findings());
    findings.computeIfPresent("default", (topic, name) -> "--device " + name);
    PrintWriter out = spec.commandLine().getOut();
    findings.forEach((topic, finding) -> out.printf("%-10s %s%n", topic, indented(finding)));
    out.flush();
    return ExitCode.OK;
  }

  private static String indented(String finding) {
    return String.join(System.lineSeparator() + " ".repeat(11), finding.lines().toList());
  }

  private static String speed(Backend cpu) {
    return String.format(
        Locale.ROOT,
        "%.0f GFLOP/s on 3×3 convolutions just now",
        SpeedCheck.convolutions(cpu) / 1e9);
  }
}
