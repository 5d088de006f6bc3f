package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

/**
 * The table of operations in bf16 on the CPU, alone and between others. Inputs and parameters are
 * values that bf16 stores as they are.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CpuBf16Test {
  private static final long SEED = 20180501;
  private static final Roundings ROUNDINGS = Roundings.of(Precision.BF16);

  private final Shares shares = new Shares("CPU in bf16");

  static List<OpCase> rows() {
    return OpCases.all();
  }

  @AfterAll
  void report() {
    shares.report();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void inferenceEqualsReference(OpCase row) {
    check(Bf16Cpu.withoutUnits(), row);
  }

  @Test
  void inferenceByTheUnitsEqualsReference() {
    assumeTrue(Bf16Cpu.obstacle().isEmpty(), () -> Bf16Cpu.obstacle().orElseThrow());
    TrainingBackend units = Bf16Cpu.withUnits();
    rows().forEach(row -> check(units, row));
  }

  private void check(TrainingBackend backend, OpCase row) {
    check(backend, row, row.alone(), "alone");
    if (row.learns()) {
      check(backend, row, row.between(), "between");
    }
  }

  private void check(TrainingBackend backend, OpCase row, Network network, String how) {
    RandomValues random = new RandomValues(SEED);
    Map<String, double[]> inputs = stored(random.inputs(network, row.batch(), row.classes()));
    Map<String, double[]> parameters = stored(random.parameters(network));
    RoundingNoise.Results expected =
        RoundingNoise.of(network, row.batch(), inputs, parameters, ROUNDINGS, SEED);
    CompileOptions options = CompileOptions.batch(row.batch());
    for (CompileOptions form : List.of(options, options.unoptimized())) {
      Map<String, double[]> got = BackendRuns.infer(backend, network, inputs, parameters, form);
      assertEquals(network.outputs().keySet(), got.keySet());
      got.forEach(
          (name, values) ->
              shares.checkNorm(
                  row + " " + how + (form.optimize() ? ", optimised, " : ", as described, ") + name,
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
