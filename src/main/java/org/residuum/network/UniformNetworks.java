package org.residuum.network;

import java.util.List;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Window;

/**
 * Residual networks of any number of blocks that are all alike, to study depth by itself: {@code
 * blocks.0}, {@code blocks.1}, ... behind a stem.
 */
final class UniformNetworks {
  private final NetworkBuilder net;
  private final boolean batchNorm;

  private UniformNetworks(String name, boolean batchNorm) {
    this.net = new NetworkBuilder(batchNorm ? name + "-bn" : name);
    this.batchNorm = batchNorm;
  }

  /**
   * {@link ResNets#mlp} with a batch norm behind each dense layer but the last. Input {@code x},
   * output {@code logits}.
   *
   * @param example the shape of one example; null for the blocks alone, with output {@code y}
   */
  static Network normalisedMlp(Shape example, int width, int blocks, int classes) {
    UniformNetworks form = new UniformNetworks("mlp" + width + "x" + blocks, true);
    NetworkBuilder net = form.net;
    Value x = net.input("x", example == null ? Shape.batch(width) : batched(example));
    Value y = x;
    if (example != null) {
      Value flat = x.shape().rank() == 2 ? x : net.flatten("flatten", x);
      y = net.relu("relu", form.dense("stem", "stem_bn", flat, width, false));
    }
    for (int i = 0; i < blocks; i++) {
      String name = "blocks." + i;
      Value h = form.dense(name + ".fc1", name + ".bn1", y, width, false);
      h = net.relu(name + ".relu1", h);
      Value f = form.dense(name + ".fc2", name + ".bn2", h, width, true);
      y = net.relu(name + ".relu2", net.add(name + ".add", f, y));
    }
    boolean bare = example == null;
    net.output(bare ? "y" : "logits", bare ? y : net.dense("head", y, classes));
    return net.build();
  }

  /**
   * A 3×3 convolution, then basic blocks of the same width and size, a mean over the pixels and a
   * dense layer. Input {@code x}, output {@code logits}.
   *
   * @param image (C, H, W)
   * @param width channels
   * @param batchNorm whether a batch norm follows each convolution; without one it has a bias
   */
  static Network conv(Shape image, int width, int blocks, int classes, boolean batchNorm) {
    UniformNetworks form = new UniformNetworks("conv" + width + "x" + blocks, batchNorm);
    NetworkBuilder net = form.net;
    Value x = net.input("x", batched(image));
    Value y = net.relu("relu", form.conv("conv1", "bn1", x, width, false));
    for (int i = 0; i < blocks; i++) {
      String name = "blocks." + i;
      Value h = form.conv(name + ".conv1", name + ".bn1", y, width, false);
      h = net.relu(name + ".relu1", h);
      Value f = form.conv(name + ".conv2", name + ".bn2", h, width, true);
      y = net.relu(name + ".relu2", net.add(name + ".add", f, y));
    }
    Value pooled = net.flatten("flatten", net.globalAveragePool("avgpool", y));
    net.output("logits", net.dense("linear", pooled, classes));
    return net.build();
  }

  private Value dense(String name, String norm, Value x, int width, boolean closesBranch) {
    Value product = net.dense(name, x, new Dense(width, false, Epilogue.NONE));
    return net.batchNorm(norm, product, BatchNorm.EPSILON, closesBranch);
  }

  private Value conv(String name, String norm, Value x, int width, boolean closesBranch) {
    Conv2d op = new Conv2d(width, Window.square(3, 1, 1), 1, !batchNorm, Epilogue.NONE);
    if (batchNorm) {
      return net.batchNorm(norm, net.conv2d(name, x, op), BatchNorm.EPSILON, closesBranch);
    }
    ParameterSpec.Role[] roles = {ParameterSpec.Role.WEIGHT, ParameterSpec.Role.BIAS};
    Shape weight = Shape.of(width, x.shape().extent(1), 3, 3);
    List<ParameterSpec> parameters =
        List.of(
            new ParameterSpec(name + ".weight", weight, roles[0], closesBranch),
            new ParameterSpec(name + ".bias", Shape.of(width), roles[1]));
    return net.append(name, op, List.of(x), parameters);
  }

  private static Shape batched(Shape example) {
    return Shape.batch(example.toArray());
  }
}
