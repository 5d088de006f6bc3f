package org.residuum.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.backend.cuda.GpuDevice;
import org.residuum.backend.cuda.GpuProbe;

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

  private static CommandFailure failure(String device) {
    return assertThrows(
        CommandFailure.class, () -> Devices.open(device, 1, new PrintWriter(System.err, true)));
  }
}
