package org.residuum.backend.tolerance;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.residuum.backend.RandomValues;
import org.residuum.backend.TrainingBackend;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.plan.Gradients;

/**
 * What the roundings of a precision may do to the results of a network that is too large for {@link
 * RoundingNoise}: the same backend runs with each parameter and input moved by a random share of
 * itself, of the size of the roundings that a product over it suffers. A tensor as a whole is
 * allowed {@link #DEVIATIONS} of the deviations seen.
 */
public final class PerturbedRuns {
  public static final long SEED = 20160318;

  /** The norm of an error scatters little, unlike its elements; the rest is for the few runs. */
  private static final double DEVIATIONS = 4;

  private static final int RUNS = 4;
  private static final int CLASSES = 4;

  /** The longest sums of our networks: 3 × 3 × 512 terms, whose fp32 roundings add as √n. */
  private static final double SUMMATION = 0x1p-24 * Math.sqrt(4608);

  /** What a run is given; not changed by it. */
  public record Values(Map<String, double[]> inputs, Map<String, double[]> parameters) {}

  /** Runs and gives its results by name. */
  @FunctionalInterface
  public interface Run {
    Map<String, double[]> of(TrainingBackend backend, Values values);
  }

  private final Network network;
  private final int batch;
  private final double amplitude;
  private final double shrinking;
  private final Values plain;

  public PerturbedRuns(Network network, int batch, Roundings roundings) {
    this.network = network;
    this.batch = batch;
    this.shrinking = roundings.shrinking();
    this.amplitude =
        SUMMATION + Math.sqrt(3) * roundings.operands() + Math.sqrt(2) * roundings.storage();
    RandomValues random = new RandomValues(SEED);
    Map<String, double[]> parameters = random.parameters(network);
    network.parameters().forEach(spec -> calm(spec, parameters.get(spec.name())));
    this.plain = new Values(random.inputs(network, batch, CLASSES), parameters);
  }

  /** Small last scales of the residual branches, so that values of deep networks stay near 1. */
  private static void calm(ParameterSpec spec, double[] values) {
    for (int i = 0;
        spec.closesBranch() && spec.role() != ParameterSpec.Role.BIAS && i < values.length;
        i++) {
      values[i] = (float) (0.3 * values[i]);
    }
  }

  public Network network() {
    return network;
  }

  public int batch() {
    return batch;
  }

  public Values plain() {
    return plain;
  }

  /** The results of the plain run, and tolerances for them. */
  public RoundingNoise.Results on(TrainingBackend backend, Run run) {
    Map<String, double[]> exact = run.of(backend, plain);
    Map<String, double[]> squares = new LinkedHashMap<>();
    exact.forEach((name, values) -> squares.put(name, new double[values.length]));
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < RUNS; i++) {
      Map<String, double[]> moved = run.of(backend, moved(random));
      exact.forEach((name, values) -> addSquares(squares.get(name), values, moved.get(name)));
    }
    squares.replaceAll((name, sums) -> tolerances(sums, exact.get(name)));
    if (shrinking > 0) {
      run.of(backend, shrunk())
          .forEach((name, values) -> addDistance(squares.get(name), values, exact.get(name)));
    }
    return new RoundingNoise.Results(exact, squares);
  }

  /** With products that are all smaller. */
  private Values shrunk() {
    Map<String, double[]> parameters = RandomValues.copy(plain.parameters());
    for (ParameterSpec spec : network.parameters()) {
      double[] values = parameters.get(spec.name());
      for (int i = 0; spec.role() == ParameterSpec.Role.WEIGHT && i < values.length; i++) {
        values[i] *= 1 - shrinking;
      }
    }
    return new Values(plain.inputs(), parameters);
  }

  private static void addDistance(double[] tolerances, double[] a, double[] b) {
    for (int i = 0; i < tolerances.length; i++) {
      tolerances[i] += Math.abs(a[i] - b[i]);
    }
  }

  private Values moved(SplittableRandom random) {
    return new Values(moved(plain.inputs(), random), moved(plain.parameters(), random));
  }

  private Map<String, double[]> moved(Map<String, double[]> values, SplittableRandom random) {
    Map<String, double[]> moved = new HashMap<>(values);
    moved.replaceAll((name, array) -> name.equals(Gradients.LABELS) ? array : moved(array, random));
    return moved;
  }

  private double[] moved(double[] values, SplittableRandom random) {
    double[] moved = new double[values.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = values[i] * (1 + amplitude * random.nextGaussian());
    }
    return moved;
  }

  private static void addSquares(double[] sums, double[] expected, double[] moved) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (moved[i] - expected[i]) * (moved[i] - expected[i]) / RUNS;
    }
  }

  private static double[] tolerances(double[] squares, double[] expected) {
    double[] tolerances = new double[squares.length];
    for (int i = 0; i < tolerances.length; i++) {
      tolerances[i] =
          DEVIATIONS * Math.sqrt(squares[i]) + Bounds.UNIT_ROUNDOFF * Math.abs(expected[i]);
    }
    return tolerances;
  }
}
