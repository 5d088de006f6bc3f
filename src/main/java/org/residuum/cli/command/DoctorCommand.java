package org.residuum.cli.command;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.residuum.CheckedGpu;
import org.residuum.Gpu;
import org.residuum.backend.Backend;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.Precision;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.driver.GpuProbe;
import org.residuum.backend.cuda.library.CublasLibrary;
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
    String device = "reference";
    try {
      Backend cpu = new CpuBackend();
      findings.put("oneDNN", cpu.description() + ", " + speed(cpu));
      device = "cpu";
    } catch (BackendUnavailableException e) {
      findings.put("oneDNN", "none: " + e.getMessage());
    }
    GpuProbe probe = GpuProbe.look();
    findings.put("driver", Gpu.driver(probe));
    findings.put("GPU", String.join(System.lineSeparator(), Gpu.describe(probe)));
    findings.put("cuBLAS", cublas());
    findings.put("PTX", String.join(", ", GpuProbe.ptxModules()));
    CheckedGpu checked = CheckedGpu.open(probe, Precision.FP32);
    findings.put("self-check", probe.gpus().isEmpty() ? "not run: there is no GPU" : checked.why());
    findings.put("default", "--device " + checked.backend().map(Backend::name).orElse(device));
    checked.backend().ifPresent(CudaBackend::close);
    PrintWriter out = spec.commandLine().getOut();
    findings.forEach((topic, finding) -> out.printf("%-10s %s%n", topic, indented(finding)));
    out.flush();
    return ExitCode.OK;
  }

  private static String indented(String finding) {
    return String.join(System.lineSeparator() + " ".repeat(11), finding.lines().toList());
  }

  private static String cublas() {
    try {
      CublasLibrary library = CublasLibrary.load();
      return library.version() + ", " + library.file();
    } catch (BackendUnavailableException e) {
      return e.getMessage();
    }
  }

  private static String speed(Backend cpu) {
    return String.format(
        Locale.ROOT,
        "%.0f GFLOP/s on 3×3 convolutions just now",
        SpeedCheck.convolutions(cpu) / 1e9);
  }
}
