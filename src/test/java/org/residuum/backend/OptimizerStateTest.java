package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;

/** What the optimiser remembers goes from one session to another, on every backend. */
final class OptimizerStateTest {
  private static final Network TRAINING = Gradients.of(Networks.small(), 0);
  private static final int BATCH = 2;

  static Stream<Arguments> backendsAndRules() {
    List<Supplier<TrainingBackend>> backends =
        List.of(
            ReferenceBackend::new,
            CpuBackend::new,
            () -> EmulatedBackend.open(Precision.FP32),
            () -> EmulatedBackend.open(Precision.BF16));
    List<UpdateRule> rules =
        List.of(
            new UpdateRule.Sgd(0, false, 0.1, false),
            new UpdateRule.Sgd(0.9, true, 0.1, false),
            new UpdateRule.AdamW(0.9, 0.99, 1e-8, 0.1, false));
    return backends.stream()
        .flatMap(backend -> rules.stream().map(rule -> Arguments.of(backend.get(), rule)));
  }

  @ParameterizedTest
  @MethodSource("backendsAndRules")
  void restoredSessionTakesBitwiseTheSameSteps(TrainingBackend backend, UpdateRule rule) {
    Parameters initial = new Initializer(1).initialize(TRAINING);
    try (TrainingSession straight = open(backend, initial);
        TrainingSession other = open(backend, new Initializer(2).initialize(TRAINING))) {
      steps(straight, rule, 0, 2);
      Parameters parameters = straight.parameters();
      TrainingSession.OptimizerState state = straight.optimizerState();
      assertEquals(2, state.steps());
      steps(straight, rule, 2, 4);

      steps(other, rule, 7, 8);
      other.restore(parameters, state);
      assertSame(state.first(), other.optimizerState().first());
      assertSame(state.second(), other.optimizerState().second());
      assertSame(state.mean(), other.optimizerState().mean());
      steps(other, rule, 2, 4);
      assertSame(straight.optimizerState().mean(), other.optimizerState().mean());
      assertSame(straight.parameters(), other.parameters());

      other.restore(parameters);
      assertForgotten(other.optimizerState());
      steps(other, rule, 2, 4);
      boolean remembers = !(rule instanceof UpdateRule.Sgd sgd && sgd.momentum() == 0);
      assertEquals(remembers, !same(straight.parameters(), other.parameters()), "forgotten");
    }
  }

  @ParameterizedTest
  @MethodSource("backendsAndRules")
  void restoredParametersAloneAreANewStart(TrainingBackend backend, UpdateRule rule) {
    Parameters initial = new Initializer(1).initialize(TRAINING);
    try (TrainingSession fresh = open(backend, initial);
        TrainingSession used = open(backend, new Initializer(2).initialize(TRAINING))) {
      steps(used, rule, 7, 9);
      used.restore(initial);
      steps(used, rule, 0, 2);
      steps(fresh, rule, 0, 2);
      assertSame(fresh.parameters(), used.parameters());
    }
  }

  /** SGD's momentum is not AdamW's first moment. */
  @ParameterizedTest
  @MethodSource("backendsAndRules")
  void adamBeginsAnewAfterAnotherRule(TrainingBackend backend, UpdateRule rule) {
    UpdateRule adam = new UpdateRule.AdamW(0.8, 0.99, 1e-8, 0.1, true);
    Parameters initial = new Initializer(1).initialize(TRAINING);
    try (TrainingSession straight = open(backend, initial);
        TrainingSession other = open(backend, initial)) {
      steps(straight, rule, 0, 2);
      TrainingSession.OptimizerState state = straight.optimizerState();
      boolean isAdam = rule instanceof UpdateRule.AdamW;
      other.restore(
          straight.parameters(),
          isAdam
              ? state
              : new TrainingSession.OptimizerState(
                  2, Parameters.NONE, Parameters.NONE, Parameters.NONE));
      steps(straight, adam, 2, 4);
      steps(other, adam, 2, 4);
      assertSame(straight.parameters(), other.parameters());
      assertSame(straight.optimizerState().first(), other.optimizerState().first());
      assertSame(straight.optimizerState().second(), other.optimizerState().second());
    }
  }

  @ParameterizedTest
  @MethodSource("backendsAndRules")
  void stateOfAnotherNetworkIsRefused(TrainingBackend backend, UpdateRule rule) {
    Parameters initial = new Initializer(1).initialize(TRAINING);
    try (TrainingSession session = open(backend, initial)) {
      Parameters other = new Initializer(2).initialize(TRAINING);
      Parameters foreign = Parameters.allocate(List.of());
      assertTrue(foreign.isEmpty());
      ParameterSpec spec = TRAINING.parameters().get(0);
      Parameters part = Parameters.allocate(List.of(spec));
      assertFalse(part.isEmpty());
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  session.restore(
                      other,
                      new TrainingSession.OptimizerState(
                          1, part, Parameters.NONE, Parameters.NONE)));
      assertTrue(e.getMessage().contains("no parameter named"), e.getMessage());
      assertSame(initial, session.parameters());
    }
  }

  @ParameterizedTest
  @MethodSource("backendsAndRules")
  void stepThatWouldSpoilTheParametersIsRefused(TrainingBackend backend, UpdateRule rule) {
    Parameters initial = new Initializer(1).initialize(TRAINING);
    try (TrainingSession session = open(backend, initial)) {
      session.run();
      Parameters before = session.parameters();
      for (double bad : new double[] {Double.NaN, -0.1, Double.POSITIVE_INFINITY}) {
        IllegalArgumentException e =
            assertThrows(
                IllegalArgumentException.class, () -> session.update(rule, bad, 0), "rate " + bad);
        assertTrue(e.getMessage().contains("not " + bad), e.getMessage());
      }
      for (double bad : new double[] {Double.NaN, -0.1, 1}) {
        assertThrows(IllegalArgumentException.class, () -> session.follow(bad), "decay " + bad);
      }
      for (double bad : new double[] {Double.NaN, -1}) {
        assertThrows(IllegalArgumentException.class, () -> session.update(rule, 0.1, bad));
      }
      assertSame(before, session.parameters());
    }
  }

  private static TrainingSession open(TrainingBackend backend, Parameters initial) {
    return backend.train(TRAINING, initial, CompileOptions.batch(BATCH));
  }

  private static void steps(TrainingSession session, UpdateRule rule, int from, int to) {
    for (int step = from; step < to; step++) {
      for (int i = 0; i < session.input("x").limit(); i++) {
        session.input("x").put(i, (float) Math.sin(i * 0.7 + step));
      }
      session.input(Gradients.LABELS).put(0, step % 3).put(1, 1);
      session.run();
      session.accumulate();
      session.input(Gradients.LABELS).put(0, (step + 1) % 3);
      session.run();
      session.update(rule, 0.1, 0);
      session.follow(0.5);
    }
  }

  private static void assertForgotten(TrainingSession.OptimizerState state) {
    assertEquals(0, state.steps());
    assertTrue(
        state.first().isEmpty() && state.second().isEmpty() && state.mean().isEmpty(),
        "moments after a new start");
  }

  private static boolean same(Parameters a, Parameters b) {
    return a.names().stream().allMatch(name -> a.get(name).data().equals(b.get(name).data()));
  }

  private static void assertSame(Parameters expected, Parameters actual) {
    for (String name : expected.names()) {
      assertArrayEquals(expected.get(name).toArray(), actual.get(name).toArray(), name);
    }
  }
}
