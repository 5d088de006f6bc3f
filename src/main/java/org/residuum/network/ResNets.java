package org.residuum.network;

import java.util.List;
import java.util.Locale;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Window;

/**
 * The published residual networks, with the parameter names under which their weights are
 * published.
 */
public final class ResNets {
  private ResNets() {}

  /**
   * ResNet for 32×32 colour images in 10 classes, shortcuts of option A; see {@link #cifar(int,
   * Shape, int, Shortcut)}.
   */
  public static Network cifar(int depth) {
    return cifar(depth, Shape.of(3, 32, 32), 10, ResidualBlocks.Shortcut.ZERO_PAD);
  }

  /**
   * ResNet for small images (He et al. 2015, section 4.2): three stages of n basic blocks with 16,
   * 32 and 64 channels. Input {@code x}, output {@code logits} (N, classes). Names as in
   * akamaster's published checkpoints.
   *
   * @param depth 6n + 2: 8, 20, 32, 44, 56, 110, ...
   * @param image (C, H, W)
   */
  public static Network cifar(
      int depth, Shape image, int classes, ResidualBlocks.Shortcut shortcut) {
    return small("resnet" + depth, depth, image, classes, shortcut, false);
  }

  /** The same with pre-activation blocks (He et al. 2016). */
  public static Network cifarPreActivation(
      int depth, Shape image, int classes, ResidualBlocks.Shortcut shortcut) {
    return small("preresnet" + depth, depth, image, classes, shortcut, true);
  }

  private static Network small(
      String name,
      int depth,
      Shape image,
      int classes,
      ResidualBlocks.Shortcut shortcut,
      boolean preActivation) {
    if (depth < 8 || depth % 6 != 2) {
      throw new IllegalArgumentException(
          "a ResNet for small images has depth 6n + 2 (8, 14, 20, 32, 44, 56, 110), not " + depth);
    }
    NetworkBuilder net = new NetworkBuilder(name);
    ResidualBlocks blocks = new ResidualBlocks(net, shortcut, "shortcut");
    Value y = net.conv2d("conv1", net.input("x", batched(image)), 16, Window.square(3, 1, 1));
    if (!preActivation) {
      y = net.relu("relu", net.batchNorm("bn1", y));
    }
    for (int stage = 0; stage < 3; stage++) {
      for (int i = 0; i < (depth - 2) / 6; i++) {
        String block = "layer" + (stage + 1) + "." + i;
        int stride = stage > 0 && i == 0 ? 2 : 1;
        int channels = 16 << stage;
        y =
            preActivation
                ? blocks.preActivation(block, y, channels, stride)
                : blocks.basic(block, y, channels, stride);
      }
    }
    if (preActivation) {
      y = net.relu("relu", net.batchNorm("bn", y));
    }
    return head(net, y, "linear", classes);
  }

  /** ResNet for 224×224 colour images in 1,000 classes: depth 18, 34, 50, 101 or 152. */
  public static Network imagenet(int depth) {
    return imagenet(depth, Shape.of(3, 224, 224), 1000);
  }

  /**
   * ResNet for large images (He et al. 2015, table 1), torchvision's names. Input {@code x}, output
   * {@code logits}.
   *
   * @param image (C, H, W)
   */
  public static Network imagenet(int depth, Shape image, int classes) {
    return large("resnet" + depth, stages(depth), depth >= 50, 64, 1, image, classes);
  }

  /** ResNeXt-50 32×4d (Xie et al. 2017). */
  public static Network resnext50(Shape image, int classes) {
    return large("resnext50_32x4d", stages(50), true, 4, 32, image, classes);
  }

  /** Wide ResNet-50-2 (Zagoruyko and Komodakis 2016): the 3×3 convolutions twice as wide. */
  public static Network wideResnet50(Shape image, int classes) {
    return large("wide_resnet50_2", stages(50), true, 128, 1, image, classes);
  }

  private static List<Integer> stages(int depth) {
    return switch (depth) {
      case 18 -> List.of(2, 2, 2, 2);
      case 34, 50 -> List.of(3, 4, 6, 3);
      case 101 -> List.of(3, 4, 23, 3);
      case 152 -> List.of(3, 8, 36, 3);
      default ->
          throw new IllegalArgumentException(
              "a ResNet for large images has depth 18, 34, 50, 101 or 152, not " + depth);
    };
  }

  private static Network large(
      String name,
      List<Integer> stages,
      boolean bottleneck,
      int widthPerGroup,
      int groups,
      Shape image,
      int classes) {
    NetworkBuilder net = new NetworkBuilder(name);
    ResidualBlocks blocks = new ResidualBlocks(net, ResidualBlocks.Shortcut.PROJECTION);
    Value y = net.conv2d("conv1", net.input("x", batched(image)), 64, Window.square(7, 2, 3));
    y = net.relu("relu", net.batchNorm("bn1", y));
    y = net.pool("maxpool", y, Pool2d.max(Window.square(3, 2, 1)));
    for (int stage = 0; stage < stages.size(); stage++) {
      for (int i = 0; i < stages.get(stage); i++) {
        String block = "layer" + (stage + 1) + "." + i;
        int stride = stage > 0 && i == 0 ? 2 : 1;
        int planes = 64 << stage;
        int width = planes * widthPerGroup / 64 * groups;
        y =
            bottleneck
                ? blocks.bottleneck(block, y, width, 4 * planes, stride, groups)
                : blocks.basic(block, y, planes, stride);
      }
    }
    return head(net, y, "fc", classes);
  }

  private static Network head(NetworkBuilder net, Value features, String name, int classes) {
    Value pooled = net.flatten("flatten", net.globalAveragePool("avgpool", features));
    net.output("logits", net.dense(name, pooled, classes));
    return net.build();
  }

  /**
   * The blocks alone: {@code blocks} dense residual blocks of one width, input {@code x}, output
   * {@code y}.
   */
  public static Network mlp(int width, int blocks) {
    requireMlp(width, blocks);
    NetworkBuilder net = new NetworkBuilder(String.format(Locale.ROOT, "mlp%dx%d", width, blocks));
    Value y = net.input("x", Shape.batch(width));
    ResidualBlocks residual = new ResidualBlocks(net, ResidualBlocks.Shortcut.PROJECTION);
    for (int i = 0; i < blocks; i++) {
      y = residual.dense("blocks." + i, y, true);
    }
    net.output("y", y);
    return net.build();
  }

  /**
   * Residual MLP classifier: flatten, dense to {@code width} with ReLU, {@code blocks} dense
   * residual blocks, dense to {@code classes}. Input {@code x}, output {@code logits}.
   *
   * @param example the shape of one example, vectors (F) or images (C, H, W)
   */
  public static Network mlp(Shape example, int width, int blocks, int classes) {
    requireMlp(width, blocks);
    NetworkBuilder net = new NetworkBuilder(String.format(Locale.ROOT, "mlp%dx%d", width, blocks));
    Value x = net.input("x", batched(example));
    Value flat = x.shape().rank() == 2 ? x : net.flatten("flatten", x);
    Value y = net.relu("relu", net.dense("stem", flat, width));
    ResidualBlocks residual = new ResidualBlocks(net, ResidualBlocks.Shortcut.PROJECTION);
    for (int i = 0; i < blocks; i++) {
      y = residual.dense("blocks." + i, y, true);
    }
    net.output("logits", net.dense("head", y, classes));
    return net.build();
  }

  private static void requireMlp(int width, int blocks) {
    if (width < 1 || blocks < 0) {
      throw new IllegalArgumentException(
          "a residual MLP of width "
              + width
              + " with "
              + blocks
              + " blocks; the width is at least 1, the blocks are at least 0");
    }
  }

  private static Shape batched(Shape example) {
    return Shape.batch(example.toArray());
  }
}
