package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.reference.Evaluator;
import org.residuum.backend.tolerance.Bounds;
import org.residuum.backend.tolerance.RoundingNoise;
import org.residuum.backend.tolerance.Shares;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Node;
import org.residuum.network.Parameters;
import org.residuum.network.Value;
import org.residuum.network.gradient.JointGradient;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Input;
import org.residuum.plan.EpilogueFusion;
import org.residuum.plan.Gradients;

/** Every backend against the definition of the operations, over the whole table. */
class BackendTest {
  private static final long SEED = 20160316;
  private static final Set<String> FRAME = Set.of("head", "flatten", "loss", "logits.dx");
  private static final Map<String, Shares> SHARES = new LinkedHashMap<>();

  static Stream<Arguments> operations() {
    return cross(Backends.others(), OpCases.all());
  }

  static Stream<Arguments> rows() {
    return cross(Backends.all(), OpCases.all());
  }

  static Stream<Arguments> learningRows() {
    return cross(Backends.all(), OpCases.learning().toList());
  }

  private static Stream<Arguments> cross(List<TrainingBackend> backends, List<OpCase> cases) {
    return backends.stream()
        .flatMap(backend -> cases.stream().map(row -> Arguments.of(backend.name(), row)));
  }

  @AfterAll
  static void report() {
    SHARES.values().forEach(Shares::report);
    SHARES.clear();
  }

  private static TrainingBackend backend(String name) {
    return Backends.all().stream().filter(b -> b.name().equals(name)).findFirst().orElseThrow();
  }

  private static Shares shares(TrainingBackend backend, String what) {
    return SHARES.computeIfAbsent(backend.name() + ", " + what, Shares::new);
  }

  /** Forward and backward operations one by one, within the worst case of their roundings. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("operations")
  void eachOperationKeepsItsErrorBound(String backend, OpCase row) {
    checkOperations(backend(backend), row);
  }

  /** A stack of 256 KB, as services give to many threads, is enough to compile and to run. */
  @Test
  void smallStacksAreEnoughForEachOperation() throws InterruptedException {
    List<String> failures = Collections.synchronizedList(new ArrayList<>());
    Thread small = new Thread(null, () -> runAll(failures), "small", 256 << 10);
    small.start();
    small.join();
    assertEquals(List.of(), failures);
  }

  private static void runAll(List<String> failures) {
    for (TrainingBackend backend : Backends.others()) {
      for (OpCase row : OpCases.all()) {
        try {
          run(backend, row);
        } catch (RuntimeException | Error e) {
          failures.add(backend.name() + ", " + row + ": " + e);
        }
      }
    }
  }

  private static void run(TrainingBackend backend, OpCase row) {
    Network alone = row.alone();
    CompileOptions options = CompileOptions.batch(row.batch());
    Parameters parameters = Parameters.allocate(alone.parameters());
    try (Plan plan = backend.compile(alone, parameters, options);
        Session session = plan.session()) {
      session.run();
    }
    if (row.learns()) {
      Network training = Gradients.of(row.between(), row.loss());
      Parameters initial = Parameters.allocate(training.parameters());
      try (Session session = backend.train(training, initial, options)) {
        session.run();
      }
    }
  }

  static void checkOperations(TrainingBackend backend, OpCase row) {
    Network network = row.learns() ? Gradients.of(row.between(), row.loss()) : row.alone();
    for (Network form : List.of(network, EpilogueFusion.apply(network))) {
      RandomValues random = new RandomValues(SEED);
      Map<String, double[]> inputs = random.inputs(form, row.batch(), row.classes());
      Map<String, double[]> parameters = random.parameters(form);
      Map<Value, double[]> values =
          Evaluator.evaluate(form, inputs, RandomValues.copy(parameters), row.batch());
      for (Node node : form.nodes()) {
        if (standsAlone(node) && (row.isLogits() || !isFrame(node))) {
          checkNode(backend, row, node, values, parameters);
        }
      }
    }
  }

  /** A training batch norm writes parameters, and its fused gradient needs what it kept. */
  private static boolean standsAlone(Node node) {
    boolean training = node.op() instanceof BatchNorm norm && norm.training();
    boolean masked = node.op() instanceof JointGradient gradient && gradient.forward().isFused();
    return !(node.op() instanceof Input) && !training && !masked;
  }

  private static boolean isFrame(Node node) {
    String name = node.name();
    return name.startsWith("stem.") || FRAME.stream().anyMatch(name::startsWith);
  }

  private static void checkNode(
      TrainingBackend backend,
      OpCase row,
      Node node,
      Map<Value, double[]> values,
      Map<String, double[]> parameters) {
    NetworkBuilder net = new NetworkBuilder(node.name());
    Map<Value, Value> given = new LinkedHashMap<>();
    Map<String, double[]> inputs = new LinkedHashMap<>();
    for (Value input : node.inputs()) {
      if (!given.containsKey(input)) {
        String name = "in" + given.size();
        given.put(input, net.input(name, input.shape()));
        inputs.put(name, rounded(values.get(input)));
      }
    }
    List<Value> operands = node.inputs().stream().map(given::get).toList();
    List<Value> made = net.appendAll(node.name(), node.op(), operands, node.parameters());
    made.forEach(value -> net.output("out" + value.id(), value));
    Network alone = net.build();
    Node copy = alone.nodes().get(alone.nodes().size() - 1);
    Map<Value, double[]> exact = Evaluator.evaluate(alone, inputs, parameters, row.batch());
    double[][] bounds = Bounds.of(copy, row.batch(), parameters, exact, Bounds.WORST_CASE);
    Map<String, double[]> got =
        BackendRuns.infer(backend, alone, inputs, parameters, unoptimized(row.batch()));
    for (int i = 0; i < made.size(); i++) {
      double[] expected = exact.get(made.get(i));
      double[] bound = bounds[i];
      String what = row + ", " + node.name() + " (" + node.op().label() + ") output " + i;
      shares(backend, "operations")
          .check(
              what,
              SEED,
              expected,
              got.get("out" + made.get(i).id()),
              index -> bound[index] + Bounds.UNIT_ROUNDOFF * Math.abs(expected[index]));
    }
  }

  private static double[] rounded(double[] values) {
    double[] rounded = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = (float) values[i];
    }
    return rounded;
  }

  private static CompileOptions unoptimized(int batch) {
    return CompileOptions.batch(batch).unoptimized();
  }

  /** Inference, with and without the passes. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("rows")
  void inferenceEqualsReference(String backend, OpCase row) {
    checkInference(backend(backend), row);
  }

  static void checkInference(TrainingBackend backend, OpCase row) {
    Network network = row.alone();
    RandomValues random = new RandomValues(SEED);
    Map<String, double[]> inputs = random.inputs(network, row.batch(), row.classes());
    Map<String, double[]> parameters = random.parameters(network);
    RoundingNoise.Results expected =
        RoundingNoise.of(network, row.batch(), inputs, parameters, SEED);
    CompileOptions options = CompileOptions.batch(row.batch());
    for (CompileOptions form : List.of(options, options.unoptimized())) {
      Map<String, double[]> got = BackendRuns.infer(backend, network, inputs, parameters, form);
      double[] y = expected.exact().get("y");
      String what = row + (form.optimize() ? ", optimised" : ", as described");
      shares(backend, "inference").check(what, SEED, y, got.get("y"), expected.tolerance("y"));
    }
  }

  /** NaN and infinities come out where the definition has them, and nowhere else. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("operations")
  void valuesThatAreNotFiniteAreThoseOfTheReference(String backend, OpCase row) {
    NonFiniteRows.checkInference(backend(backend), row, false);
  }

  /** Training ends on all backends where it ends on the reference. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("learningRows")
  void lossOrGradientThatIsNotFiniteIsSeen(String backend, OpCase row) {
    NonFiniteRows.checkTraining(backend(backend), row, false);
  }

  /** Loss, logits, each gradient and the running statistics, with and without the passes. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("learningRows")
  void trainingEqualsReference(String backend, OpCase row) {
    checkTraining(backend(backend), row);
  }

  static void checkTraining(TrainingBackend backend, OpCase row) {
    Network network = Gradients.of(row.between(), row.loss());
    RandomValues random = new RandomValues(SEED);
    Map<String, double[]> inputs = random.inputs(network, row.batch(), row.classes());
    Map<String, double[]> parameters = random.parameters(network);
    RoundingNoise.Results expected =
        RoundingNoise.of(network, row.batch(), inputs, parameters, SEED);
    CompileOptions options = CompileOptions.batch(row.batch());
    for (CompileOptions form : List.of(options, options.unoptimized())) {
      Map<String, double[]> got = BackendRuns.learn(backend, network, inputs, parameters, form);
      assertEquals(expected.exact().keySet(), got.keySet());
      expected
          .exact()
          .forEach(
              (name, values) ->
                  shares(backend, "training")
                      .check(
                          row + (form.optimize() ? ", optimised, " : ", as described, ") + name,
                          SEED,
                          values,
                          got.get(name),
                          expected.tolerance(name)));
    }
  }
}
