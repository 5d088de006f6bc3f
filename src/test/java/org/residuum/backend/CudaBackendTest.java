package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.cuda.rig.TestDevice;
import org.residuum.network.Network;
import org.residuum.network.Parameters;

/**
 * The table of operations on the CUDA backend, its kernels interpreted, in fp32. Columns get so
 * little room that most convolutions take several chunks.
 */
class CudaBackendTest {
  private static final long CHUNK_BYTES = 2048;

  private static final Map<TestDevice, TrainingBackend> BACKENDS = new EnumMap<>(TestDevice.class);

  TestDevice device() {
    return TestDevice.INTERPRETER;
  }

  private TrainingBackend backend() {
    return BACKENDS.computeIfAbsent(device(), device -> device.open(Precision.FP32, CHUNK_BYTES));
  }

  @AfterAll
  static void report() {
    BackendTest.report();
  }

  static List<OpCase> rows() {
    return OpCases.all();
  }

  static Stream<OpCase> learningRows() {
    return OpCases.learning();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void eachOperationKeepsItsErrorBound(OpCase row) {
    BackendTest.checkOperations(backend(), row);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void inferenceEqualsReference(OpCase row) {
    BackendTest.checkInference(backend(), row);
  }

  @ParameterizedTest
  @MethodSource("learningRows")
  void trainingEqualsReference(OpCase row) {
    BackendTest.checkTraining(backend(), row);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void valuesThatAreNotFiniteAreThoseOfTheReference(OpCase row) {
    NonFiniteRows.checkInference(backend(), row, true);
  }

  @ParameterizedTest
  @MethodSource("learningRows")
  void lossOrGradientThatIsNotFiniteIsSeen(OpCase row) {
    NonFiniteRows.checkTraining(backend(), row, true);
  }

  @Test
  void convolutionsAreCutIntoChunks() {
    assertEquals(32, steps("conv2d 16, 3×3 pad 1", "im2col"));
  }

  /** A line of 4 outputs of all 32 groups takes 8192 bytes: a chunk each. */
  @Test
  void groupsOfAChunkAreOneLaunchAndOneProduct() {
    assertEquals(4, steps("conv2d 32, 3×3 stride 2 pad 1 groups 32", "im2col"));
    assertEquals(4, steps("conv2d 32, 3×3 stride 2 pad 1 groups 32", "product 32 of 4 × 1 × 16"));
  }

  /** The steps of a row's plan that mention a text. */
  private long steps(String row, String text) {
    Network network =
        OpCases.all().stream()
            .filter(each -> each.toString().startsWith(row))
            .findFirst()
            .orElseThrow()
            .alone();
    Parameters zeros = Parameters.allocate(network.parameters());
    try (Plan plan = backend().compile(network, zeros, CompileOptions.batch(1))) {
      return plan.toString().lines().filter(line -> line.contains(text)).count();
    }
  }
}
