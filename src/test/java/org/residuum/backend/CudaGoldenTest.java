package org.residuum.backend;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.rig.TestDevice;
import org.residuum.backend.tolerance.Roundings;

/** PyTorch's numbers on the CUDA backend in its three modes, the kernels interpreted. */
class CudaGoldenTest {
  TestDevice device() {
    return TestDevice.INTERPRETER;
  }

  private Roundings roundings(Precision precision) {
    return Roundings.of(precision).cut(device().mayCut());
  }

  static Stream<Arguments> cases() {
    return Arrays.stream(Precision.values())
        .flatMap(
            precision ->
                GoldenTest.goldens().stream().map(golden -> Arguments.of(precision, golden)));
  }

  @AfterAll
  static void report() {
    GoldenTest.report();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inferenceGivesPyTorchsLogits(Precision precision, GoldenTest.Golden golden)
      throws Exception {
    try (CudaBackend backend = device().open(precision)) {
      GoldenTest.checkInference(backend, golden, roundings(precision));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void firstStepGivesPyTorchsLossLogitsAndGradients(Precision precision, GoldenTest.Golden golden)
      throws Exception {
    try (CudaBackend backend = device().open(precision)) {
      if (precision == Precision.FP32) {
        GoldenTest.checkFirstStep(backend, golden, Roundings.FP32);
      } else {
        GoldenTest.checkCoarseFirstStep(backend, golden, roundings(precision));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tenStepsGivePyTorchsLosses(Precision precision, GoldenTest.Golden golden) throws Exception {
    try (CudaBackend backend = device().open(precision)) {
      GoldenTest.checkTenSteps(backend, golden, roundings(precision));
    }
  }
}
