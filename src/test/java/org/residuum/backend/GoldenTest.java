package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.backend.tolerance.Bounds;
import org.residuum.backend.tolerance.RoundingNoise;
import org.residuum.backend.tolerance.Roundings;
import org.residuum.backend.tolerance.Shares;
import org.residuum.format.safetensors.SafeTensors;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.ParameterSpec;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.Value;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.GroupNorm;
import org.residuum.network.op.LayerNorm;
import org.residuum.network.op.PRelu;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Window;
import org.residuum.plan.Gradients;

/**
 * PyTorch's logits, gradients and losses, written by {@code scripts/golden/make_golden.py} in
 * float64.
 */
public class GoldenTest {
  private static final long SEED = 20161201;
  private static final float SMOOTHING = 0.125f;
  private static final int STEPS = 10;
  private static final int DRAWS = 3;
  private static final UpdateRule SGD = new UpdateRule.Sgd(0.9, true, 1e-3, true);
  private static final UpdateRule ADAM_W = new UpdateRule.AdamW(0.9, 0.99, 1e-8, 0.05, true);
  private static final Map<String, Shares> SHARES = new LinkedHashMap<>();

  /** A network whose numbers PyTorch wrote, and how it learns. */
  public record Golden(String name, Network network, UpdateRule rule, double rate) {
    @Override
    public String toString() {
      return name;
    }
  }

  public static List<Golden> goldens() {
    Network resnet = ResNets.cifar(8, Shape.of(3, 8, 8), 4, ResidualBlocks.Shortcut.ZERO_PAD);
    return List.of(
        new Golden("resnet8", resnet, SGD, 0.05),
        new Golden("bottleneck", bottlenecks(), SGD, 0.05),
        new Golden("mlp", ResNets.mlp(Shape.of(12), 16, 4, 3), ADAM_W, 0.003),
        new Golden("modern", modern(), SGD, 0.05));
  }

  private static Network bottlenecks() {
    NetworkBuilder net = new NetworkBuilder("bottlenecks");
    ResidualBlocks blocks = new ResidualBlocks(net, ResidualBlocks.Shortcut.PROJECTION);
    Value y = net.input("x", Shape.batch(3, 17, 15));
    y = net.conv2d("conv1", y, 8, Window.square(7, 2, 3));
    y = net.relu("relu", net.batchNorm("bn1", y));
    y = net.pool("maxpool", y, Pool2d.max(Window.square(3, 2, 1)));
    y = blocks.bottleneck("layer1.0", y, 4, 16, 1, 1);
    y = blocks.bottleneck("layer2.0", y, 8, 32, 2, 4);
    y = blocks.bottleneck("layer2.1", y, 8, 32, 1, 4);
    y = net.flatten("flatten", net.globalAveragePool("avgpool", y));
    net.output("logits", net.dense("fc", y, 5));
    return net.build();
  }

  /** Norms within an example and the activations beside ReLU. */
  private static Network modern() {
    NetworkBuilder net = new NetworkBuilder("modern");
    Value y = net.input("x", Shape.batch(3, 8, 8));
    y = net.conv2d("conv1", y, 8, Window.square(3, 1, 1));
    y = net.layer("norm1", new GroupNorm(4, 1e-5f, false), y);
    Value h = net.layer("gelu1", new Activate(Activation.GELU), y);
    y = net.conv2d("conv2", h, 8, Window.square(3, 1, 1));
    y = net.add("add2", net.layer("prelu2", new PRelu(true), y), h);
    y = net.conv2d("conv3", y, 12, Window.square(3, 2, 1));
    y = net.layer("hardswish3", new Activate(Activation.HARDSWISH), y);
    y = net.conv2d("conv4", y, 12, Window.square(1, 1, 0));
    y = net.layer("norm4", new GroupNorm(1, 1e-5f, false), y);
    y = net.layer("silu4", new Activate(Activation.SILU), y);
    y = net.conv2d("conv5", y, 12, Window.square(3, 1, 1));
    y = net.layer("leaky5", new Activate(Activation.leakyRelu(0.125f)), y);
    y = net.conv2d("conv6", y, 16, Window.square(1, 1, 0));
    y = net.layer("prelu6", new PRelu(false), y);
    y = net.flatten("flatten", net.globalAveragePool("pool", y));
    y = net.dense("fc1", net.layer("norm", new LayerNorm(1e-5f, false), y), 16);
    y = net.layer("gelu", new Activate(Activation.GELU_TANH), y);
    net.output("logits", net.dense("fc2", y, 4));
    return net.build();
  }

  static Stream<Arguments> cases() {
    return Backends.all().stream()
        .flatMap(backend -> goldens().stream().map(g -> Arguments.of(backend.name(), g)));
  }

  @AfterAll
  static void report() {
    SHARES.values().forEach(Shares::report);
    SHARES.clear();
  }

  private static Shares shares(TrainingBackend backend, String what) {
    String title = "PyTorch's " + what + " on " + backend.description();
    return SHARES.computeIfAbsent(title, Shares::new);
  }

  private static TrainingBackend backend(String name) {
    return Backends.all().stream().filter(b -> b.name().equals(name)).findFirst().orElseThrow();
  }

  private static Map<String, double[]> read(Golden golden) throws IOException, URISyntaxException {
    Path path = Path.of(GoldenTest.class.getResource("/golden/" + golden + ".safetensors").toURI());
    Map<String, double[]> values = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> tensor :
        SafeTensors.read(path).parameters().asMap().entrySet()) {
      values.put(tensor.getKey(), doubles(tensor.getValue().toArray()));
    }
    return values;
  }

  private static double[] doubles(float[] floats) {
    double[] values = new double[floats.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }

  /** The weights that {@code initial_values()} of the script makes. */
  public static Map<String, double[]> initial(Network network) {
    Map<String, double[]> parameters = new LinkedHashMap<>();
    for (ParameterSpec spec : network.parameters()) {
      CRC32 crc = new CRC32();
      crc.update(spec.name().getBytes(StandardCharsets.UTF_8));
      double[] values = new double[spec.shape().elements()];
      double bound =
          Math.sqrt(6.0 / Math.max(1, values.length / Math.max(1, spec.shape().extent(0))));
      for (int i = 0; i < values.length; i++) {
        double u = uniform((int) crc.getValue() + i * 0x9E3779B9);
        values[i] =
            (float)
                switch (spec.role()) {
                  case WEIGHT -> bound * (2 * u - 1);
                  case GAMMA, RUNNING_VAR -> 0.5 + u;
                  case BIAS, BETA, RUNNING_MEAN -> 0.4 * (2 * u - 1);
                };
      }
      parameters.put(spec.name(), values);
    }
    return parameters;
  }

  /** MurmurHash3's finaliser, as a fraction. */
  private static double uniform(int bits) {
    int x = bits;
    x ^= x >>> 16;
    x *= 0x85EBCA6B;
    x ^= x >>> 13;
    x *= 0xC2B2AE35;
    x ^= x >>> 16;
    return (x >>> 8) / (double) (1 << 24);
  }

  private static Map<String, double[]> inputs(Map<String, double[]> file) {
    return Map.of("x", file.get("x"), Gradients.LABELS, file.get("labels"));
  }

  @ParameterizedTest(name = "{1} on {0}")
  @MethodSource("cases")
  void inferenceGivesPyTorchsLogits(String backend, Golden golden) throws Exception {
    checkInference(backend(backend), golden, Roundings.FP32);
  }

  static void checkInference(TrainingBackend backend, Golden golden, Roundings precision)
      throws Exception {
    Map<String, double[]> file = read(golden);
    int batch = file.get("labels").length;
    Map<String, double[]> parameters = initial(golden.network());
    Map<String, double[]> inputs = Map.of("x", file.get("x"));
    double[] expected = file.get("inference");
    boolean exact = backend instanceof ReferenceBackend;
    CompileOptions options = CompileOptions.batch(batch);
    Map<String, double[]> got =
        BackendRuns.infer(
            backend, golden.network(), inputs, parameters, exact ? options.unoptimized() : options);
    Shares.Tolerance tolerance =
        exact
            ? stored(expected)
            : RoundingNoise.of(golden.network(), batch, inputs, parameters, precision, SEED)
                .tolerance("logits");
    shares(backend, "inference").check(golden + "", SEED, expected, got.get("logits"), tolerance);
  }

  /**
   * Two float64 computations rounded to floats each, half a unit apart at most, and nothing beside
   * 0 but 10⁻¹² of the largest.
   */
  private static Shares.Tolerance stored(double[] expected) {
    double largest = 0;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    double floor = 1e-12 * Math.max(1, largest);
    return index -> 2 * Bounds.UNIT_ROUNDOFF * Math.abs(expected[index]) + floor;
  }

  @ParameterizedTest(name = "{1} on {0}")
  @MethodSource("cases")
  void firstStepGivesPyTorchsLossLogitsAndGradients(String backend, Golden golden)
      throws Exception {
    checkFirstStep(backend(backend), golden, Roundings.FP32);
  }

  static void checkFirstStep(TrainingBackend backend, Golden golden, Roundings precision)
      throws Exception {
    Map<String, double[]> file = read(golden);
    int batch = file.get("labels").length;
    Network training = Gradients.of(golden.network(), SMOOTHING);
    Map<String, double[]> parameters = initial(training);
    boolean exact = backend instanceof ReferenceBackend;
    Map<String, double[]> got =
        BackendRuns.learn(backend, training, inputs(file), parameters, CompileOptions.batch(batch));
    RoundingNoise.Results noise =
        exact ? null : RoundingNoise.of(training, batch, inputs(file), parameters, precision, SEED);
    for (String name : training.outputs().keySet()) {
      double[] expected = file.get(name);
      Shares.Tolerance tolerance = exact ? stored(expected) : noise.tolerance(name);
      shares(backend, "gradients")
          .check(golden + " " + name, SEED, expected, got.get(name), tolerance);
    }
    long trained = training.parameters().stream().filter(s -> s.role().isTrained()).count();
    assertEquals(
        trained, file.keySet().stream().filter(Gradients::isGradient).count(), "gradients in file");
  }

  /** Logits, what the first step shows, and the losses of ten steps, for comparisons to the bit. */
  public static Map<String, double[]> results(TrainingBackend backend, Golden golden)
      throws Exception {
    Map<String, double[]> file = read(golden);
    CompileOptions options = CompileOptions.batch(file.get("labels").length);
    Network training = Gradients.of(golden.network(), SMOOTHING);
    Map<String, double[]> parameters = initial(training);
    Map<String, double[]> results = new LinkedHashMap<>();
    results.put(
        "inference",
        BackendRuns.infer(
                backend,
                golden.network(),
                Map.of("x", file.get("x")),
                initial(golden.network()),
                options)
            .get("logits"));
    results.putAll(BackendRuns.learn(backend, training, inputs(file), parameters, options));
    results.put("losses", train(backend, golden, training, inputs(file), parameters, null, null));
    return results;
  }

  static void checkCoarseFirstStep(TrainingBackend backend, Golden golden, Roundings precision)
      throws Exception {
    Map<String, double[]> file = read(golden);
    Network training = Gradients.of(golden.network(), SMOOTHING);
    int batch = file.get("labels").length;
    new CoarseStep(training, batch, inputs(file), initial(training), precision, SEED)
        .check(backend, golden + "", shares(backend, "gradients"));
  }

  /**
   * The reference backend rounds its parameters to floats after each step; what that does is seen
   * on the losses of runs whose first parameters are moved by so much, times the number of steps.
   * Elsewhere every operation rounds, which reference runs with that noise show.
   */
  @ParameterizedTest(name = "{1} on {0}")
  @MethodSource("cases")
  void tenStepsGivePyTorchsLosses(String backend, Golden golden) throws Exception {
    checkTenSteps(backend(backend), golden, Roundings.FP32);
  }

  static void checkTenSteps(TrainingBackend backend, Golden golden, Roundings precision)
      throws Exception {
    Map<String, double[]> file = read(golden);
    double[] expected = file.get("losses");
    Network training = Gradients.of(golden.network(), SMOOTHING);
    Map<String, double[]> parameters = initial(training);
    boolean exact = backend instanceof ReferenceBackend;
    double[] got = train(backend, golden, training, inputs(file), parameters, null, null);
    double[] deviations = new double[STEPS];
    int batch = file.get("labels").length;
    RoundingNoise.Noisy noisy =
        exact ? null : RoundingNoise.noisy(training, batch, inputs(file), parameters, precision);
    SplittableRandom random = new SplittableRandom(SEED);
    TrainingBackend reference = new ReferenceBackend();
    for (int draw = 0; draw < DRAWS; draw++) {
      Map<String, double[]> moved = moved(training, parameters, random);
      double[] losses =
          exact
              ? train(reference, golden, training, inputs(file), moved, null, null)
              : train(reference, golden, noisy.network(), inputs(file), moved, noisy, random);
      for (int step = 0; step < STEPS; step++) {
        deviations[step] = Math.max(deviations[step], Math.abs(losses[step] - expected[step]));
      }
    }
    for (int step = 1; step < STEPS; step++) {
      deviations[step] = Math.max(deviations[step], deviations[step - 1]);
    }
    double[] shrunk =
        precision.shrinking() == 0
            ? expected
            : train(reference, golden, noisy.network(), inputs(file), parameters, noisy, null);
    double factor = exact ? STEPS : RoundingNoise.DEVIATIONS;
    shares(backend, "losses")
        .check(
            golden + " loss of step",
            SEED,
            expected,
            got,
            step ->
                factor * deviations[step]
                    + Math.abs(shrunk[step] - expected[step])
                    + 2 * Bounds.UNIT_ROUNDOFF * expected[step]);
    assertTrue(expected[STEPS - 1] < expected[0] / 2, "PyTorch itself did not learn");
  }

  public static Map<String, double[]> moved(
      Network network, Map<String, double[]> parameters, SplittableRandom random) {
    Map<String, double[]> moved = RandomValues.copy(parameters);
    for (ParameterSpec spec : network.parameters()) {
      double[] values = moved.get(spec.name());
      for (int i = 0; spec.role() != ParameterSpec.Role.RUNNING_MEAN && i < values.length; i++) {
        float value = (float) values[i];
        values[i] = random.nextInt() < 0 ? Math.nextUp(value) : Math.nextDown(value);
      }
    }
    return moved;
  }

  private static double[] train(
      TrainingBackend backend,
      Golden golden,
      Network training,
      Map<String, double[]> inputs,
      Map<String, double[]> parameters,
      RoundingNoise.Noisy noise,
      SplittableRandom random) {
    int batch = inputs.get(Gradients.LABELS).length;
    CompileOptions options = CompileOptions.batch(batch);
    List<Double> losses = new ArrayList<>();
    try (TrainingSession session =
        backend.train(
            training,
            RandomValues.tensors(training, parameters),
            noise == null ? options : options.unoptimized())) {
      for (int step = 0; step < STEPS; step++) {
        Map<String, double[]> given = new HashMap<>(inputs);
        if (noise != null) {
          given.putAll(random == null ? noise.drawLosses() : noise.draw(random));
        }
        BackendRuns.fill(session, training, given);
        session.run();
        losses.add((double) session.output(Gradients.LOSS).get(0));
        session.update(golden.rule(), golden.rate(), 0);
      }
    }
    return losses.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
