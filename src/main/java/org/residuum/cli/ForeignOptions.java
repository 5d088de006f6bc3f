package org.residuum.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** What files from elsewhere do not say about the network in them; saved models do. */
final class ForeignOptions {
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
      names = "--shortcut",
      paramLabel = "A|B",
      description = "With --arch: the shortcuts of a network for small pictures (default: A).")
  private ShapeOptions.Letter shortcut;

  @Option(
      names = "--size",
      paramLabel = "N|HxW",
      description =
          "For files of weights alone: the pictures' size in pixels (default: as the data have it,"
              + " or as published).")
  private String size;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "For .onnx, .pth and .safetensors: mean and deviation of imagenet, cifar10, cifar100 or"
              + " mnist, or raw for none (default: the data set's).")
  private Preset preset;

  @Option(
      names = "--mean",
      split = ",",
      paramLabel = "R,G,B",
      description = "Mean of each channel in place of the preset's, on a scale of 0 to 1.")
  private List<Float> mean;

  @Option(
      names = "--std",
      split = ",",
      paramLabel = "R,G,B",
      description = "Deviation of each channel in place of the preset's.")
  private List<Float> std;

  @Option(
      names = "--layout",
      paramLabel = "nchw|nhwc",
      description = "The order of the axes that an .onnx file takes pictures in (default: nchw).")
  private Axes layout;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "The names of the classes of such a file, a line each.")
  private Path labels;

  String arch() {
    return arch;
  }

  ShapeOptions.Letter shortcut() {
    return shortcut;
  }

  Preset preset() {
    return preset;
  }

  List<Float> mean() {
    return mean;
  }

  List<Float> std() {
    return std;
  }

  boolean channelsLast() {
    return layout == Axes.nhwc;
  }

  /** Height and width, or null. */
  int[] size() {
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

  List<String> labels() throws IOException {
    return labels == null ? List.of() : Files.readAllLines(labels);
  }

  /** An option that was given and that a saved model answers itself; null where there is none. */
  String given() {
    if (arch != null) {
      return "--arch " + arch;
    }
    if (shortcut != null) {
      return "--shortcut " + shortcut;
    }
    if (size != null) {
      return "--size " + size;
    }
    if (preset != null) {
      return "--preset " + preset;
    }
    if (mean != null || std != null) {
      return mean != null ? "--mean" : "--std";
    }
    if (layout != null) {
      return "--layout " + layout.name().toLowerCase(Locale.ROOT);
    }
    return labels == null ? null : "--labels " + labels;
  }
}
