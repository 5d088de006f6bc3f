package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.residuum.backend.cpu.onednn.InstructionSet;
import org.residuum.backend.reference.Evaluator;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Window;
import org.residuum.plan.Gradients;
import org.residuum.plan.Passes;

/**
 * A row of the table with one value that is not finite among its inputs or parameters, the first,
 * the middle or the last: where a backend's results are NaN or infinite, and where they are not.
 */
public final class NonFiniteRows {
  private static final long SEED = 20190101;
  private static final boolean WIDE = InstructionSet.name().startsWith("avx512");
  private static final double[] VALUES = {
    Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
  };

  /** How far a backend may be from the definition. */
  enum Rule {
    /** The same values at the same places. */
    EXACT,
    /** An infinity may be NaN, and -∞ before a ReLU, too. Nothing is lost. */
    NAN_FOR_INFINITY,
    /** The output channel of such a weight may be NaN in all its pixels; no other channel may. */
    CHANNEL_OF_THE_WEIGHT,
    /** An example that takes in one such value may be NaN in all its results. */
    WHOLE_EXAMPLES
  }

  /** The one value that is not finite. */
  private record Place(String tensor, int at, double value) {
    @Override
    public String toString() {
      return value + " at " + tensor + "[" + at + "]";
    }
  }

  private final TrainingBackend backend;
  private final OpCase row;
  private final Network network;
  private final Map<String, double[]> inputs;
  private final Map<String, double[]> parameters;
  private final boolean brief;

  private NonFiniteRows(TrainingBackend backend, OpCase row, Network network, boolean brief) {
    this.brief = brief;
    this.backend = backend;
    this.row = row;
    this.network = network;
    RandomValues random = new RandomValues(SEED);
    this.inputs = random.inputs(network, row.batch(), row.classes());
    this.parameters = random.parameters(network);
    RandomValues.identityStems(network, parameters);
  }

  /**
   * Forward, optimised and as described.
   *
   * @param brief whether for slow backends a NaN at the start of each input will do, optimised
   */
  public static void checkInference(TrainingBackend backend, OpCase row, boolean brief) {
    NonFiniteRows check = new NonFiniteRows(backend, row, row.alone(), brief);
    check.forEach((place, exact) -> check.infer(place, exact.get(check.network.output("y"))));
  }

  /** A step that the definition gives no finite loss or gradient has none on the backend. */
  static void checkTraining(TrainingBackend backend, OpCase row, boolean brief) {
    Network training = Gradients.of(row.between(), row.loss());
    NonFiniteRows check = new NonFiniteRows(backend, row, training, brief);
    check.forEach(check::learn);
  }

  private void forEach(BiConsumer<Place, Map<Value, double[]>> check) {
    for (Map<String, double[]> where : brief ? List.of(inputs) : List.of(inputs, parameters)) {
      for (Map.Entry<String, double[]> entry : where.entrySet()) {
        for (int k = 0;
            k < (brief ? 1 : VALUES.length) && !entry.getKey().equals(Gradients.targetsOf(network));
            k++) {
          double[] values = entry.getValue();
          int at = k * (values.length - 1) / 2;
          double kept = values[at];
          values[at] = VALUES[k];
          Map<Value, double[]> exact =
              Evaluator.evaluate(network, inputs, RandomValues.copy(parameters), row.batch());
          check.accept(new Place(entry.getKey(), at, VALUES[k]), exact);
          values[at] = kept;
        }
      }
    }
  }

  private void infer(Place place, double[] exact) {
    for (CompileOptions form : forms()) {
      Network run = form.optimize() ? optimized() : network;
      double[] got = BackendRuns.infer(backend, network, inputs, parameters, form).get("y");
      check(rule(run, place), place, exact, got, what(place, form));
    }
  }

  private String what(Place place, CompileOptions form) {
    return row + ", " + place + (form.optimize() ? ", optimised" : ", as described");
  }

  private List<CompileOptions> forms() {
    CompileOptions options = CompileOptions.batch(row.batch());
    return brief ? List.of(options) : List.of(options, options.unoptimized());
  }

  private Network optimized() {
    return Passes.inference(network, RandomValues.tensors(network, parameters)).network();
  }

  /** The CPU's rules are those that {@link org.residuum.backend.cpu.CpuBackend} states. */
  private Rule rule(Network run, Place place) {
    if (!backend.name().equals("cpu")) {
      return Rule.EXACT;
    }
    Rule rule = Rule.EXACT;
    for (Node node : run.nodes()) {
      Activation.Kind kind = activation(node);
      boolean behindNorm = kind == Activation.Kind.RELU && node.op() instanceof BatchNorm;
      if (kind == Activation.Kind.CLIP || behindNorm) {
        return Rule.WHOLE_EXAMPLES;
      }
      boolean fused = kind == Activation.Kind.RELU && !(node.op() instanceof Activate);
      boolean wideGelu = WIDE && kind == Activation.Kind.GELU;
      rule = widest(rule, fused || wideGelu ? Rule.NAN_FOR_INFINITY : Rule.EXACT);
      boolean padded = WIDE && node.op() instanceof Conv2d op && pads(op.window());
      rule = widest(rule, padded && isWeight(place) ? ofPaddedWeights() : Rule.EXACT);
    }
    return rule;
  }

  /** A dense layer behind the convolution takes all channels in. */
  private Rule ofPaddedWeights() {
    boolean isImage = network.output("y").shape().rank() == 4;
    return isImage ? Rule.CHANNEL_OF_THE_WEIGHT : Rule.WHOLE_EXAMPLES;
  }

  private static Rule widest(Rule a, Rule b) {
    return a.compareTo(b) < 0 ? b : a;
  }

  private static boolean isWeight(Place place) {
    return place.tensor().endsWith(".weight");
  }

  private static boolean pads(Window window) {
    return Stream.of(window.rows(), window.columns())
        .anyMatch(axis -> axis.padBefore() + axis.padAfter() > 0);
  }

  private static Activation.Kind activation(Node node) {
    if (node.op() instanceof Activate op) {
      return op.activation().kind();
    }
    if (node.op() instanceof Add op) {
      return op.activation().kind();
    }
    if (node.op() instanceof BatchNorm op) {
      return op.activation().kind();
    }
    if (node.op() instanceof Conv2d op) {
      return op.epilogue().activation().kind();
    }
    return node.op() instanceof Dense op ? op.epilogue().activation().kind() : Activation.Kind.NONE;
  }

  private void check(Rule rule, Place place, double[] exact, double[] got, String what) {
    if (rule == Rule.EXACT) {
      assertEquals(pattern(exact), pattern(got), what);
      return;
    }
    for (int i = 0; i < exact.length; i++) {
      boolean lost = !Double.isFinite(exact[i]) && Double.isFinite(got[i]);
      assertTrue(!lost, what + ": " + exact[i] + " at " + i + " became " + got[i]);
      boolean free =
          switch (rule) {
            case WHOLE_EXAMPLES -> true;
            case CHANNEL_OF_THE_WEIGHT -> channelOf(i) == channelOf(place);
            default -> Double.isInfinite(place.value());
          };
      assertTrue(free || Double.isNaN(got[i]) == Double.isNaN(exact[i]), what + ": NaN at " + i);
    }
  }

  /** The channel of a value of the result (N, C, H, W). */
  private int channelOf(int index) {
    Shape y = network.output("y").shape();
    int pixels = y.extent(2) * y.extent(3);
    return index / pixels % y.extent(1);
  }

  /** The output channel that a weight is of. */
  private int channelOf(Place place) {
    ParameterSpec weight =
        network.parameters().stream()
            .filter(spec -> spec.name().equals(place.tensor()))
            .findFirst()
            .orElseThrow();
    return place.at() / (parameters.get(place.tensor()).length / weight.shape().extent(0));
  }

  private void learn(Place place, Map<Value, double[]> exact) {
    Map<String, double[]> expected = new HashMap<>();
    network.outputs().forEach((name, value) -> expected.put(name, exact.get(value)));
    expected.remove("logits");
    if (expected.values().stream().allMatch(NonFiniteRows::isFinite)) {
      return;
    }
    for (CompileOptions form : forms()) {
      Map<String, double[]> got = BackendRuns.learn(backend, network, inputs, parameters, form);
      boolean seen = expected.keySet().stream().anyMatch(name -> !isFinite(got.get(name)));
      assertTrue(seen, what(place, form));
    }
  }

  private static boolean isFinite(double[] values) {
    return Arrays.stream(values).allMatch(Double::isFinite);
  }

  /** Each place that is not finite, with what stands there. */
  private static List<String> pattern(double[] values) {
    List<String> pattern = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        pattern.add(i + ": " + values[i]);
      }
    }
    return pattern;
  }
}
