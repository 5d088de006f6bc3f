package org.residuum.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.RandomValues;
import org.residuum.backend.reference.Evaluator;
import org.residuum.backend.tolerance.Shares;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Value;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Op;

/** Each pass leaves what every built-in network computes as it was. */
class PassesTest {
  private static final long SEED = 20151211;
  private static final double UNIT_ROUNDOFF = 0x1p-24;
  private static final Shares FOLDING = new Shares("batch norm folding");

  static Stream<Network> networks() {
    return BuiltInNetworks.small();
  }

  @AfterAll
  static void report() {
    FOLDING.report();
  }

  /**
   * Folding rounds each weight and each shift once to a float, so it is as good as the unfolded
   * network with weights and shifts moved by a unit roundoff, of which a few draws are taken. Fused
   * networks have the same operations in the same order, so they agree to the last bit.
   */
  @ParameterizedTest(name = "{index}")
  @MethodSource("networks")
  void foldedAndFusedNetworksGiveSameLogits(Network network) {
    RandomValues random = new RandomValues(SEED);
    Map<String, double[]> inputs = random.inputs(network, 1, BuiltInNetworks.CLASSES);
    Map<String, double[]> parameters = random.parameters(network);
    double[] expected = logits(network, inputs, parameters);
    Network unfolded = EpilogueFusion.apply(network);
    assertTrue(unfolded.nodes().size() < network.nodes().size(), "nothing was fused");
    assertNothingLeftToFuse(unfolded);
    assertArrayEquals(expected, logits(unfolded, inputs, parameters), "fused");
    BatchNormFolding.Folded folded =
        BatchNormFolding.apply(network, RandomValues.tensors(network, parameters));
    double[] got = logits(folded.network(), inputs, doubles(folded));
    double deviation = 0;
    SplittableRandom roundings = new SplittableRandom(SEED);
    for (int draw = 0; draw < 3; draw++) {
      double[] moved = logits(network, inputs, moved(network, parameters, roundings));
      for (int i = 0; i < moved.length; i++) {
        deviation = Math.max(deviation, Math.abs(moved[i] - expected[i]));
      }
    }
    double tolerance = 4 * deviation;
    FOLDING.check(network.name() + " logits", SEED, expected, got, index -> tolerance);
    if (!network.name().startsWith("preresnet")) {
      assertTrue(folded.network().nodes().stream().noneMatch(n -> n.op() instanceof BatchNorm));
    }
    double[] fused = logits(EpilogueFusion.apply(folded.network()), inputs, doubles(folded));
    assertArrayEquals(got, fused, "fused after folding");
  }

  private static double[] logits(
      Network network, Map<String, double[]> inputs, Map<String, double[]> parameters) {
    return Evaluator.evaluate(network, inputs, parameters, 1).get(network.output("logits"));
  }

  private static Map<String, double[]> doubles(BatchNormFolding.Folded folded) {
    Map<String, double[]> values = new LinkedHashMap<>();
    for (ParameterSpec spec : folded.network().parameters()) {
      float[] floats = folded.parameters().get(spec.name()).toArray();
      double[] copy = new double[floats.length];
      for (int i = 0; i < copy.length; i++) {
        copy[i] = floats[i];
      }
      values.put(spec.name(), copy);
    }
    return values;
  }

  /** A shift's rounding is of the size of the largest term of s (b - mean) + beta. */
  private static Map<String, double[]> moved(
      Network network, Map<String, double[]> parameters, SplittableRandom random) {
    Map<String, double[]> moved = new LinkedHashMap<>(parameters);
    for (Node node : network.nodes()) {
      List<ParameterSpec> specs = node.parameters();
      if (node.op() instanceof BatchNorm op) {
        double[] gamma = parameters.get(specs.get(0).name());
        double[] beta = parameters.get(specs.get(1).name()).clone();
        double[] mean = parameters.get(specs.get(2).name());
        double[] var = parameters.get(specs.get(3).name());
        for (int c = 0; c < beta.length; c++) {
          double shift = Math.abs(gamma[c] * mean[c]) / Math.sqrt(var[c] + op.epsilon());
          beta[c] += sign(random) * UNIT_ROUNDOFF * (Math.abs(beta[c]) + shift);
        }
        moved.put(specs.get(1).name(), beta);
      } else if (!specs.isEmpty()) {
        double[] weight = parameters.get(specs.get(0).name()).clone();
        for (int i = 0; i < weight.length; i++) {
          weight[i] *= 1 + sign(random) * UNIT_ROUNDOFF;
        }
        moved.put(specs.get(0).name(), weight);
      }
    }
    return moved;
  }

  private static int sign(SplittableRandom random) {
    return random.nextInt() < 0 ? -1 : 1;
  }

  /** No addition or activation stands behind the only reader of a plain product. */
  private static void assertNothingLeftToFuse(Network fused) {
    for (Node node : fused.nodes()) {
      if (node.op() instanceof Activate) {
        Op before = maker(fused, node.inputs().get(0)).op();
        assertFalse(before instanceof Add || before instanceof BatchNorm, node.name());
      }
    }
  }

  private static Node maker(Network network, Value value) {
    return network.nodes().stream()
        .filter(node -> node.outputs().contains(value))
        .findFirst()
        .orElseThrow();
  }

  /** Loss, logits, every gradient and the running statistics, to the last bit. */
  @ParameterizedTest(name = "{index}")
  @MethodSource("networks")
  void fusedTrainingGivesSameGradients(Network network) {
    Network training = Gradients.of(network, 0.1f);
    RandomValues random = new RandomValues(SEED);
    Map<String, double[]> inputs = random.inputs(training, 2, BuiltInNetworks.CLASSES);
    Map<String, double[]> parameters = random.parameters(training);
    Map<String, double[]> expected = results(training, inputs, parameters);
    Network fused = Passes.trainingInPlace(training);
    assertTrue(fused.nodes().size() < training.nodes().size(), "nothing was fused");
    assertEquals(training.outputs().keySet(), fused.outputs().keySet());
    Map<String, double[]> got = results(fused, inputs, parameters);
    expected.forEach((name, values) -> assertArrayEquals(values, got.get(name), name));
    for (ParameterSpec spec : network.parameters()) {
      boolean learns = spec.role().isTrained();
      assertEquals(learns, expected.containsKey(Gradients.outputName(spec.name())), spec.name());
    }
  }

  private static Map<String, double[]> results(
      Network network, Map<String, double[]> inputs, Map<String, double[]> parameters) {
    Map<String, double[]> own = new LinkedHashMap<>(parameters);
    Map<String, double[]> results = new LinkedHashMap<>();
    for (ParameterSpec spec : network.parameters()) {
      if (!spec.role().isTrained()) {
        own.put(spec.name(), parameters.get(spec.name()).clone());
        results.put(spec.name(), own.get(spec.name()));
      }
    }
    Map<Value, double[]> values = Evaluator.evaluate(network, inputs, own, 2);
    network.outputs().forEach((name, value) -> results.put(name, values.get(value)));
    return results;
  }
}
