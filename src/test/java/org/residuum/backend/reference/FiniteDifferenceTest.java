package org.residuum.backend.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.Networks;
import org.residuum.backend.OpCase;
import org.residuum.backend.OpCases;
import org.residuum.backend.RandomValues;
import org.residuum.backend.tolerance.Shares;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Value;
import org.residuum.plan.Gradients;

/**
 * The reference backend's gradients against central differences of its loss, in double precision:
 * for each input and each parameter some single elements and some directions through all of them.
 */
class FiniteDifferenceTest {
  private static final long SEED = 20151210;
  private static final int DIRECTIONS = 2;
  private static final Shares SHARES = new Shares("finite differences");

  static Stream<OpCase> cases() {
    return OpCases.learning();
  }

  @AfterAll
  static void report() {
    SHARES.report();
  }

  @Test
  void tableHasNoRowTwice() {
    List<String> names = OpCases.all().stream().map(OpCase::name).toList();
    assertEquals(names.stream().distinct().toList(), names);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsEqualFiniteDifferences(OpCase row) {
    new Check(row, SEED).run();
  }

  /** One row: the training network, its data and its analytic gradients. */
  private static final class Check {
    private final OpCase row;
    private final long seed;
    private final Network training;
    private final LossNetwork loss;
    private final Map<String, double[]> inputs;
    private final Map<String, double[]> parameters;
    private final Map<Value, double[]> values;
    private final SplittableRandom random;

    Check(OpCase row, long seed) {
      this.row = row;
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      this.training = Gradients.of(row.between(), row.loss());
      this.loss = new LossNetwork(training, row.batch());
      RandomValues source = new RandomValues(seed);
      this.inputs = source.inputs(training, row.batch(), row.classes());
      this.parameters = source.parameters(training);
      RandomValues.identityStems(training, parameters);
      this.values =
          Evaluator.evaluate(training, inputs, RandomValues.copy(parameters), row.batch());
    }

    void run() {
      for (ParameterSpec spec : training.parameters()) {
        if (spec.role().isTrained()) {
          double[] gradient = values.get(training.output(Gradients.outputName(spec.name())));
          compare(spec.name(), parameters.get(spec.name()), gradient);
        }
      }
      for (Node node : training.nodes()) {
        // Behind an identity the gradient of the stem's output is that of its input.
        if (node.name().startsWith("stem.") && node.name().endsWith(".dw")) {
          Value x = node.inputs().get(0);
          compare(x.name(), inputs.get(x.name()), values.get(node.inputs().get(1)));
        }
      }
    }

    private void compare(String what, double[] at, double[] gradient) {
      assertEquals(at.length, gradient.length, what);
      double largest = 0;
      for (double g : gradient) {
        largest = Math.max(largest, Math.abs(g));
      }
      for (double[] direction : directions(at.length)) {
        double analytic = 0;
        int element = -1;
        int moved = 0;
        for (int i = 0; i < at.length; i++) {
          analytic += gradient[i] * direction[i];
          moved += direction[i] != 0 ? 1 : 0;
          element = direction[i] != 0 ? i : element;
        }
        String where = what + (moved == 1 ? "[" + element + "]" : " along a direction");
        Difference numeric = loss.difference(inputs, parameters, at, direction);
        assertTrue(
            numeric.truncation() <= 1e-3 * (largest + Math.abs(analytic)) + numeric.roundoff(),
            () -> row + ", " + where + ": the step is too long, " + numeric);
        SHARES.check(
            row + ", d loss / d " + where, seed, analytic, numeric.value(), numeric.tolerance());
      }
    }

    /** Unit vectors along axes and, over several elements, along diagonals. */
    private List<double[]> directions(int length) {
      List<double[]> directions = new ArrayList<>();
      int singles = Math.min(length, loss.isLarge() ? 4 : 16);
      for (int k = 0; k < singles; k++) {
        double[] axis = new double[length];
        axis[singles == length ? k : random.nextInt(length)] = 1;
        directions.add(axis);
      }
      for (int k = 0; k < DIRECTIONS && length > 1; k++) {
        double[] diagonal = new double[length];
        for (int i = 0; i < length; i++) {
          diagonal[i] = (random.nextBoolean() ? 1 : -1) / Math.sqrt(length);
        }
        directions.add(diagonal);
      }
      return directions;
    }
  }

  /**
   * A directional derivative D(h) = (L(x + h d) - L(x - h d)) / 2h.
   *
   * @param truncation |D(2h) - D(h)|, three times the error h² L''' / 6 of D(h)
   * @param roundoff the error of the two losses over 2h
   */
  private record Difference(double value, double truncation, double roundoff) {
    double tolerance() {
      return truncation + roundoff;
    }
  }

  /** The forward half of a training network, evaluated near a point. */
  private static final class LossNetwork {
    private static final double STEP = 0x1p-14;
    private static final double SHORTEST_STEP = 0x1p-22;
    private static final double UNIT_ROUNDOFF = 0x1p-53;

    private final Network network;
    private final int batch;
    private final long reduction;

    LossNetwork(Network training, int batch) {
      this.network = Networks.until(training, Gradients.LOSS);
      this.batch = batch;
      this.reduction =
          network.nodes().stream().mapToLong(node -> Networks.reduction(node, batch)).sum();
    }

    boolean isLarge() {
      return network.flops() * batch > 100_000;
    }

    Difference difference(
        Map<String, double[]> inputs,
        Map<String, double[]> parameters,
        double[] at,
        double[] direction) {
      double[] start = at.clone();
      Point middle = evaluate(inputs, parameters);
      try {
        for (double h = STEP; h >= SHORTEST_STEP; h /= 2) {
          Point[] points = new Point[4];
          double[] steps = {-2 * h, -h, h, 2 * h};
          boolean smooth = true;
          for (int k = 0; k < steps.length && smooth; k++) {
            for (int i = 0; i < at.length; i++) {
              at[i] = start[i] + steps[k] * direction[i];
            }
            points[k] = evaluate(inputs, parameters);
            smooth = Networks.sameBranches(network, middle.values(), points[k].values());
          }
          if (smooth) {
            return difference(points, h, middle.magnitude());
          }
        }
      } finally {
        System.arraycopy(start, 0, at, 0, at.length);
      }
      throw new AssertionError("a kink lies within " + SHORTEST_STEP + "; take another seed");
    }

    private Difference difference(Point[] points, double h, double magnitude) {
      double near = (points[2].loss() - points[1].loss()) / (2 * h);
      double far = (points[3].loss() - points[0].loss()) / (4 * h);
      double roundoff = reduction * UNIT_ROUNDOFF * magnitude / h;
      return new Difference(near, Math.abs(far - near), roundoff);
    }

    private Point evaluate(Map<String, double[]> inputs, Map<String, double[]> parameters) {
      Map<String, double[]> own = new HashMap<>(parameters);
      network.parameters().stream()
          .filter(spec -> !spec.role().isTrained())
          .forEach(spec -> own.put(spec.name(), parameters.get(spec.name()).clone()));
      Map<Value, double[]> values = Evaluator.evaluate(network, inputs, own, batch);
      return new Point(values, values.get(network.output(Gradients.LOSS))[0]);
    }
  }

  private record Point(Map<Value, double[]> values, double loss) {
    /** The largest value on the way to the loss. */
    double magnitude() {
      double largest = 1;
      for (double[] array : values.values()) {
        for (double value : array) {
          largest = Math.max(largest, Math.abs(value));
        }
      }
      return largest;
    }
  }
}
