package org.residuum.backend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.cpu.Bf16Comparison;
import org.residuum.backend.cpu.Bf16Cpu;
import org.residuum.backend.tolerance.Roundings;
import org.residuum.network.Network;
import org.residuum.plan.Gradients;

/**
 * Training in bf16 on the CPU: the table of operations and PyTorch's numbers, within the bounds
 * that the CUDA backend keeps, by fp32 instructions and, where the processor has them, by its
 * units. Inputs and parameters of the table are values that bf16 stores as they are.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CpuBf16TrainingTest {
  private static final Roundings ROUNDINGS = Bf16Comparison.ROUNDINGS;

  private final Bf16Comparison comparison = new Bf16Comparison("CPU in bf16, training", 20221101);

  static List<OpCase> rows() {
    return OpCases.learning().toList();
  }

  static List<GoldenTest.Golden> goldens() {
    return GoldenTest.goldens();
  }

  @AfterAll
  void report() {
    comparison.report();
    GoldenTest.report();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void trainingEqualsReference(OpCase row) {
    check(Bf16Cpu.withoutUnits(), row);
  }

  @Test
  void trainingByTheUnitsEqualsReference() {
    TrainingBackend units = units();
    rows().forEach(row -> check(units, row));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void stepsThatAreNotFiniteShowIt(OpCase row) {
    NonFiniteRows.checkTraining(Bf16Cpu.withoutUnits(), row, true);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void stepsGivePyTorchsNumbers(GoldenTest.Golden golden) throws Exception {
    checkGolden(Bf16Cpu.withoutUnits(), golden);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void stepsByTheUnitsGivePyTorchsNumbers(GoldenTest.Golden golden) throws Exception {
    checkGolden(units(), golden);
  }

  private static TrainingBackend units() {
    assumeTrue(Bf16Cpu.obstacle().isEmpty(), () -> Bf16Cpu.obstacle().orElseThrow());
    return Bf16Cpu.withUnits();
  }

  private static void checkGolden(TrainingBackend backend, GoldenTest.Golden golden)
      throws Exception {
    GoldenTest.checkCoarseFirstStep(backend, golden, ROUNDINGS);
    GoldenTest.checkTenSteps(backend, golden, ROUNDINGS);
  }

  private void check(TrainingBackend backend, OpCase row) {
    Network network = Gradients.of(row.between(), row.loss());
    comparison.check(
        row.toString(),
        row,
        network,
        (inputs, parameters, options) ->
            BackendRuns.learn(backend, network, inputs, parameters, options));
  }
}
