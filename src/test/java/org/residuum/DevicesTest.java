package org.residuum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.cuda.driver.GpuDevice;
import org.residuum.backend.cuda.driver.GpuProbe;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.ExitCode;

final class DevicesTest {
  private static final GpuProbe TWO =
      new GpuProbe(
          12060,
          List.of(
              new GpuDevice(0, "NVIDIA H100 PCIe", 85_000_000_000L, 9, 0),
              new GpuDevice(1, "Tesla V100", 16_000_000_000L, 7, 0)),
          "");

  @ParameterizedTest
  @ValueSource(strings = {"cuda:x", "cuda:", "cuda:-1", "cuda:1000", "cuda:0x"})
  void malformedGpuNumberIsAWrongUsage(String device) {
    CommandFailure failure = failure(device);
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(
        "--device " + device + ": cuda: and the number of a GPU, such as cuda:0",
        failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "cuda:0", "cuda:7"})
  void demandedGpuThatIsAbsentSaysWhatTheRuntimeAnswered(String device) {
    Assumptions.assumeTrue(GpuProbe.look().gpus().isEmpty(), "there is a GPU here");
    CommandFailure failure = failure(device);
    assertEquals(ExitCode.NO_GPU, failure.exitCode());
    assertTrue(failure.getMessage().contains(GpuProbe.look().absence()), failure.getMessage());
    assertTrue(failure.getMessage().endsWith("; use --device cpu"), failure.getMessage());
  }

  @Test
  void gpuThatIsThereIsNotRefused() {
    assertEquals(Optional.empty(), Gpu.refusal(TWO, 0));
  }

  @Test
  void numberBeyondTheLastGpuNamesTheOnesThatAreThere() {
    assertEquals(
        "no GPU of that number; there is cuda:0 NVIDIA H100 PCIe, 85.0 GB, sm_90, would load"
            + " baseline.ptx and sm80.ptx; cuda:1 Tesla V100, 16.0 GB, sm_70, too old for our"
            + " kernels, which start at sm_75",
        Gpu.refusal(TWO, 2).orElseThrow());
  }

  @Test
  void gpuThatIsTooOldIsRefused() {
    assertTrue(Gpu.refusal(TWO, 1).orElseThrow().contains("too old"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void cpuRunsFp32Only(String device) {
    CommandFailure failure = assertThrows(CommandFailure.class, () -> open(device, Precision.BF16));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals("--precision bf16: the CPU runs fp32; use --device cuda", failure.getMessage());
    assertEquals(device, open(device, Precision.FP32).name());
  }

  @Test
  void otherPrecisionIsNotDroppedWhereAutoFindsNoGpu() {
    Assumptions.assumeTrue(GpuProbe.look().gpus().isEmpty(), "there is a GPU here");
    CommandFailure failure = assertThrows(CommandFailure.class, () -> open("auto", Precision.TF32));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertTrue(
        failure
            .getMessage()
            .startsWith("--precision tf32: the CPU runs fp32, and auto chose it: no usable GPU"),
        failure.getMessage());
  }

  @Test
  void gpuThatIsTooOldForThePrecisionIsSaidWithTheRemedy() {
    GpuDevice turing = new GpuDevice(0, "Tesla T4", 15_800_000_000L, 7, 5);
    assertEquals(Optional.empty(), Gpu.tooOldFor(Precision.FP32, turing));
    assertEquals(
        "Tesla T4 is sm_75, bf16 needs sm_80 or newer; use --precision fp32",
        Gpu.tooOldFor(Precision.BF16, turing).orElseThrow());
    assertEquals(Optional.empty(), Gpu.tooOldFor(Precision.BF16, TWO.gpus().get(0)));
  }

  @Test
  void unknownPrecisionIsAWrongUsage() {
    String error =
        Terminal.run("demo", "--precision", "fp16", "--device", "cpu").error(ExitCode.USAGE);
    assertEquals("residuum: --precision fp16: no such precision (known: fp32, tf32, bf16)", error);
  }

  @Test
  void autoTakesAGpuThatComputesWhatTheReferenceDoes() {
    StringWriter said = new StringWriter();
    CheckedGpu gpu = CheckedGpu.check(() -> EmulatedBackend.open(Precision.BF16));
    TrainingBackend chosen = Devices.automatic(gpu, Precision.BF16, 1, new PrintWriter(said, true));
    assertEquals("cuda", chosen.name());
    assertTrue(
        said.toString()
            .matches("device cuda \\(PTX interpreter, bf16, self-check passed in \\d+.\\d s\\)\\R"),
        said.toString());
  }

  @Test
  void autoStaysOnTheCpuWhereAKernelIsWrongAndSaysWhatDiffers() {
    StringWriter said = new StringWriter();
    CheckedGpu gpu = CheckedGpu.check(EmulatedBackend::withWrongKernel);
    TrainingBackend chosen = Devices.automatic(gpu, Precision.FP32, 1, new PrintWriter(said, true));
    assertEquals("cpu", chosen.name());
    assertEquals(1, said.toString().lines().count(), said.toString());
    assertTrue(
        said.toString()
            .matches(
                "device cpu \\(PTX interpreter, fp32 failed its self-check: gradient of .* differs"
                    + " by .*\\)\\R"),
        said.toString());
    CommandFailure failure =
        assertThrows(
            CommandFailure.class,
            () -> Devices.automatic(gpu, Precision.BF16, 1, new PrintWriter(said, true)));
    assertEquals(ExitCode.USAGE, failure.exitCode());
  }

  @Test
  void gpuThatCannotBeOpenedLeavesItsReason() {
    CheckedGpu gpu =
        CheckedGpu.check(
            () -> {
              throw new BackendUnavailableException("no cuBLAS\nlooked for in", null);
            });
    assertEquals(new CheckedGpu(Optional.empty(), "no cuBLAS"), gpu);
  }

  private static TrainingBackend open(String device, Precision precision) {
    return Devices.open(device, precision, 1, new PrintWriter(System.err, true));
  }

  private static CommandFailure failure(String device) {
    return assertThrows(CommandFailure.class, () -> open(device, Precision.FP32));
  }
}
