package org.residuum.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.BackendRuns;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.GoldenTest;
import org.residuum.backend.Precision;
import org.residuum.backend.RandomValues;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.format.safetensors.SafeTensors;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.loss.PointwiseLoss;
import org.residuum.plan.Gradients;

/** PyTorch's losses with accumulated gradients and of a running mean, by make_golden.py. */
final class LoopGoldenTest {
  private static final float SMOOTHING = 0.125f;
  private static final int STEPS = 10;
  private static final long SEED = 20161201;
  private static final double DECAY = 0.75;
  private static final double[] POSITIVE_WEIGHTS = {2, 0.5, 3};

  /** Of fp32 arithmetic over ten steps; a decay or a share off by 1 % moves them by more. */
  private static final double RELATIVE = 1e-3;

  static Stream<Arguments> backends() {
    Map<String, Supplier<TrainingBackend>> backends = new LinkedHashMap<>();
    backends.put("reference", ReferenceBackend::new);
    backends.put("cpu", CpuBackend::new);
    backends.put("emulated", () -> EmulatedBackend.open(Precision.FP32));
    return backends.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  private static Map<String, double[]> read(String name) throws Exception {
    Path path = Path.of(LoopGoldenTest.class.getResource("/golden/" + name).toURI());
    return doubles(SafeTensors.read(path).parameters());
  }

  private static Map<String, double[]> doubles(Parameters parameters) {
    Map<String, double[]> values = new LinkedHashMap<>();
    parameters.asMap().forEach((name, tensor) -> values.put(name, doubles(tensor)));
    return values;
  }

  private static double[] doubles(Tensor tensor) {
    FloatBuffer data = tensor.data();
    double[] values = new double[data.limit()];
    for (int i = 0; i < values.length; i++) {
      values[i] = data.get(i);
    }
    return values;
  }

  /**
   * The reference computes in doubles but rounds its parameters to floats after each step: what
   * that does is seen on runs whose first parameters are moved by so much, times the steps.
   */
  private static void check(
      String backend,
      Network training,
      double[] expected,
      Function<Map<String, double[]>, double[]> losses) {
    Map<String, double[]> parameters = GoldenTest.initial(training);
    double[] got = losses.apply(parameters);
    SplittableRandom random = new SplittableRandom(SEED);
    double moved = 0;
    for (int draw = 0; draw < 3 && backend.equals("reference"); draw++) {
      double[] other = losses.apply(GoldenTest.moved(training, parameters, random));
      for (int step = 0; step < STEPS; step++) {
        moved = Math.max(moved, Math.abs(other[step] - expected[step]));
      }
    }
    for (int step = 0; step < STEPS; step++) {
      double tolerance =
          backend.equals("reference")
              ? STEPS * moved + Math.ulp((float) expected[step])
              : RELATIVE * expected[step];
      assertEquals(expected[step], got[step], tolerance, "loss of step " + step);
    }
    assertTrue(expected[STEPS - 1] < expected[0] / 2, "PyTorch itself did not learn");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("backends")
  void accumulatedGradientsGivePyTorchsLosses(String name, Supplier<TrainingBackend> opened)
      throws Exception {
    Map<String, double[]> file = read("accumulation.safetensors");
    Network training = Gradients.of(ResNets.mlp(Shape.of(12), 16, 4, 3), SMOOTHING);
    UpdateRule rule = new UpdateRule.AdamW(0.9, 0.99, 1e-8, 0.05, true);
    try (TrainingBackend backend = opened.get()) {
      check(
          name,
          training,
          file.get("losses"),
          parameters -> accumulated(backend, training, file, parameters, rule));
    }
  }

  private static double[] accumulated(
      TrainingBackend backend,
      Network training,
      Map<String, double[]> file,
      Map<String, double[]> parameters,
      UpdateRule rule) {
    int batches = 3;
    int batch = file.get("labels").length / batches;
    double[] losses = new double[STEPS];
    try (TrainingSession session =
        backend.train(
            training, RandomValues.tensors(training, parameters), CompileOptions.batch(batch))) {
      for (int step = 0; step < STEPS; step++) {
        for (int i = 0; i < batches; i++) {
          BackendRuns.fill(
              session,
              training,
              Map.of(
                  "x",
                  part(file.get("x"), i, batches),
                  Gradients.LABELS,
                  part(file.get("labels"), i, batches)));
          session.run();
          losses[step] += session.output(Gradients.LOSS).get(0) / (double) batches;
          if (i < batches - 1) {
            session.accumulate();
          }
        }
        session.update(rule, 0.003, 0);
      }
    }
    return losses;
  }

  private static double[] part(double[] all, int number, int parts) {
    int size = all.length / parts;
    return java.util.Arrays.copyOfRange(all, number * size, (number + 1) * size);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("backends")
  void lossesOfOtherTargetsArePyTorchs(String name, Supplier<TrainingBackend> opened)
      throws Exception {
    Map<String, PointwiseLoss.Kind> files =
        Map.of(
            "bce", PointwiseLoss.Kind.BINARY_CROSS_ENTROPY,
            "bce_weighted", PointwiseLoss.Kind.WEIGHTED_BINARY_CROSS_ENTROPY,
            "mse", PointwiseLoss.Kind.SQUARED_ERROR,
            "smooth_l1", PointwiseLoss.Kind.SMOOTH_L1);
    try (TrainingBackend backend = opened.get()) {
      for (Map.Entry<String, PointwiseLoss.Kind> entry : files.entrySet()) {
        Map<String, double[]> file = read(entry.getKey() + ".safetensors");
        for (int i = 0; entry.getKey().equals("bce_weighted") && i < 27; i++) {
          file.get("targets")[i] *= POSITIVE_WEIGHTS[i % 3]; // PyTorch's are 0 and 1.
        }
        Network training =
            Gradients.of(ResNets.mlp(Shape.of(12), 16, 4, 3), new PointwiseLoss(entry.getValue()));
        check(
            name,
            training,
            file.get("losses"),
            parameters -> ofTargets(backend, training, file, parameters));
      }
    }
  }

  private static double[] ofTargets(
      TrainingBackend backend,
      Network training,
      Map<String, double[]> file,
      Map<String, double[]> parameters) {
    UpdateRule rule = new UpdateRule.AdamW(0.9, 0.99, 1e-8, 0.05, true);
    Map<String, double[]> inputs =
        Map.of("x", file.get("x"), Gradients.TARGETS, file.get("targets"));
    double[] losses = new double[STEPS];
    try (TrainingSession session =
        backend.train(
            training, RandomValues.tensors(training, parameters), CompileOptions.batch(9))) {
      for (int step = 0; step < STEPS; step++) {
        BackendRuns.fill(session, training, inputs);
        session.run();
        losses[step] = session.output(Gradients.LOSS).get(0);
        session.update(rule, 0.02, 0);
      }
    }
    return losses;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("backends")
  void runningMeanGivesPyTorchsLosses(String name, Supplier<TrainingBackend> opened)
      throws Exception {
    Map<String, double[]> file = read("ema.safetensors");
    Network network = ResNets.cifar(8, Shape.of(3, 8, 8), 4, ResidualBlocks.Shortcut.ZERO_PAD);
    try (TrainingBackend backend = opened.get()) {
      check(
          name,
          Gradients.of(network, SMOOTHING),
          file.get("losses"),
          parameters -> followed(backend, network, file, parameters));
    }
  }

  private static double[] followed(
      TrainingBackend backend,
      Network network,
      Map<String, double[]> file,
      Map<String, double[]> parameters) {
    Network training = Gradients.of(network, SMOOTHING);
    Map<String, double[]> inputs = Map.of("x", file.get("x"), Gradients.LABELS, file.get("labels"));
    CompileOptions options = CompileOptions.batch(file.get("labels").length);
    double[] losses = new double[STEPS];
    try (TrainingSession session =
        backend.train(training, RandomValues.tensors(training, parameters), options)) {
      for (int step = 0; step < STEPS; step++) {
        BackendRuns.fill(session, training, inputs);
        session.run();
        session.update(new UpdateRule.Sgd(0.9, true, 1e-3, true), 0.05, 0);
        session.follow(DECAY);
        Map<String, double[]> mean = doubles(session.optimizerState().mean());
        losses[step] = loss(backend, network, file, mean, options);
      }
    }
    return losses;
  }

  private static double loss(
      TrainingBackend backend,
      Network network,
      Map<String, double[]> file,
      Map<String, double[]> parameters,
      CompileOptions options) {
    Map<String, double[]> known = new HashMap<>(parameters);
    known.keySet().retainAll(network.parameters().stream().map(ParameterSpec::name).toList());
    double[] logits =
        BackendRuns.infer(backend, network, Map.of("x", file.get("x")), known, options)
            .get("logits");
    double[] labels = file.get("labels");
    int classes = logits.length / labels.length;
    double sum = 0;
    for (int row = 0; row < labels.length; row++) {
      double total = 0;
      for (int k = 0; k < classes; k++) {
        total += Math.exp(logits[row * classes + k]);
      }
      sum += Math.log(total) - logits[row * classes + (int) labels[row]];
    }
    return sum / labels.length;
  }
}
