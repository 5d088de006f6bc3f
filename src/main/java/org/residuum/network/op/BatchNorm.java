package org.residuum.network.op;

import java.util.List;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;

/**
 * Batch normalisation over axis 1 of (N, C, H, W) or (N, C) (Ioffe and Szegedy 2015, algorithm 1),
 * then an activation: y = activation(gamma (x - mean) / sqrt(var + epsilon) + beta). Parameters:
 * gamma, beta, running mean, running var, each {@code (C)}.
 *
 * <p>In training it normalises by the batch's own mean and biased variance, gives those as second
 * and third output, and moves the running statistics: running += momentum (batch - running), with
 * the unbiased variance (PyTorch's rule). In the form of inference it is linear: dx = dy gamma /
 * sqrt(var + epsilon), which is what training takes of a frozen one.
 */
public record BatchNorm(float epsilon, float momentum, boolean training, Activation activation)
    implements Op {
  public static final float EPSILON = 1e-5f;
  public static final float MOMENTUM = 0.1f;

  public BatchNorm {
    if (!(epsilon > 0) || !(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException(
          "batch norm needs epsilon > 0 and momentum in 0..1, not " + epsilon + " and " + momentum);
    }
  }

  @Override
  public BatchNorm forTraining() {
    return new BatchNorm(epsilon, momentum, true, activation);
  }

  public BatchNorm with(Activation newActivation) {
    return new BatchNorm(epsilon, momentum, training, newActivation);
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 1);
    Shape x = Shapes.channels(inputs.get(0));
    Shape channels = Shape.of(x.extent(1));
    return training ? List.of(x, channels, channels) : List.of(x);
  }

  @Override
  public List<Shape> parameters(List<Shape> inputs) {
    Shape channels = Shape.of(inputs.get(0).extent(1));
    return List.of(channels, channels, channels, channels);
  }

  @Override
  public List<ParameterSpec.Role> roles() {
    return List.of(
        ParameterSpec.Role.GAMMA,
        ParameterSpec.Role.BETA,
        ParameterSpec.Role.RUNNING_MEAN,
        ParameterSpec.Role.RUNNING_VAR);
  }

  @Override
  public Op.Derivative derivative() {
    return training ? Op.Derivative.JOINT : Op.Derivative.FROM_DY;
  }

  @Override
  public boolean isFused() {
    return !activation.isNone();
  }

  @Override
  public boolean normalizes() {
    return true;
  }

  @Override
  public boolean mixesExamples() {
    return training;
  }

  @Override
  public String label() {
    return "batch norm"
        + (training ? " (training)" : "")
        + (activation.isNone() ? "" : ", " + activation);
  }
}
