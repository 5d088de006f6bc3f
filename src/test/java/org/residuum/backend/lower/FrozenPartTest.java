package org.residuum.backend.lower;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Networks;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.rig.EmulatedDriver;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.BatchNormFolding;
import org.residuum.plan.Gradients;

/** Trainings of which some parameters stay as they are, on each backend. */
class FrozenPartTest {
  private static final int BATCH = 4;
  private static final Network NETWORK = Networks.small();
  private static final Predicate<String> NORM = name -> name.startsWith("bn.");
  private static final UpdateRule RULE = new UpdateRule.Sgd(0.9, true, 0.1, true);

  /** A backend and the share of the largest value by which results may differ. */
  record Case(TrainingBackend backend, double tolerance) {
    @Override
    public String toString() {
      return backend.description();
    }
  }

  static List<Case> cases() {
    return List.of(
        new Case(new ReferenceBackend(), 1e-6),
        new Case(new CpuBackend(), 1e-5),
        new Case(new CudaBackend(new EmulatedDriver(), Precision.FP32), 1e-5),
        new Case(new CudaBackend(new EmulatedDriver(), Precision.BF16), 0.02));
  }

  /** Weights in which no statistic or scale is the usual 0 or 1. */
  private static Parameters parameters(Network network) {
    Parameters parameters = new Initializer(3).initialize(network);
    for (ParameterSpec spec : network.parameters()) {
      FloatBuffer data = parameters.get(spec.name()).data();
      for (int i = 0; i < data.limit() && spec.role() != ParameterSpec.Role.WEIGHT; i++) {
        data.put(i, 0.5f + 0.25f * i);
      }
    }
    return parameters;
  }

  private static TrainingSession open(TrainingBackend backend, Network learning, Parameters from) {
    TrainingSession session = backend.train(learning, from, CompileOptions.batch(BATCH));
    boolean channelsLast = session.layout() == Session.Layout.NHWC;
    for (int i = 0; i < BATCH * 3 * 20; i++) {
      int channel = i / 20 % 3;
      int at = channelsLast ? (i / 60 * 20 + i % 20) * 3 + channel : i;
      session.input("x").put(at, (float) Math.sin(i * 0.7));
    }
    for (int i = 0; i < BATCH; i++) {
      session.input(Gradients.LABELS).put(i, i % 3);
    }
    return session;
  }

  /** With s = gamma / √(var + ε), dL/dw of the layer before is s dL/dw' of the folded w' = s w. */
  @ParameterizedTest
  @MethodSource("cases")
  void gradientsThroughAFrozenBatchNormAreThoseOfTheFoldedNetwork(Case on) {
    Parameters from = parameters(NETWORK);
    BatchNormFolding.Folded folded = BatchNormFolding.apply(NETWORK, from);
    Network whole = Gradients.of(folded.network(), 0);
    try (TrainingSession expected = open(new ReferenceBackend(), whole, folded.parameters());
        TrainingSession session = open(on.backend(), Gradients.of(NETWORK, 0, NORM), from)) {
      expected.run();
      session.run();
      double loss = expected.output(Gradients.LOSS).get(0);
      assertEquals(loss, session.output(Gradients.LOSS).get(0), on.tolerance() * loss);
      FloatBuffer scaled = expected.gradient("conv.weight");
      int each = scaled.limit() / 5;
      for (int i = 0; i < scaled.limit(); i++) {
        float gamma = from.get("bn.weight").data().get(i / each);
        float var = from.get("bn.running_var").data().get(i / each);
        scaled.put(i, (float) (scaled.get(i) * gamma / Math.sqrt(var + 1e-5)));
      }
      assertClose(scaled, session.gradient("conv.weight"), on.tolerance());
      assertClose(expected.gradient("fc.weight"), session.gradient("fc.weight"), on.tolerance());
      assertThrows(IllegalArgumentException.class, () -> session.gradient("bn.weight"));
    }
  }

  private static void assertClose(FloatBuffer expected, FloatBuffer actual, double tolerance) {
    double largest = 0;
    for (int i = 0; i < expected.limit(); i++) {
      largest = Math.max(largest, Math.abs(expected.get(i)));
    }
    for (int i = 0; i < expected.limit(); i++) {
      assertEquals(expected.get(i), actual.get(i), tolerance * largest);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void stepsChangeNothingThatIsFrozen(Case on) {
    Parameters from = parameters(NETWORK);
    Network learning = Gradients.of(NETWORK, 0, name -> !name.startsWith("fc."));
    try (TrainingSession session = open(on.backend(), learning, from)) {
      for (int step = 0; step < 3; step++) {
        session.run();
        double norm = session.update(RULE, 0.1, 0);
        assertNorms(norm, session);
      }
      Parameters after = session.parameters();
      for (ParameterSpec spec : NETWORK.parameters()) {
        float[] before = from.get(spec.name()).toArray();
        if (spec.name().startsWith("fc.")) {
          assertFalse(Arrays.equals(before, after.get(spec.name()).toArray()));
        } else {
          assertArrayEquals(before, after.get(spec.name()).toArray(), spec.name());
        }
      }
      Set<String> moved = session.optimizerState().first().names();
      assertEquals(Set.of("fc.weight", "fc.bias"), moved);
    }
  }

  private static void assertNorms(double all, TrainingSession session) {
    Map<String, Double> norms = session.gradientNorms();
    assertEquals(Set.of("fc.weight", "fc.bias"), norms.keySet());
    double squares = 0;
    for (Map.Entry<String, Double> norm : norms.entrySet()) {
      FloatBuffer gradient = session.gradient(norm.getKey());
      double sum = 0;
      for (int i = 0; i < gradient.limit(); i++) {
        sum += (double) gradient.get(i) * gradient.get(i);
      }
      assertEquals(Math.sqrt(sum), norm.getValue(), 1e-9 * norm.getValue());
      squares += sum;
    }
    assertEquals(Math.sqrt(squares), all, 1e-5 * all);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void factorOfTheRateIsThatOfItsPart(Case on) {
    Parameters from = parameters(NETWORK);
    Network learning = Gradients.of(NETWORK, 0);
    try (TrainingSession scaled = open(on.backend(), learning, from);
        TrainingSession slow = open(on.backend(), learning, from);
        TrainingSession fast = open(on.backend(), learning, from)) {
      scaled.scaleRates(Map.of("bn.weight", 4.0));
      for (TrainingSession session : List.of(scaled, slow, fast)) {
        session.run();
        session.update(RULE, session == fast ? 0.5 : 0.125, 0);
      }
      for (String name : from.names()) {
        TrainingSession same = name.equals("bn.weight") ? fast : slow;
        assertArrayEquals(
            same.parameters().get(name).toArray(), scaled.parameters().get(name).toArray(), name);
      }
      assertThrows(
          IllegalArgumentException.class, () -> scaled.scaleRates(Map.of("bn.running_var", 2.0)));
      assertThrows(IllegalArgumentException.class, () -> scaled.scaleRates(Map.of("fc.bias", 0.0)));
    }
  }

  @Test
  void nothingIsComputedBehindTheDeepestTrainedPart() {
    Network network = ResNets.cifar(8);
    Network whole = Gradients.of(network, 0);
    Network head = Gradients.of(network, 0, name -> !name.startsWith("linear."));
    List<String> added =
        head.nodes().stream().skip(network.nodes().size()).map(Node::name).toList();
    assertEquals(List.of("labels", "loss", "logits.dx", "linear.dw"), added);
    Network late = Gradients.of(network, 0, name -> !name.matches("(linear|layer3)\\..*"));
    assertTrue(late.nodes().size() < whole.nodes().size());
    assertTrue(late.nodes().stream().noneMatch(node -> node.name().matches("layer[12].*\\.d[xw]")));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Gradients.of(network, 0, name -> true));
    assertTrue(refused.getMessage().contains("nothing is left to train"), refused.getMessage());
  }
}
