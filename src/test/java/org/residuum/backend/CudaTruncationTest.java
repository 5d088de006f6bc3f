package org.residuum.backend;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.rig.TestDevice;
import org.residuum.backend.tolerance.Roundings;

/**
 * What cuBLAS may do in TF32 beside rounding: operands cut to 10 bits behind the point. What all
 * products lose by that belongs to the tolerance, as it does on a GPU; beyond it, the same holds.
 */
final class CudaTruncationTest extends CudaModesTest {
  private static final Roundings ROUNDINGS = Roundings.of(Precision.TF32).cut(true);

  @Override
  TestDevice device() {
    return TestDevice.TRUNCATING;
  }

  @Override
  List<Precision> modes() {
    return List.of(Precision.TF32);
  }

  @Override
  int every() {
    return 2 * super.every();
  }

  static List<GoldenTest.Golden> goldens() {
    return GoldenTest.goldens();
  }

  @AfterAll
  static void reportGoldens() {
    GoldenTest.report();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void inferenceGivesPyTorchsLogits(GoldenTest.Golden golden) throws Exception {
    try (CudaBackend backend = device().open(Precision.TF32)) {
      GoldenTest.checkInference(backend, golden, ROUNDINGS);
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void firstStepGivesPyTorchsLossLogitsAndGradients(GoldenTest.Golden golden) throws Exception {
    try (CudaBackend backend = device().open(Precision.TF32)) {
      GoldenTest.checkCoarseFirstStep(backend, golden, ROUNDINGS);
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void tenStepsGivePyTorchsLosses(GoldenTest.Golden golden) throws Exception {
    try (CudaBackend backend = device().open(Precision.TF32)) {
      GoldenTest.checkTenSteps(backend, golden, ROUNDINGS);
    }
  }
}
