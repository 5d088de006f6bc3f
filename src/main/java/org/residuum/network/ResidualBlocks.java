package org.residuum.network;

import java.util.List;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Subsample;
import org.residuum.network.op.Window;

/**
 * The residual blocks, each a method that appends its nodes. Where the block keeps the shape of x,
 * x itself is the shortcut; elsewhere {@link Shortcut} says what carries it.
 */
public final class ResidualBlocks {
  private final NetworkBuilder net;
  private final Shortcut shortcut;
  private final String shortcutName;

  /**
   * Blocks appended to {@code net}; projections are named {@code <block>.downsample} as in
   * torchvision.
   */
  public ResidualBlocks(NetworkBuilder net, Shortcut shortcut) {
    this(net, shortcut, "downsample");
  }

  /**
   * Blocks appended to {@code net}.
   *
   * @param shortcutName the part of a projection's name behind the block's
   */
  public ResidualBlocks(NetworkBuilder net, Shortcut shortcut, String shortcutName) {
    this.net = net;
    this.shortcut = shortcut;
    this.shortcutName = shortcutName;
  }

  /**
   * y = ReLU(W2·ReLU(W1·x + b1) + b2 + x) on vectors (N, width).
   *
   * @param lastRelu whether the outer ReLU is there; without it the block is y = F(x) + x
   */
  public Value dense(String name, Value x, boolean lastRelu) {
    int width = x.shape().extent(1);
    Value h = net.relu(name + ".relu1", net.dense(name + ".fc1", x, width));
    Dense op = new Dense(width, true, Epilogue.NONE);
    List<ParameterSpec> parameters =
        List.of(
            new ParameterSpec(
                name + ".fc2.weight", Shape.of(width, width), ParameterSpec.Role.WEIGHT, true),
            new ParameterSpec(name + ".fc2.bias", Shape.of(width), ParameterSpec.Role.BIAS));
    Value f = net.append(name + ".fc2", op, List.of(h), parameters);
    Value y = net.add(name + ".add", f, x);
    return lastRelu ? net.relu(name + ".relu2", y) : y;
  }

  /** Two 3×3 convolutions (He et al. 2015, figure 5 left). */
  public Value basic(String name, Value x, int channels, int stride) {
    Value h = net.conv2d(name + ".conv1", x, channels, Window.square(3, stride, 1));
    h = net.relu(name + ".relu1", net.batchNorm(name + ".bn1", h));
    h = net.conv2d(name + ".conv2", h, channels, Window.square(3, 1, 1));
    h = net.batchNorm(name + ".bn2", h, BatchNorm.EPSILON, true);
    return close(name, h, x, stride);
  }

  /**
   * 1×1, 3×3, 1×1 (He et al. 2015, figure 5 right), the stride on the 3×3 as in torchvision.
   *
   * @param width channels of the 3×3 convolution
   * @param channels channels of y
   * @param groups groups of the 3×3 convolution (Xie et al. 2017)
   */
  public Value bottleneck(String name, Value x, int width, int channels, int stride, int groups) {
    Value h = net.conv2d(name + ".conv1", x, width, Window.square(1, 1, 0));
    h = net.relu(name + ".relu1", net.batchNorm(name + ".bn1", h));
    Conv2d middle = new Conv2d(width, Window.square(3, stride, 1), groups, false, Epilogue.NONE);
    h = net.conv2d(name + ".conv2", h, middle);
    h = net.relu(name + ".relu2", net.batchNorm(name + ".bn2", h));
    h = net.conv2d(name + ".conv3", h, channels, Window.square(1, 1, 0));
    h = net.batchNorm(name + ".bn3", h, BatchNorm.EPSILON, true);
    return close(name, h, x, stride);
  }

  /**
   * Batch norm and ReLU before each of two 3×3 convolutions, nothing after the sum (He et al. 2016,
   * figure 1b). Where the shape changes the shortcut starts behind the first ReLU, and a projection
   * has no batch norm of its own.
   */
  public Value preActivation(String name, Value x, int channels, int stride) {
    Value a = net.relu(name + ".relu1", net.batchNorm(name + ".bn1", x));
    Value h = net.conv2d(name + ".conv1", a, channels, Window.square(3, stride, 1));
    h = net.relu(name + ".relu2", net.batchNorm(name + ".bn2", h));
    Conv2d last = new Conv2d(channels, Window.square(3, 1, 1), 1, false, Epilogue.NONE);
    Shape weight = Shape.of(channels, channels, 3, 3);
    ParameterSpec spec =
        new ParameterSpec(name + ".conv2.weight", weight, ParameterSpec.Role.WEIGHT, true);
    h = net.append(name + ".conv2", last, List.of(h), List.of(spec));
    Value carried = x.shape().equals(h.shape()) ? x : carry(name, a, channels, stride, false);
    return net.add(name + ".add", h, carried);
  }

  private Value close(String name, Value h, Value x, int stride) {
    boolean same = x.shape().equals(h.shape());
    Value carried = same ? x : carry(name, x, h.shape().extent(1), stride, true);
    return net.relu(name + ".relu", net.add(name + ".add", h, carried));
  }

  private Value carry(String name, Value x, int channels, int stride, boolean normalise) {
    String path = name + "." + shortcutName;
    if (shortcut == Shortcut.PROJECTION) {
      Value projected = net.conv2d(path + ".0", x, channels, Window.square(1, stride, 0));
      return normalise ? net.batchNorm(path + ".1", projected) : projected;
    }
    int missing = channels - x.shape().extent(1);
    if (missing < 0) {
      throw new IllegalArgumentException(
          "block "
              + name
              + ": zero padding cannot take "
              + x.shape().extent(1)
              + " channels to "
              + channels
              + "; use Shortcut.PROJECTION");
    }
    Value picked = net.append(path + ".subsample", new Subsample(stride), List.of(x), List.of());
    PadChannels pad = new PadChannels(missing / 2, missing - missing / 2);
    return net.append(path + ".pad", pad, List.of(picked), List.of());
  }

  /** What carries x around a block whose output has another shape (He et al. 2015, section 3.3). */
  public enum Shortcut {
    /** Option A: every stride-th pixel, zero channels on both sides; no parameters. */
    ZERO_PAD,
    /** Option B: a strided 1×1 convolution with batch norm. */
    PROJECTION
  }
}
