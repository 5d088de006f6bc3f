package org.residuum.format.onnx;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.residuum.format.FormatException;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Value;
import org.residuum.network.op.Activation;
import org.residuum.network.op.BatchNorm;

/** BatchNormalization, and scaling and shifting by constants, which is written as one. */
final class Norms {
  private Norms() {}

  static void enter(Operators operators) {
    operators.readsLayer(
        "BatchNormalization",
        Norms::batchNormalization,
        "7 5 5 epsilon:float momentum:float spatial:int",
        "9 5 5 epsilon:float momentum:float",
        "14 5 5 epsilon:float momentum:float training_mode:int");
    operators.writes(BatchNorm.class, Norms::write);
  }

  private static void batchNormalization(Step step) throws FormatException {
    // Before opset 14 a node is in training mode where it has more outputs than one.
    if (step.integer("training_mode", 0) != 0 || step.opset() < 14 && step.outputs() > 1) {
      throw step.error("training mode is not supported; export the model in evaluation mode");
    }
    if (step.integer("spatial", 1) == 0) {
      throw step.error("statistics for each pixel (spatial = 0) are not supported");
    }
    Value x = step.value(0);
    int[] e = x.shape().toArray();
    if (e.length < 2) {
      throw step.error("x must be (N, C, ...)");
    }
    Value images = e.length == 2 || e.length == 4 ? x : asImages(step, x);
    List<ParameterSpec> specs =
        List.of(
            spec(step, 1, "weight", ParameterSpec.Role.GAMMA, e[1]),
            spec(step, 2, "bias", ParameterSpec.Role.BETA, e[1]),
            spec(step, 3, "running_mean", ParameterSpec.Role.RUNNING_MEAN, e[1]),
            spec(step, 4, "running_var", ParameterSpec.Role.RUNNING_VAR, e[1]));
    float epsilon = step.number("epsilon", BatchNorm.EPSILON);
    BatchNorm op = new BatchNorm(epsilon, BatchNorm.MOMENTUM, false, Activation.NONE);
    Value y = step.append("", op, specs, images);
    step.result(step.reshape("reshape", y, e));
  }

  private static Value asImages(Step step, Value x) throws FormatException {
    int[] e = x.shape().toArray();
    int pixels = 1;
    for (int axis = 2; axis < e.length; axis++) {
      pixels = Math.multiplyExact(pixels, e[axis]);
    }
    return step.reshape("images", x, e[0], e[1], pixels, 1);
  }

  private static ParameterSpec spec(
      Step step, int input, String kind, ParameterSpec.Role role, int channels)
      throws FormatException {
    Constant tensor = Products.floats(step, input, kind);
    Products.requireSize(step, tensor, channels);
    return step.parameter(step.inputName(input), kind, tensor.reshaped(channels), role);
  }

  /**
   * y = gamma x + beta, one factor and one summand for each index of axis 1, as a batch norm of
   * mean 0 and variance 1.
   */
  static Value affine(Step step, Value x, float[] gamma, float[] beta) throws FormatException {
    int channels = gamma.length;
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    List<ParameterSpec> specs =
        List.of(
            own(step, "weight", gamma, ParameterSpec.Role.GAMMA),
            own(step, "bias", beta, ParameterSpec.Role.BETA),
            own(step, "running_mean", new float[channels], ParameterSpec.Role.RUNNING_MEAN),
            own(step, "running_var", ones, ParameterSpec.Role.RUNNING_VAR));
    // 1 + Float.MIN_NORMAL is 1 in 32 bits: the factors stay exact.
    BatchNorm op = new BatchNorm(Float.MIN_NORMAL, BatchNorm.MOMENTUM, false, Activation.NONE);
    return step.append("", op, specs, x);
  }

  private static ParameterSpec own(
      Step step, String kind, float[] values, ParameterSpec.Role role) {
    Constant tensor = Constant.ofFloats(new int[] {values.length}, FloatBuffer.wrap(values));
    return step.parameter(null, kind, tensor, role);
  }

  /** ONNX's momentum is the share of the old statistics, PyTorch's that of the new. */
  private static void write(Export to, Node node, BatchNorm op) {
    if (op.training()) {
      throw new IllegalArgumentException(
          "node " + node.name() + " is a batch norm in training; write the network for inference");
    }
    GraphWriter.NodeWriter made = to.start("BatchNormalization", node);
    node.parameters().forEach(spec -> made.input(spec.name()));
    made.attribute("epsilon", op.epsilon()).attribute("momentum", 1 - op.momentum());
    to.finish(node, made, "normal", op.activation());
  }
}
