package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.rig.TestDevice;
import org.residuum.backend.tolerance.PerturbedRuns;
import org.residuum.backend.tolerance.RoundingNoise;
import org.residuum.backend.tolerance.Roundings;
import org.residuum.backend.tolerance.Shares;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.plan.Gradients;

/** Whole networks on the CUDA backend against the CPU, the kernels interpreted. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CudaNetworksTest {
  private static final int STEPS = 10;
  private static final UpdateRule RULE = new UpdateRule.Sgd(0.9, true, 5e-4, true);
  private static final double RATE = 0.003;

  private final TrainingBackend cpu = new CpuBackend();
  private final Map<String, Shares> shares = new LinkedHashMap<>();

  TestDevice device() {
    return TestDevice.INTERPRETER;
  }

  /** A precision, a network and a batch size each. */
  Stream<Arguments> cases() {
    return Stream.of(
        Arguments.of(Precision.FP32, ResNets.mlp(Shape.of(12), 16, 3, 4), 5),
        Arguments.of(Precision.TF32, ResNets.mlp(Shape.of(12), 16, 3, 4), 5),
        Arguments.of(Precision.BF16, ResNets.mlp(Shape.of(12), 16, 3, 4), 5),
        Arguments.of(
            Precision.BF16,
            ResNets.cifar(8, Shape.of(3, 8, 8), 4, ResidualBlocks.Shortcut.ZERO_PAD),
            4));
  }

  @AfterAll
  void report() {
    shares.values().forEach(Shares::report);
  }

  private Shares shares(TrainingBackend backend) {
    return shares.computeIfAbsent("networks on " + backend.description(), Shares::new);
  }

  private Roundings roundings(Precision precision) {
    return Roundings.of(precision).cut(device().mayCut());
  }

  private static String what(Network network, int batch, String name) {
    return network.name() + ", batch " + batch + ", " + name;
  }

  @ParameterizedTest(name = "{1} in {0}, batch {2}")
  @MethodSource("cases")
  void inferenceEqualsTheCpus(Precision precision, Network network, int batch) {
    try (CudaBackend backend = device().open(precision)) {
      PerturbedRuns runs = new PerturbedRuns(network, batch, roundings(precision));
      CompileOptions options = CompileOptions.batch(batch);
      compare(
          backend,
          runs,
          (on, values) ->
              BackendRuns.infer(on, network, values.inputs(), values.parameters(), options));
    }
  }

  @ParameterizedTest(name = "{1} in {0}, batch {2}")
  @MethodSource("cases")
  void gradientsEqualTheCpus(Precision precision, Network network, int batch) {
    try (CudaBackend backend = device().open(precision)) {
      Network training = Gradients.of(network, 0);
      PerturbedRuns runs = new PerturbedRuns(training, batch, roundings(precision));
      CompileOptions options = CompileOptions.batch(batch);
      compare(
          backend,
          runs,
          (on, values) ->
              BackendRuns.learn(on, training, values.inputs(), values.parameters(), options));
    }
  }

  @ParameterizedTest(name = "{1} in {0}, batch {2}")
  @MethodSource("cases")
  void tenStepsOfTrainingGiveTheCpusLosses(Precision precision, Network network, int batch) {
    try (CudaBackend backend = device().open(precision)) {
      Network training = Gradients.of(network, 0);
      PerturbedRuns runs = new PerturbedRuns(training, batch, roundings(precision));
      compare(
          backend,
          runs,
          (on, values) -> Map.of("losses", train(on, training, batch, values, STEPS).losses()));
    }
  }

  @ParameterizedTest(name = "{1} in {0}, batch {2}")
  @MethodSource("cases")
  void trainingAgainGivesTheSameBits(Precision precision, Network network, int batch) {
    try (CudaBackend backend = device().open(precision)) {
      Network training = Gradients.of(network, 0);
      PerturbedRuns.Values values =
          new PerturbedRuns(training, batch, roundings(precision)).plain();
      Trained first = train(backend, training, batch, values, 3);
      Trained second = train(backend, training, batch, values, 3);
      assertArrayEquals(first.losses(), second.losses());
      for (String name : first.parameters().names()) {
        float[] expected = first.parameters().get(name).toArray();
        assertArrayEquals(expected, second.parameters().get(name).toArray(), name);
      }
    }
  }

  private void compare(TrainingBackend backend, PerturbedRuns runs, PerturbedRuns.Run run) {
    RoundingNoise.Results expected = runs.on(cpu, run);
    Map<String, double[]> got = run.of(backend, runs.plain());
    got.forEach(
        (name, values) -> {
          double[] exact = expected.exact().get(name);
          String what = what(runs.network(), runs.batch(), name);
          shares(backend)
              .checkNorm(what, PerturbedRuns.SEED, exact, values, expected.tolerance(name));
        });
    for (String name : new String[] {"logits", "losses"}) {
      double[] exact = expected.exact().get(name);
      assertTrue(
          exact == null || norm(expected.tolerances().get(name)) < norm(exact) / 2,
          () -> "the tolerance of " + name + " would let anything pass");
    }
  }

  private static double norm(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  private record Trained(double[] losses, Parameters parameters) {}

  private static Trained train(
      TrainingBackend backend,
      Network training,
      int batch,
      PerturbedRuns.Values values,
      int steps) {
    double[] losses = new double[steps];
    Parameters initial = RandomValues.tensors(training, values.parameters());
    try (TrainingSession session = backend.train(training, initial, CompileOptions.batch(batch))) {
      BackendRuns.fill(session, training, values.inputs());
      for (int step = 0; step < steps; step++) {
        session.run();
        losses[step] = session.output(Gradients.LOSS).get(0);
        session.update(RULE, RATE, 0);
      }
      return new Trained(losses, session.parameters());
    }
  }
}
