package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.cpu.Bf16Cpu;
import org.residuum.backend.tolerance.RoundingNoise;
import org.residuum.backend.tolerance.Roundings;
import org.residuum.backend.tolerance.Shares;
import org.residuum.network.Network;
import org.residuum.plan.Gradients;

/**
 * Training in bf16 on the CPU: the table of operations and PyTorch's numbers, within the bounds
 * that the CUDA backend keeps, by fp32 instructions and, where the processor has them, by its
 * units. Inputs and parameters of the table are values that bf16 stores as they are.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CpuBf16TrainingTest {
  private static final long SEED = 20221101;
  private static final Roundings ROUNDINGS = Roundings.of(Precision.BF16);

  private final Shares shares = new Shares("CPU in bf16, training");

  static List<OpCase> rows() {
    return OpCases.learning().toList();
  }

  static List<GoldenTest.Golden> goldens() {
    return GoldenTest.goldens();
  }

  @AfterAll
  void report() {
    shares.report();
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
    RandomValues random = new RandomValues(SEED);
    Map<String, double[]> inputs = stored(random.inputs(network, row.batch(), row.classes()));
    Map<String, double[]> parameters = stored(random.parameters(network));
    RoundingNoise.Results expected =
        RoundingNoise.of(network, row.batch(), inputs, parameters, ROUNDINGS, SEED);
    CompileOptions options = CompileOptions.batch(row.batch());
    for (CompileOptions form : List.of(options, options.unoptimized())) {
      Map<String, double[]> got = BackendRuns.learn(backend, network, inputs, parameters, form);
      assertTrue(expected.exact().keySet().containsAll(got.keySet()), () -> "" + got.keySet());
      got.forEach(
          (name, values) ->
              shares.checkNorm(
                  row + (form.optimize() ? ", optimised, " : ", as described, ") + name,
                  SEED,
                  expected.exact().get(name),
                  values,
                  expected.tolerance(name)));
    }
  }

  private static Map<String, double[]> stored(Map<String, double[]> values) {
    Map<String, double[]> stored = new HashMap<>(values);
    stored.replaceAll((name, array) -> ROUNDINGS.stored(array));
    return stored;
  }
}
