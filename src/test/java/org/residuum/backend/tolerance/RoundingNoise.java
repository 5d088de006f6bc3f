package org.residuum.backend.tolerance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.residuum.backend.RandomValues;
import org.residuum.backend.reference.Evaluator;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Input;

/**
 * What 32-bit arithmetic may do to the results of a whole network. Every value that rounds is moved
 * by a random amount of the size of its own rounding errors, {@link Bounds} with independent
 * roundings, and the reference backend carries those on, exactly; the results' deviations over a
 * few such runs are their standard errors. A backend is allowed {@link #DEVIATIONS} of them.
 */
public final class RoundingNoise {
  /** Of 10⁵ normal deviates none exceeds 5 but once in 20 tables; the rest is for the few runs. */
  public static final double DEVIATIONS = 8;

  private static final int RUNS = 4;

  private final Network network;
  private final int batch;
  private final Map<String, double[]> inputs;
  private final Map<String, double[]> parameters;
  private final Roundings precision;
  private final Network noisy;
  private final Map<Value, String> noiseOf = new HashMap<>();
  private final Map<Value, Value> twin = new HashMap<>();

  private RoundingNoise(
      Network network,
      int batch,
      Map<String, double[]> inputs,
      Map<String, double[]> parameters,
      Roundings precision) {
    this.precision = precision;
    this.network = network;
    this.batch = batch;
    this.inputs = inputs;
    this.parameters = parameters;
    this.noisy = withNoise();
  }

  /** Exact results and what may be added to or missing from each. */
  public record Results(Map<String, double[]> exact, Map<String, double[]> tolerances) {
    public Shares.Tolerance tolerance(String name) {
      double[] all = tolerances.get(name);
      return index -> all[index];
    }
  }

  /**
   * The outputs of the network and, in training, its running statistics.
   *
   * @param network unfused
   */
  public static Results of(
      Network network,
      int batch,
      Map<String, double[]> inputs,
      Map<String, double[]> parameters,
      long seed) {
    return of(network, batch, inputs, parameters, Roundings.FP32, seed);
  }

  /** The same where operands and results are rounded more coarsely. */
  public static Results of(
      Network network,
      int batch,
      Map<String, double[]> inputs,
      Map<String, double[]> parameters,
      Roundings precision,
      long seed) {
    return new RoundingNoise(network, batch, inputs, parameters, precision).run(seed);
  }

  /**
   * The network with its roundings as inputs, for the size that they have at this point.
   *
   * @param network {@code noise/...} are inputs of it
   * @param amplitudes their standard deviations
   * @param losses what is missing where products shrink
   */
  public record Noisy(
      Network network, Map<String, double[]> amplitudes, Map<String, double[]> losses) {
    public Map<String, double[]> draw(SplittableRandom random) {
      Map<String, double[]> drawn = new HashMap<>();
      amplitudes.forEach((name, amplitude) -> drawn.put(name, normal(amplitude, random)));
      return drawn;
    }

    /** What {@link #draw} gives where products shrink and nothing scatters. */
    public Map<String, double[]> drawLosses() {
      Map<String, double[]> drawn = new HashMap<>(amplitudes);
      drawn.replaceAll(
          (name, amplitude) -> losses.getOrDefault(name, new double[amplitude.length]));
      return drawn;
    }
  }

  /** For many runs with changing parameters. */
  public static Noisy noisy(
      Network network,
      int batch,
      Map<String, double[]> inputs,
      Map<String, double[]> parameters,
      Roundings precision) {
    RoundingNoise noise = new RoundingNoise(network, batch, inputs, parameters, precision);
    Map<String, double[]> own = RandomValues.copy(parameters);
    return noise.noisy(Evaluator.evaluate(network, inputs, own, batch));
  }

  private Noisy noisy(Map<Value, double[]> exact) {
    return new Noisy(noisy, amplitudes(exact), losses(exact));
  }

  private Results run(long seed) {
    Map<String, double[]> after = RandomValues.copy(parameters);
    Map<Value, double[]> exact = Evaluator.evaluate(network, inputs, after, batch);
    Map<String, double[]> expected = results(network, exact, after);
    Noisy moving = noisy(exact);
    Map<String, double[]> squares = new TreeMap<>();
    expected.forEach((name, values) -> squares.put(name, new double[values.length]));
    SplittableRandom random = new SplittableRandom(seed);
    for (int run = 0; run < RUNS; run++) {
      Map<String, double[]> given = new HashMap<>(inputs);
      given.putAll(moving.draw(random));
      Map<String, double[]> moved = RandomValues.copy(parameters);
      Map<Value, double[]> values = Evaluator.evaluate(noisy, given, moved, batch);
      roundStatistics(given, moved);
      results(noisy, values, moved)
          .forEach((name, got) -> addSquares(squares.get(name), got, expected.get(name)));
    }
    Map<String, double[]> tolerances = new LinkedHashMap<>();
    squares.forEach((name, sum) -> tolerances.put(name, tolerances(sum, expected.get(name))));
    if (precision.shrinking() > 0) {
      addLosses(moving, expected, tolerances);
    }
    return new Results(expected, tolerances);
  }

  /** What is missing where all products shrink adds up instead of scattering. */
  private void addLosses(
      Noisy moving, Map<String, double[]> expected, Map<String, double[]> tolerances) {
    Map<String, double[]> given = new HashMap<>(inputs);
    given.putAll(moving.drawLosses());
    Map<String, double[]> moved = RandomValues.copy(parameters);
    Map<Value, double[]> values = Evaluator.evaluate(noisy, given, moved, batch);
    results(noisy, values, moved)
        .forEach(
            (name, got) -> {
              for (int i = 0; i < got.length; i++) {
                tolerances.get(name)[i] += Math.abs(got[i] - expected.get(name)[i]);
              }
            });
  }

  /** A batch norm moves its running statistics by what it computed, roundings included. */
  private void roundStatistics(Map<String, double[]> noise, Map<String, double[]> moved) {
    for (Node node : network.nodes()) {
      if (node.op() instanceof BatchNorm norm && norm.training()) {
        int channels = node.outputs().get(1).shape().extent(0);
        double count = (double) node.inputs().get(0).shape().elements(batch) / channels;
        double unbias = count > 1 ? count / (count - 1) : 1;
        for (int i = 1; i <= 2; i++) {
          double[] rounding = noise.get(noiseOf.get(node.outputs().get(i)));
          double[] running = moved.get(node.parameters().get(i + 1).name());
          for (int c = 0; c < channels; c++) {
            running[c] += norm.momentum() * rounding[c] * (i == 2 ? unbias : 1);
          }
        }
      }
    }
  }

  private static Map<String, double[]> results(
      Network network, Map<Value, double[]> values, Map<String, double[]> parameters) {
    Map<String, double[]> results = new LinkedHashMap<>();
    network.outputs().forEach((name, value) -> results.put(name, values.get(value)));
    network.parameters().stream()
        .filter(spec -> !spec.role().isTrained())
        .forEach(spec -> results.put(spec.name(), parameters.get(spec.name())));
    return results;
  }

  private static double[] normal(double[] amplitude, SplittableRandom random) {
    double[] noise = new double[amplitude.length];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = random.nextGaussian() * amplitude[i];
    }
    return noise;
  }

  private static void addSquares(double[] sums, double[] got, double[] expected) {
    for (int i = 0; i < sums.length; i++) {
      double d = got[i] - expected[i];
      sums[i] += d * d / RUNS;
    }
  }

  /** Few runs say little of one element: the mean over the tensor is the least it gets. */
  private static double[] tolerances(double[] squares, double[] expected) {
    double mean = 0;
    for (double square : squares) {
      mean += square / squares.length;
    }
    double[] tolerances = new double[squares.length];
    for (int i = 0; i < tolerances.length; i++) {
      double stored = Bounds.UNIT_ROUNDOFF * Math.abs(expected[i]);
      tolerances[i] = DEVIATIONS * Math.sqrt(Math.max(mean, squares[i])) + stored;
    }
    return tolerances;
  }

  private Map<String, double[]> amplitudes(Map<Value, double[]> exact) {
    Map<String, double[]> amplitudes = new LinkedHashMap<>();
    for (Node node : network.nodes()) {
      if (rounds(node)) {
        double[][] bounds = Bounds.of(node, batch, parameters, exact, Bounds.INDEPENDENT);
        precision.widen(node, batch, parameters, exact, bounds);
        for (int i = 0; i < bounds.length; i++) {
          amplitudes.put(noiseOf.get(node.outputs().get(i)), bounds[i]);
        }
      }
    }
    return amplitudes;
  }

  private Map<String, double[]> losses(Map<Value, double[]> exact) {
    Map<String, double[]> losses = new LinkedHashMap<>();
    for (Node node : network.nodes()) {
      if (precision.shrinking() > 0 && rounds(node)) {
        double[][] missing = precision.losses(node, batch, parameters, exact);
        for (int i = 0; i < missing.length; i++) {
          losses.put(noiseOf.get(node.outputs().get(i)), missing[i]);
        }
      }
    }
    return losses;
  }

  private static boolean rounds(Node node) {
    return !(node.op() instanceof Input) && !Bounds.isExact(node.op());
  }

  /** The same network with an input {@code noise/<value>} added to each value that rounds. */
  private Network withNoise() {
    NetworkBuilder net = new NetworkBuilder(network.name());
    for (Node node : network.nodes()) {
      List<Value> read = node.inputs().stream().map(twin::get).toList();
      List<Value> made = net.appendAll(node.name(), node.op(), read, node.parameters());
      for (int i = 0; i < made.size(); i++) {
        Value original = node.outputs().get(i);
        twin.put(original, rounds(node) ? noisy(net, original, made.get(i)) : made.get(i));
      }
    }
    network.outputs().forEach((name, value) -> net.output(name, twin.get(value)));
    return net.build();
  }

  private Value noisy(NetworkBuilder net, Value original, Value made) {
    String name = "noise/" + original.id();
    noiseOf.put(original, name);
    Value noise = net.input(name, original.shape());
    List<Value> operands = new ArrayList<>(List.of(made, noise));
    return net.append(name + "/sum", new Add(Activation.NONE), operands, List.of());
  }
}
