package org.residuum.backend.lower;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Slot;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.Value;
import org.residuum.network.initial.Initializer;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Window;
import org.residuum.plan.Gradients;

/**
 * Whether a backend computes what the reference does: a small residual network forward, and a step
 * of its training. Rounding does to a result what a change of all weights and inputs by some units
 * of roundoff does (Higham 2002, section 1.5), and a sum of K terms errs by √K units, so the
 * reference is run a few times with such changes, and a result may be {@link #DEVIATIONS} times as
 * far off as these runs are.
 */
public final class SelfCheck {
  private static final int BATCH = 4;
  private static final int SIDE = 12;
  private static final int CLASSES = 5;
  private static final int RUNS = 4;
  private static final double DEVIATIONS = 8;
  private static final double FLOAT_ROUNDOFF = 0x1p-24;
  private static final UpdateRule RULE = new UpdateRule.Sgd(0.9, true, 1e-4, false);
  private static final double RATE = 0.1;

  private final Network network = network();
  private final Network learning = Gradients.of(network, 0.1f);
  private final Parameters parameters = parameters();
  private final Tensor images = images();
  private final double change;

  private SelfCheck(double unitRoundoff) {
    double longestSum = (double) BATCH * SIDE * SIDE;
    this.change = 2 * (unitRoundoff + FLOAT_ROUNDOFF * Math.sqrt(longestSum));
  }

  /**
   * Compares.
   *
   * @param unitRoundoff to which the backend rounds operands, 2⁻²⁴ for fp32
   * @return what differs, or what the backend failed with, in a line; empty where it agrees
   */
  public static Optional<String> of(
      TrainingBackend backend, TrainingBackend reference, double unitRoundoff) {
    SelfCheck check = new SelfCheck(unitRoundoff);
    Map<String, float[]> got;
    try {
      got = check.run(backend, check.parameters, check.images);
    } catch (RuntimeException | LinkageError e) {
      return Optional.of(String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString()));
    }
    return check.difference(reference, got);
  }

  private Optional<String> difference(TrainingBackend reference, Map<String, float[]> got) {
    Map<String, float[]> expected = run(reference, parameters, images);
    Map<String, Double> allowed = new LinkedHashMap<>();
    expected.forEach((name, values) -> allowed.put(name, FLOAT_ROUNDOFF * norm(values)));
    SplittableRandom random = new SplittableRandom(1);
    for (int run = 0; run < RUNS; run++) {
      Map<String, float[]> moved =
          run(reference, changed(parameters, random), changed(images, random));
      moved.forEach(
          (name, values) ->
              allowed.merge(name, DEVIATIONS * distance(values, expected.get(name)), Math::max));
    }
    for (String name : expected.keySet()) {
      double distance = distance(got.get(name), expected.get(name));
      if (!(distance <= allowed.get(name))) {
        double norm = norm(expected.get(name));
        return Optional.of(
            String.format(
                Locale.ROOT,
                "%s differs by %.2g of its norm, rounding explains %.2g",
                name,
                distance / norm,
                allowed.get(name) / norm));
      }
    }
    return Optional.empty();
  }

  /** Strides, projections, groups and odd sizes: most kernels have work. */
  private static Network network() {
    NetworkBuilder net = new NetworkBuilder("self-check");
    Value x = net.input("x", Shape.batch(3, SIDE, SIDE));
    Value y = net.conv2d("conv", x, 8, Window.square(3, 1, 1));
    y = net.relu("relu", net.batchNorm("bn", y));
    y = net.pool("pool", y, Pool2d.max(Window.square(2, 2, 0)));
    y = new ResidualBlocks(net, ResidualBlocks.Shortcut.ZERO_PAD).basic("block1", y, 13, 2);
    y =
        new ResidualBlocks(net, ResidualBlocks.Shortcut.PROJECTION)
            .bottleneck("block2", y, 8, 32, 2, 2);
    Value features = net.flatten("flatten", net.globalAveragePool("average", y));
    net.output("logits", net.dense("fc", features, CLASSES));
    return net.build();
  }

  /** As they are after some training: no bias is zero, no scale one. */
  private Parameters parameters() {
    SplittableRandom random = new SplittableRandom(2);
    Parameters fresh = new Initializer(3).initialize(network);
    for (ParameterSpec spec : network.parameters()) {
      FloatBuffer data = fresh.get(spec.name()).data();
      for (int i = 0; i < data.limit(); i++) {
        data.put(i, data.get(i) + 0.1f * (float) random.nextDouble());
      }
    }
    return fresh;
  }

  private static Tensor images() {
    SplittableRandom random = new SplittableRandom(4);
    Tensor images = Tensor.zeros(Shape.of(BATCH, 3, SIDE, SIDE));
    for (int i = 0; i < images.data().limit(); i++) {
      images.data().put(i, (float) random.nextGaussian());
    }
    return images;
  }

  private Parameters changed(Parameters values, SplittableRandom random) {
    Map<String, Tensor> changed = new LinkedHashMap<>();
    values.asMap().forEach((name, tensor) -> changed.put(name, changed(tensor, random)));
    return new Parameters(changed);
  }

  private Tensor changed(Tensor tensor, SplittableRandom random) {
    float[] values = tensor.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) (1 + change * (2 * random.nextDouble() - 1));
    }
    return Tensor.of(tensor.shape(), values);
  }

  /** All results by name. */
  private Map<String, float[]> run(TrainingBackend backend, Parameters weights, Tensor x) {
    Map<String, float[]> results = new LinkedHashMap<>();
    CompileOptions options = CompileOptions.batch(BATCH);
    try (Plan plan = backend.compile(network, weights, options)) {
      results.put("logits", plan.run(x).toArray());
    }
    try (TrainingSession session = backend.train(learning, weights, options)) {
      Slot slot = session.slots().get(0);
      new Batches(session, learning, "x").fill(slot, TensorRun.channelsLast(x), 0, BATCH);
      for (int i = 0; i < BATCH; i++) {
        slot.input(Gradients.LABELS).put(i, i % CLASSES);
      }
      session.run();
      results.put("training loss", copy(slot.output(Gradients.LOSS)));
      results.put("training logits", copy(slot.output("logits")));
      for (ParameterSpec spec : network.parameters()) {
        if (spec.role().isTrained()) {
          results.put("gradient of " + spec.name(), copy(session.gradient(spec.name())));
        }
      }
      session.update(RULE, RATE, 0);
      Parameters after = session.parameters();
      for (String name : after.names()) {
        results.put("step of " + name, step(weights.get(name), after.get(name)));
      }
    }
    return results;
  }

  private static float[] step(Tensor before, Tensor after) {
    float[] step = after.toArray();
    for (int i = 0; i < step.length; i++) {
      step[i] -= before.get(i);
    }
    return step;
  }

  private static float[] copy(FloatBuffer buffer) {
    float[] copy = new float[buffer.limit()];
    buffer.get(0, copy);
    return copy;
  }

  private static double norm(float[] values) {
    return distance(values, new float[values.length]);
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }
}
