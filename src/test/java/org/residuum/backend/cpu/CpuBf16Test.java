package org.residuum.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.residuum.backend.BackendRuns;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.NonFiniteRows;
import org.residuum.backend.OpCase;
import org.residuum.backend.OpCases;
import org.residuum.backend.Plan;
import org.residuum.backend.TrainingBackend;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.initial.Initializer;

/**
 * The table of operations in bf16 on the CPU, alone and between others. Inputs and parameters are
 * values that bf16 stores as they are.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CpuBf16Test {
  private final Bf16Comparison comparison = new Bf16Comparison("CPU in bf16", 20180501);

  static List<OpCase> rows() {
    return OpCases.all();
  }

  @AfterAll
  void report() {
    comparison.report();
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

  @ParameterizedTest
  @MethodSource("rows")
  void valuesThatAreNotFiniteAreNotLost(OpCase row) {
    NonFiniteRows.checkInference(Bf16Cpu.withoutUnits(), row, true);
  }

  /** 2 · 257 between two layers is stored as 2 · 256; the result, 512 + 1, is not rounded. */
  @Test
  void betweenTwoProductsAValueIsRoundedAndAResultIsNot() {
    NetworkBuilder net = new NetworkBuilder("two");
    Value hidden = net.dense("first", net.input("x", Shape.batch(2)), 2);
    net.output("y", net.dense("second", hidden, 1));
    Network network = net.build();
    Map<String, double[]> parameters = new HashMap<>();
    parameters.put("first.weight", new double[] {257, 257, 0, 1});
    parameters.put("first.bias", new double[] {0, 0});
    parameters.put("second.weight", new double[] {1, 1});
    parameters.put("second.bias", new double[] {0});
    Map<String, double[]> x = Map.of("x", new double[] {1, 1.00390625});
    Map<String, double[]> y =
        BackendRuns.infer(Bf16Cpu.withoutUnits(), network, x, parameters, CompileOptions.batch(1));
    assertArrayEquals(new double[] {513}, y.get("y"));
  }

  @Test
  void valuesAndWeightsTakeHalfTheBytes() {
    Network network = ResNets.cifar(20);
    Parameters parameters = new Initializer(1).initialize(network);
    CompileOptions options = CompileOptions.batch(4).unoptimized();
    try (Plan single = new CpuBackend().compile(network, parameters, options);
        Plan half = Bf16Cpu.withoutUnits().compile(network, parameters, options)) {
      assertTrue(half.arenaBytes() <= 0.6 * single.arenaBytes(), half + "\n" + single);
    }
  }

  private void check(TrainingBackend backend, OpCase row) {
    check(backend, row, row.alone(), "alone");
    if (row.learns()) {
      check(backend, row, row.between(), "between");
    }
  }

  private void check(TrainingBackend backend, OpCase row, Network network, String how) {
    comparison.check(
        row + " " + how,
        row,
        network,
        (inputs, parameters, options) -> {
          Map<String, double[]> got =
              BackendRuns.infer(backend, network, inputs, parameters, options);
          assertEquals(network.outputs().keySet(), got.keySet());
          return got;
        });
  }
}
