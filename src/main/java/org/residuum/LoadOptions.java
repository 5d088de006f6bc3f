package org.residuum;

import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.residuum.network.Network;
import org.slf4j.LoggerFactory;

/**
 * What a model's file from elsewhere does not say itself; a saved folder says it all.
 *
 * @param arch for weights alone: the name of the network, such as resnet20; null to find it from
 *     their names and shapes
 * @param height of pictures in pixels, for weights alone; 0, as the width then is, for the
 *     published size
 * @param width likewise
 * @param key for a file with several networks' weights: the key of those that are meant; null for
 *     the likeliest
 * @param output for ONNX with several outputs: the logits; null for all
 * @param channelsLast whether an ONNX file takes pictures as (N, H, W, C)
 * @param choice hears, where a file holds several networks' weights and no key was given, which are
 *     taken and which there are besides
 */
public record LoadOptions(
    String arch,
    int height,
    int width,
    String key,
    String output,
    boolean channelsLast,
    BiConsumer<String, List<String>> choice) {
  /** All as the file says. */
  public static final LoadOptions DEFAULTS =
      new LoadOptions(null, 0, 0, null, null, false, LoadOptions::log);

  public LoadOptions {
    boolean published = height == 0 && width == 0;
    if (!published && (height < 1 || width < 1)) {
      throw new IllegalArgumentException(
          "size %sx%s: height and width are 1 or more pixels each, or both 0 for the published size"
              .formatted(height, width));
    }
    Objects.requireNonNull(choice, "choice");
  }

  private static void log(String taken, List<String> others) {
    LoggerFactory.getLogger(Model.class)
        .info("weights of {} are read; the file also holds {}: choose by key", taken, others);
  }

  /** The same for weights of that network, such as {@code resnet20}. */
  public LoadOptions withArch(String name) {
    return new LoadOptions(name, height, width, key, output, channelsLast, choice);
  }

  /** The same for pictures of that size in pixels. */
  public LoadOptions withSize(int pictureHeight, int pictureWidth) {
    return new LoadOptions(arch, pictureHeight, pictureWidth, key, output, channelsLast, choice);
  }

  /** The same for the weights under that key, such as {@code state_dict_ema}. */
  public LoadOptions withKey(String name) {
    return new LoadOptions(arch, height, width, name, output, channelsLast, choice);
  }

  /** The same for that output alone. */
  public LoadOptions withOutput(String name) {
    return new LoadOptions(arch, height, width, key, name, channelsLast, choice);
  }

  /** The same for a file that takes pictures as (N, H, W, C), as TensorFlow's exporters write. */
  public LoadOptions withChannelsLast() {
    return new LoadOptions(arch, height, width, key, output, true, choice);
  }

  /** The same with another listener to the choice of weights. */
  public LoadOptions withChoice(BiConsumer<String, List<String>> listener) {
    return new LoadOptions(arch, height, width, key, output, channelsLast, listener);
  }

  /** Refuses what is of no use for ONNX. */
  void requireOnnx() {
    if (arch != null || height != 0) {
      throw new IllegalArgumentException(
          (arch != null ? "arch " + arch : size()) + ": an .onnx file says that itself");
    }
    if (key != null) {
      throw new IllegalArgumentException(
          "key " + key + ": it is for files of weights alone; for .onnx use output");
    }
  }

  /** Refuses what is of no use for weights alone. */
  public void requireWeights() {
    if (output != null) {
      throw new IllegalArgumentException(
          "output " + output + ": it is for .onnx; for weights alone use key");
    }
    if (channelsLast) {
      throw new IllegalArgumentException(
          "layout: the weights of a built-in network need none; it is for .onnx");
    }
  }

  /** Refuses what a saved model answers itself. */
  void requireNone(String model) {
    if (arch != null || height != 0 || key != null || output != null || channelsLast) {
      String given =
          arch != null
              ? "arch " + arch
              : height != 0
                  ? size()
                  : key != null ? "key " + key : output != null ? "output " + output : "layout";
      throw new IllegalArgumentException(
          given + ": " + model + " is a saved model, which says all that itself");
    }
  }

  private String size() {
    return "size " + height + "x" + width;
  }

  /** As pictures are given here: (N, C, H, W). */
  Network channelsFirst(Network network) {
    return channelsLast ? ChannelsFirst.of(network) : network;
  }
}
