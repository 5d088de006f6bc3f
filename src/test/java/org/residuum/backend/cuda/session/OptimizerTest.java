package org.residuum.backend.cuda.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Networks;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.rig.EmulatedDriver;
import org.residuum.backend.lower.ParameterStore;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;

/** Updates on the device against those of the host's parameter store, given the same gradients. */
class OptimizerTest {
  private static final Network TRAINING = Gradients.of(Networks.small(), 0);
  private static final int STEPS = 4;

  static List<UpdateRule> rules() {
    return List.of(
        new UpdateRule.Sgd(0, false, 0, false),
        new UpdateRule.Sgd(0, false, 0.1, true),
        new UpdateRule.Sgd(0.9, false, 0.1, false),
        new UpdateRule.Sgd(0.9, true, 0.1, true),
        new UpdateRule.AdamW(0.9, 0.99, 1e-8, 0.1, false),
        new UpdateRule.AdamW(0.8, 0.9, 1e-3, 0, true));
  }

  /** Each step rounds a few times; a unit is 2⁻²⁴ of the largest weight or step. */
  @ParameterizedTest
  @MethodSource("rules")
  void updateEqualsTheHosts(UpdateRule rule) {
    Parameters initial = new Initializer(1).initialize(TRAINING);
    List<ParameterSpec> specs = TRAINING.parameters();
    ParameterStore store = new ParameterStore(TRAINING, initial, FloatBuffer::allocate);
    EmulatedDriver driver = new EmulatedDriver();
    try (TrainingSession session =
        new CudaBackend(driver, Precision.FP32).train(TRAINING, initial, CompileOptions.batch(2))) {
      for (int step = 0; step < STEPS; step++) {
        Map<String, Double> factors =
            step < 2 ? Map.of() : Map.of("bn.weight", 0.5, "bn.bias", 0.5, "fc.bias", 3.0);
        store.scaleRates(factors);
        session.scaleRates(factors);
        for (int kept = 0; kept < step % 3; kept++) {
          learn(session, step + 10 * kept, store);
          session.accumulate();
          store.accumulate();
        }
        learn(session, step, store);
        double clip = step % 2 == 0 ? 0 : 0.05;
        double norm = store.update(rule, 0.1, clip);
        assertEquals(norm, session.update(rule, 0.1, clip), 1e-5 * norm);
        session.follow(0.75);
        store.follow(0.75);
      }
      Parameters mean = session.optimizerState().mean();
      Parameters after = session.parameters();
      for (ParameterSpec spec : specs) {
        if (spec.role().isTrained()) {
          float[] expected = store.snapshot().get(spec.name()).toArray();
          assertArrayEquals(expected, after.get(spec.name()).toArray(), 1e-5f, spec.name());
          float[] means = store.state().mean().get(spec.name()).toArray();
          assertArrayEquals(means, mean.get(spec.name()).toArray(), 1e-5f, spec.name());
        }
      }
    }
  }

  /** Copies of a million values are made by several threads. */
  @Test
  void largeStoreIsCopiedWhole() {
    Network large = Gradients.of(ResNets.mlp(Shape.of(1024), 1024, 1, 3), 0);
    Parameters initial = new Initializer(1).initialize(large);
    ParameterStore store = new ParameterStore(large, initial, FloatBuffer::allocate);
    Parameters copy = store.snapshot();
    assertEquals(initial.names(), copy.names());
    for (String name : initial.names()) {
      assertArrayEquals(initial.get(name).toArray(), copy.get(name).toArray(), name);
    }
  }

  /** Runs a batch, and gives the store its gradients. */
  private static void learn(TrainingSession session, int number, ParameterStore store) {
    fill(session, number);
    session.run();
    for (ParameterSpec spec : TRAINING.parameters()) {
      if (spec.role().isTrained()) {
        FloatBuffer gradient = session.gradient(spec.name());
        store.gradient(spec.name()).put(0, gradient, 0, gradient.limit());
      }
    }
  }

  private static void fill(TrainingSession session, int step) {
    for (int i = 0; i < session.input("x").limit(); i++) {
      session.input("x").put(i, (float) Math.sin(i * 0.7 + step));
    }
    session.input(Gradients.LABELS).put(0, step % 3).put(1, 1);
  }

  static Stream<Precision> modes() {
    return Stream.of(Precision.FP32, Precision.BF16);
  }

  @ParameterizedTest
  @MethodSource("modes")
  void gradientsThatAreNotFiniteLeaveTheParametersAsTheyAre(Precision precision) {
    Parameters initial = new Initializer(1).initialize(TRAINING);
    try (TrainingSession session =
        new CudaBackend(new EmulatedDriver(), precision)
            .train(TRAINING, initial, CompileOptions.batch(2))) {
      fill(session, 0);
      session.input("x").put(3, Float.NaN);
      session.run();
      double norm = session.update(rules().get(4), 0.1, 1);
      assertTrue(Double.isNaN(norm), () -> "norm " + norm);
      for (ParameterSpec spec : TRAINING.parameters()) {
        if (spec.role().isTrained()) {
          float[] kept = session.parameters().get(spec.name()).toArray();
          assertArrayEquals(initial.get(spec.name()).toArray(), kept, spec.name());
        }
      }
      session.restore(initial);
      fill(session, 0);
      session.run();
      assertTrue(Double.isFinite(session.update(rules().get(4), 0.1, 1)));
    }
  }
}
