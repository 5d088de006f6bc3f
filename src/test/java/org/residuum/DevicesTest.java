package org.residuum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.Precision;
import org.residuum.backend.cpu.Bf16Cpu;
import org.residuum.backend.cuda.driver.GpuDevice;
import org.residuum.backend.cuda.driver.GpuProbe;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.cli.Terminal;
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
    String error = error(device, "fp32", ExitCode.USAGE);
    assertEquals(
        "residuum: --device "
            + device
            + ": write cuda, or cuda: and the number of a GPU, such as cuda:0",
        error);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "cuda:0", "cuda:7"})
  void demandedGpuThatIsAbsentSaysWhatTheRuntimeAnswered(String device) {
    Assumptions.assumeTrue(GpuProbe.look().gpus().isEmpty(), "there is a GPU here");
    String error = error(device, "fp32", ExitCode.NO_GPU);
    assertTrue(error.contains(GpuProbe.look().absence()), error);
    assertTrue(error.endsWith("; use --device cpu"), error);
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

  @Test
  void precisionThatADeviceNeverHasIsAWrongUsage() {
    assertEquals(
        "residuum: --precision tf32: the CPU computes in fp32 or bf16; use --device cuda",
        error("cpu", "tf32", ExitCode.USAGE));
    assertEquals(
        "residuum: --precision bf16: the reference computes in fp32; use --device cpu or cuda",
        error("reference", "bf16", ExitCode.USAGE));
  }

  @Test
  void bf16OnACpuWithoutUnitsForItIsAnError() {
    Assumptions.assumeTrue(Bf16Cpu.obstacle().isPresent(), "this processor has units for bf16");
    String reason = Bf16Cpu.obstacle().orElseThrow().replace("use precision", "use --precision");
    assertEquals("residuum: --device cpu: " + reason, error("cpu", "bf16", ExitCode.FAILED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void deviceByItsNameSaysWhatItIs(String device) {
    try (Device opened = Devices.open(device)) {
      assertEquals(device, opened.backend().name());
      assertEquals(opened.backend().description(), opened.reason());
    }
  }

  @Test
  void otherPrecisionIsNotDroppedWhereAutoFindsNoGpu() {
    Assumptions.assumeTrue(GpuProbe.look().gpus().isEmpty(), "there is a GPU here");
    String error = error("auto", "tf32", ExitCode.USAGE);
    assertTrue(
        error.startsWith(
            "residuum: --precision tf32: the CPU computes in fp32 or bf16, and auto chose it: no"
                + " usable GPU"),
        error);
  }

  @Test
  void gpuThatIsTooOldForThePrecisionIsSaidWithTheRemedy() {
    GpuDevice turing = new GpuDevice(0, "Tesla T4", 15_800_000_000L, 7, 5);
    assertEquals(Optional.empty(), Gpu.tooOldFor(Precision.FP32, turing));
    assertEquals(
        "Tesla T4 is sm_75, bf16 needs sm_80 or newer; use precision fp32",
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
    CheckedGpu gpu = CheckedGpu.check(() -> EmulatedBackend.open(Precision.BF16));
    try (Device chosen = Devices.automatic(gpu, Precision.BF16, 1)) {
      assertEquals("cuda", chosen.backend().name());
      assertTrue(
          chosen
              .toString()
              .matches("cuda \\(PTX interpreter, bf16, self-check passed in \\d+.\\d s\\)"),
          chosen.toString());
    }
  }

  @Test
  void autoStaysOnTheCpuWhereAKernelIsWrongAndSaysWhatDiffers() {
    CheckedGpu gpu = CheckedGpu.check(EmulatedBackend::withWrongKernel);
    try (Device chosen = Devices.automatic(gpu, Precision.FP32, 1)) {
      assertEquals("cpu", chosen.backend().name());
      assertTrue(
          chosen
              .toString()
              .matches(
                  "cpu \\(PTX interpreter, fp32 failed its self-check: gradient of .* differs by"
                      + " .*\\)"),
          chosen.toString());
    }
    assertThrows(IllegalArgumentException.class, () -> Devices.automatic(gpu, Precision.TF32, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "cpu", "reference"})
  void noDeviceTakesLessThanOneThread(String device) {
    assertThrows(
        IllegalArgumentException.class, () -> Devices.open(device, Precision.FP32, -1).close());
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

  private static String error(String device, String precision, int exitCode) {
    return Terminal.run("profile", "mlp:4x1", "--device", device, "--precision", precision)
        .error(exitCode);
  }
}
