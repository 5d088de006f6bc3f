package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.cuda.Mode;
import org.residuum.backend.cuda.TestDevice;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Parameters;
import org.residuum.network.op.Concat;
import org.residuum.network.op.Gather;
import org.residuum.network.op.Op;
import org.residuum.network.op.Transpose;

/**
 * The table of operations on the CUDA backend, its kernels interpreted, in fp32. Columns get so
 * little room that most convolutions take several chunks.
 */
class CudaBackendTest {
  private static final long CHUNK_BYTES = 2048;

  private static final Map<TestDevice, Backend> BACKENDS = new EnumMap<>(TestDevice.class);

  TestDevice device() {
    return TestDevice.INTERPRETER;
  }

  private Backend backend() {
    return BACKENDS.computeIfAbsent(device(), device -> device.open(Mode.FP32, CHUNK_BYTES));
  }

  @AfterAll
  static void report() {
    BackendTest.report();
  }

  private static boolean isKnown(Op op) {
    return !(op instanceof Concat || op instanceof Transpose || op instanceof Gather);
  }

  private static boolean isKnown(OpCase row) {
    return row.alone().nodes().stream().map(Node::op).allMatch(CudaBackendTest::isKnown);
  }

  static List<OpCase> rows() {
    return OpCases.all().stream().filter(CudaBackendTest::isKnown).toList();
  }

  static Stream<OpCase> learningRows() {
    return rows().stream().filter(OpCase::learns);
  }

  static Stream<OpCase> unknownRows() {
    return OpCases.all().stream().filter(row -> !isKnown(row));
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
  @MethodSource("unknownRows")
  void unknownOperationIsNamedWithItsNode(OpCase row) {
    Network network = row.alone();
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                backend()
                    .compile(
                        network,
                        Parameters.allocate(network.parameters()),
                        CompileOptions.batch(row.batch())));
    assertTrue(
        e.getMessage().startsWith("node op: the CUDA backend does not know "), e::getMessage);
  }

  @Test
  void convolutionsAreCutIntoChunks() {
    Network network =
        OpCases.all().stream()
            .filter(row -> row.toString().startsWith("conv2d 16, 3×3 pad 1"))
            .findFirst()
            .orElseThrow()
            .alone();
    Parameters zeros = Parameters.allocate(network.parameters());
    try (Plan plan = backend().compile(network, zeros, CompileOptions.batch(1))) {
      long chunks = plan.toString().lines().filter(line -> line.contains("im2col")).count();
      assertEquals(32, chunks, plan::toString);
    }
  }

  @Test
  void onlyEightRowsOfImportedNetworksAreUnknown() {
    assertEquals(8, unknownRows().count());
  }
}
