package org.residuum.cli.option;

import java.util.Locale;
import org.residuum.cli.text.CommandFailure;
import picocli.CommandLine.Option;

/** What files from elsewhere do not say about the network in them. */
public final class ArchOptions {
  /** The order of the axes in which a file's network takes pictures. */
  enum Axes {
    nchw,
    nhwc
  }

  @Option(
      names = "--arch",
      paramLabel = "NAME",
      description =
          "For files of weights alone: the network, for example resnet20; else it is found from"
              + " their names and shapes.")
  private String arch;

  @Option(
      names = "--size",
      paramLabel = "N|HxW",
      description =
          "For files of weights alone: the pictures' size in pixels (default: as the data have it,"
              + " or as published).")
  private String size;

  @Option(
      names = "--layout",
      paramLabel = "nchw|nhwc",
      description = "The order of the axes in which an .onnx file takes pictures (default: nchw).")
  private Axes layout;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "For files of weights alone with several networks: the key of the one that is meant, for"
              + " example state_dict_ema, or what its tensors' names start with.")
  private String key;

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "For .onnx with several outputs: the one that is meant, the logits.")
  private String output;

  public String arch() {
    return arch;
  }

  /** Null for the likeliest. */
  public String key() {
    return key;
  }

  /** Null for all. */
  String output() {
    return output;
  }

  boolean channelsLast() {
    return layout == Axes.nhwc;
  }

  /** Height and width, or null. */
  public int[] size() {
    if (size == null) {
      return null;
    }
    if (!size.matches("[1-9]\\d{0,4}(x[1-9]\\d{0,4})?")) {
      throw CommandFailure.usage("--size " + size + ": write 224 or 224x320, height first");
    }
    String[] sides = size.split("x", -1);
    int height = Integer.parseInt(sides[0]);
    return new int[] {height, sides.length == 1 ? height : Integer.parseInt(sides[1])};
  }

  /** An option that was given; null where there is none. */
  String given() {
    if (arch != null) {
      return "--arch " + arch;
    }
    if (size != null) {
      return "--size " + size;
    }
    if (key != null) {
      return "--key " + key;
    }
    if (output != null) {
      return "--output " + output;
    }
    return layout == null ? null : "--layout " + layout.name().toLowerCase(Locale.ROOT);
  }

  /** Checks that what was given is of use for ONNX. */
  void requireOnnx() {
    if (arch != null || size != null) {
      throw CommandFailure.usage(given() + ": an .onnx file says that itself");
    }
    if (key != null) {
      throw CommandFailure.usage(
          "--key " + key + ": it is for files of weights alone; for .onnx use --output");
    }
  }

  /** Checks that what was given is of use for weights alone. */
  public void requireWeights() {
    if (output != null) {
      throw CommandFailure.usage(
          "--output " + output + ": it is for .onnx; for weights alone use --key");
    }
    if (layout != null) {
      throw CommandFailure.usage(
          "--layout: the weights of a built-in network need none; it is for .onnx");
    }
  }
}
