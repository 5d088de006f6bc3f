package org.residuum.backend;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.Mode;
import org.residuum.backend.cuda.rig.TestDevice;

/** PyTorch's numbers on the CUDA backend in its three modes, the kernels interpreted. */
class CudaGoldenTest {
  TestDevice device() {
    return TestDevice.INTERPRETER;
  }

  static Stream<Arguments> cases() {
    return Arrays.stream(Mode.values())
        .flatMap(mode -> GoldenTest.goldens().stream().map(golden -> Arguments.of(mode, golden)));
  }

  @AfterAll
  static void report() {
    GoldenTest.report();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inferenceGivesPyTorchsLogits(Mode mode, GoldenTest.Golden golden) throws Exception {
    try (CudaBackend backend = device().open(mode)) {
      GoldenTest.checkInference(backend, golden, Roundings.of(mode));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void firstStepGivesPyTorchsLossLogitsAndGradients(Mode mode, GoldenTest.Golden golden)
      throws Exception {
    try (CudaBackend backend = device().open(mode)) {
      if (mode == Mode.FP32) {
        GoldenTest.checkFirstStep(backend, golden, Roundings.FP32);
      } else {
        GoldenTest.checkCoarseFirstStep(backend, golden, Roundings.of(mode));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tenStepsGivePyTorchsLosses(Mode mode, GoldenTest.Golden golden) throws Exception {
    try (CudaBackend backend = device().open(mode)) {
      GoldenTest.checkTenSteps(backend, golden, Roundings.of(mode));
    }
  }
}
