package org.residuum.network.initial;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.RandomValues;
import org.residuum.backend.reference.Evaluator;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Add;

class InitializerTest {
  private static final long SEED = 20150206;

  @Test
  void sameSeedGivesSameParametersAndAnotherSeedOthers() {
    Network network = ResNets.cifar(8);
    Parameters first = new Initializer(SEED).initialize(network);
    Parameters again = new Initializer(SEED).initialize(network);
    Parameters other = new Initializer(SEED + 1).initialize(network);
    for (ParameterSpec spec : network.parameters()) {
      float[] values = first.get(spec.name()).toArray();
      assertArrayEquals(values, again.get(spec.name()).toArray(), spec.name());
      boolean random = spec.role() == ParameterSpec.Role.WEIGHT;
      assertEquals(random, !Arrays.equals(values, other.get(spec.name()).toArray()), spec.name());
    }
  }

  @Test
  void smallDenseWeightsAreHesDividedByTheRootOfSix() {
    Network network = ResNets.mlp(Shape.of(3, 4, 4), 8, 2, 5);
    Parameters he = new Initializer(SEED).initialize(network);
    Parameters small = new Initializer(SEED).small().initialize(network);
    for (String name : he.names()) {
      float[] expected = he.get(name).toArray();
      for (int i = 0; i < expected.length; i++) {
        expected[i] /= (float) Math.sqrt(6);
      }
      assertArrayEquals(expected, small.get(name).toArray(), 1e-6f, name);
    }
    Network convolutional = ResNets.cifar(8);
    String name = "layer1.0.conv1.weight";
    assertArrayEquals(
        new Initializer(SEED).initialize(convolutional).get(name).toArray(),
        new Initializer(SEED).small().initialize(convolutional).get(name).toArray());
  }

  @Test
  void twoWeightsOfOneShapeDiffer() {
    Parameters parameters = new Initializer(SEED).initialize(ResNets.cifar(8));
    float[] first = parameters.get("layer1.0.conv1.weight").toArray();
    assertFalse(Arrays.equals(first, parameters.get("layer1.0.conv2.weight").toArray()));
  }

  /**
   * Mean and variance of n normal deviates have standard errors σ / √n and σ² √(2 / n); five of
   * them are allowed.
   */
  @ParameterizedTest
  @MethodSource("weights")
  void weightsHaveMeanZeroAndVarianceTwoOverFan(Network network, String name, int fan) {
    float[] values = new Initializer(SEED).initialize(network).get(name).toArray();
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    double n = values.length;
    double variance = 2.0 / fan;
    String what = name + ", seed " + SEED;
    assertEquals(0, sum / n, 5 * Math.sqrt(variance / n), what);
    assertEquals(variance, squares / n, 5 * variance * Math.sqrt(2 / n), what);
  }

  static Stream<Arguments> weights() {
    Network images = ResNets.cifar(20);
    Network vectors = ResNets.mlp(Shape.of(784), 128, 2, 10); // Fixup: 2 blocks halve it
    return Stream.of(
        Arguments.of(images, "conv1.weight", 16 * 9),
        Arguments.of(images, "layer2.0.conv1.weight", 32 * 9),
        Arguments.of(images, "layer3.2.conv2.weight", 64 * 9),
        Arguments.of(images, "linear.weight", 64),
        Arguments.of(vectors, "stem.weight", 784),
        Arguments.of(vectors, "blocks.1.fc1.weight", 128 * 2));
  }

  @Test
  void scalesAndVariancesStartAtOneTheRestAtZero() {
    Network network = ResNets.imagenet(18, Shape.of(3, 32, 32), 4);
    Parameters parameters = new Initializer(SEED).initialize(network);
    for (ParameterSpec spec : network.parameters()) {
      float expected =
          spec.role() == ParameterSpec.Role.GAMMA || spec.role() == ParameterSpec.Role.RUNNING_VAR
              ? 1
              : 0;
      if (spec.role() != ParameterSpec.Role.WEIGHT) {
        for (float value : parameters.get(spec.name()).toArray()) {
          assertEquals(expected, value, spec.name());
        }
      }
    }
  }

  static Stream<Network> withBlocks() {
    Shape image = Shape.of(3, 9, 9);
    return Stream.of(
        ResNets.cifar(8, image, 4, ResidualBlocks.Shortcut.ZERO_PAD),
        ResNets.cifar(20, image, 4, ResidualBlocks.Shortcut.PROJECTION),
        ResNets.cifarPreActivation(14, image, 4, ResidualBlocks.Shortcut.ZERO_PAD),
        ResNets.imagenet(18, Shape.of(3, 17, 17), 4),
        ResNets.imagenet(50, Shape.of(3, 17, 17), 4),
        ResNets.mlp(Shape.of(12), 16, 10, 4));
  }

  /** Every residual addition gives its shortcut, bit by bit, on a batch of two. */
  @ParameterizedTest
  @MethodSource("withBlocks")
  void identityBlocksPassTheirShortcutOn(Network network) {
    Map<Value, double[]> values = evaluate(network, new Initializer(SEED, true));
    Map<Value, double[]> plain = evaluate(network, new Initializer(SEED));
    boolean normalised = network.parameters().stream().anyMatch(InitializerTest::isClosingGamma);
    int additions = 0;
    for (Node node : network.nodes()) {
      if (node.op() instanceof Add) {
        additions++;
        Value shortcut = node.inputs().get(1);
        assertArrayEquals(values.get(shortcut), values.get(node.output()), node.name());
        assertEquals(
            !normalised,
            Arrays.equals(plain.get(shortcut), plain.get(node.output())),
            "by default, branches without batch norm at their end start as zero: " + node.name());
      }
    }
    assertTrue(additions > 2);
  }

  private static boolean isClosingGamma(ParameterSpec spec) {
    return spec.role() == ParameterSpec.Role.GAMMA && spec.closesBranch();
  }

  /** With vectors and no change of shape in between that is the stem and the head alone. */
  @Test
  void mlpOfAnyDepthStartsWithTheSameLogits() {
    Network deep = ResNets.mlp(Shape.of(12), 16, 1000, 4);
    Network shallow = ResNets.mlp(Shape.of(12), 16, 1, 4);
    Initializer initializer = new Initializer(SEED);
    assertArrayEquals(
        evaluate(shallow, initializer).get(shallow.output("logits")),
        evaluate(deep, initializer).get(deep.output("logits")));
  }

  @Test
  void gammasOfMoreThanSixteenBlocksStartAtZero() {
    for (int depth : new int[] {8, 20, 32, 44, 56, 110}) {
      Parameters parameters = new Initializer(SEED).initialize(ResNets.cifar(depth));
      float closing = parameters.get("layer2.0.bn2.weight").get(0);
      assertEquals(depth <= 32 ? 1 : 0, closing, "resnet" + depth);
      assertEquals(1, parameters.get("layer2.0.bn1.weight").get(0), "resnet" + depth);
    }
    Network large = ResNets.imagenet(50);
    assertEquals(1, new Initializer(SEED).initialize(large).get("layer2.0.bn3.weight").get(0));
  }

  private static Map<Value, double[]> evaluate(Network network, Initializer initializer) {
    Parameters parameters = initializer.initialize(network);
    Map<String, double[]> values = new LinkedHashMap<>();
    for (String name : parameters.names()) {
      float[] floats = parameters.get(name).toArray();
      double[] doubles = new double[floats.length];
      for (int i = 0; i < floats.length; i++) {
        doubles[i] = floats[i];
      }
      values.put(name, doubles);
    }
    Map<String, double[]> inputs = new HashMap<>(new RandomValues(SEED).inputs(network, 2, 4));
    return Evaluator.evaluate(network, inputs, values, 2);
  }
}
