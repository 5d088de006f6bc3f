package org.residuum.backend;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.Value;
import org.residuum.plan.Gradients;

/** Inputs and parameters that a seed replays; all of them are floats, exactly. */
public final class RandomValues {
  private final SplittableRandom random;

  public RandomValues(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /**
   * {@code count} values between -2 and 2, no two closer than 4 / count and none closer than 1 /
   * count to 0, in random order: maxima have a margin.
   */
  public double[] spread(int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) ((i + 0.25 - count / 2.0) * 4 / count);
    }
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      double kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
    return values;
  }

  /** Uniform in low..high. */
  public double[] uniform(int count, double low, double high) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (low + (high - low) * random.nextDouble());
    }
    return values;
  }

  /** Normal with mean 0. */
  public double[] normal(int count, double deviation) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /** A value for each input; {@code labels} are classes, {@code targets} 0 to 1, some 0. */
  public Map<String, double[]> inputs(Network network, int batch, int classes) {
    Map<String, double[]> inputs = new LinkedHashMap<>();
    for (Value value : network.inputs()) {
      int count = Math.toIntExact(value.shape().elements(batch));
      inputs.put(
          value.name(),
          switch (value.name()) {
            case Gradients.LABELS -> labels(count, classes);
            case Gradients.TARGETS -> targets(count);
            default -> spread(count);
          });
    }
    return inputs;
  }

  private double[] targets(int count) {
    double[] targets = uniform(count, 0, 1);
    for (int i = 0; i < count; i++) {
      targets[i] = targets[i] < 0.2 ? 0 : targets[i];
    }
    return targets;
  }

  private double[] labels(int count, int classes) {
    double[] labels = new double[count];
    for (int i = 0; i < count; i++) {
      labels[i] = random.nextInt(classes);
    }
    return labels;
  }

  /**
   * Every parameter, batch norms with statistics far from 0 and 1: weights of He's variance, scales
   * in 0.5..1.5, variances in 0.5..2, the rest of deviation 0.3.
   */
  public Map<String, double[]> parameters(Network network) {
    Map<String, double[]> parameters = new LinkedHashMap<>();
    for (ParameterSpec spec : network.parameters()) {
      int count = spec.shape().elements();
      parameters.put(
          spec.name(),
          switch (spec.role()) {
            case WEIGHT -> weights(count, fanIn(spec.shape()));
            case GAMMA -> uniform(count, 0.5, 1.5);
            case RUNNING_VAR -> uniform(count, 0.5, 2);
            case BIAS, BETA, RUNNING_MEAN -> normal(count, 0.3);
          });
    }
    return parameters;
  }

  /** Uniform, of variance 2 / fan. */
  private double[] weights(int count, int fan) {
    double bound = Math.sqrt(6.0 / fan);
    return uniform(count, -bound, bound);
  }

  private static int fanIn(Shape weight) {
    return weight.elements() / weight.extent(0);
  }

  /** Sets the stems of {@link OpCase#between} to the identity. */
  public static void identityStems(Network network, Map<String, double[]> parameters) {
    for (ParameterSpec spec : network.parameters()) {
      if (spec.name().startsWith("stem.")) {
        parameters.put(spec.name(), identity(spec.shape()));
      }
    }
  }

  private static double[] identity(Shape weight) {
    double[] values = new double[weight.elements()];
    int columns = weight.extent(1);
    for (int row = 0; row < weight.extent(0); row++) {
      values[row * columns + (columns == 1 ? 0 : row)] = 1;
    }
    return values;
  }

  /** A deep copy. */
  public static Map<String, double[]> copy(Map<String, double[]> values) {
    Map<String, double[]> copies = new HashMap<>();
    values.forEach((name, array) -> copies.put(name, array.clone()));
    return copies;
  }

  /** As host tensors. */
  public static Parameters tensors(Network network, Map<String, double[]> values) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (ParameterSpec spec : network.parameters()) {
      tensors.put(spec.name(), Tensor.of(spec.shape(), floats(values.get(spec.name()))));
    }
    return new Parameters(tensors);
  }

  /** Rounded to floats. */
  public static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
