package org.residuum.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.network.initial.Initializer;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;

/** Networks without shortcuts, and those whose blocks are all alike. */
class PlainNetworkTest {
  private static final Architectures.Request SMALL =
      new Architectures.Request(Shape.of(1, 8, 8), 10, null);

  private static Network build(String name) {
    return Architectures.build(name, SMALL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp:8x3", "mlp:8x3:bn", "conv:4x3", "conv:4x3:bn"})
  void plainNetworksHaveTheSameLayersAndNoAdditions(String name) {
    Network residual = build(name);
    Network plain = build("plain:" + name);
    assertEquals(3, additions(residual));
    assertEquals(0, additions(plain));
    assertEquals(residual.nodes().size() - 3, plain.nodes().size());
    assertEquals(shapes(residual), shapes(plain));
    assertTrue(plain.parameters().stream().noneMatch(ParameterSpec::closesBranch));
  }

  /** He et al. 2015 count them alike: shortcuts of option A have no parameters. */
  @ParameterizedTest
  @CsvSource({"resnet20, 269434", "preresnet20, 269434", "resnet8, 75002"})
  void shortcutsWithoutParametersLeaveTheCount(String name, long count) {
    assertEquals(count, build(name).parameterCount());
    assertEquals(count, build("plain:" + name).parameterCount());
  }

  @Test
  void projectionsGoWithTheirShortcuts() {
    Architectures.Request request = new Architectures.Request(Shape.of(3, 32, 32), 10, null);
    Network plain = Architectures.build("plain:resnet18", request);
    assertTrue(
        plain.parameters().stream().noneMatch(spec -> spec.name().contains("downsample")),
        plain::toString);
  }

  private static long additions(Network network) {
    return network.nodes().stream().filter(node -> node.op() instanceof Add).count();
  }

  private static List<String> shapes(Network network) {
    return network.parameters().stream().map(spec -> spec.name() + " " + spec.shape()).toList();
  }

  @Test
  void suffixDecidesOverBatchNorms() {
    for (String name : new String[] {"mlp:8x3", "conv:4x3"}) {
      assertFalse(build(name).nodes().stream().anyMatch(node -> node.op() instanceof BatchNorm));
      long norms =
          build(name + ":bn").nodes().stream().filter(n -> n.op() instanceof BatchNorm).count();
      assertEquals(7, norms);
    }
  }

  /**
   * y = ReLU(0 + x) = x for the x ≥ 0 that comes from a ReLU, and F(x) = 0 without the shortcut.
   */
  @Test
  void blocksWhoseBranchIsZeroAreTheIdentityAndPlainOnesAreNot() {
    String name = "mlp:8x3";
    Network residual = Architectures.build(name, Architectures.Request.PUBLISHED);
    Network plain = Architectures.build("plain:" + name, Architectures.Request.PUBLISHED);
    Parameters start = new Initializer(7).initialize(residual);
    float[] x = {0, 1, 2, 3, 0.5f, 0, 7, 4};
    assertArrayEquals(x, run(residual, start, x));
    assertArrayEquals(new float[8], run(plain, start, x));
  }

  private static float[] run(Network network, Parameters parameters, float[] x) {
    try (Backend backend = new ReferenceBackend();
        Plan plan = backend.compile(network, parameters, CompileOptions.batch(1))) {
      Tensor y = plan.run(new Tensor(Shape.of(1, x.length), FloatBuffer.wrap(x)));
      float[] values = new float[x.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = y.get(i);
      }
      return values;
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Architectures.Request shortcut =
        new Architectures.Request(Shape.of(1, 8, 8), 10, ResidualBlocks.Shortcut.ZERO_PAD);
    String plain =
        assertThrows(
                IllegalArgumentException.class,
                () -> Architectures.build("plain:resnet8", shortcut))
            .getMessage();
    assertEquals("shortcut does not apply: a plain network has none", plain);
    String wide =
        assertThrows(IllegalArgumentException.class, () -> build("conv:15001x1")).getMessage();
    assertTrue(wide.contains("a width of 1 to 15000"), wide);
    assertFalse(Architectures.isName("plain:plain:resnet8"));
    assertFalse(Architectures.isName("plain:"));
  }
}
