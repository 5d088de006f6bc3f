package org.residuum.cli.option;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.residuum.cli.text.CommandFailure;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What files from elsewhere do not say about a network's use; saved models do. */
public final class ForeignOptions {
  @Mixin private ArchOptions arch;
  @Mixin private FittingOptions fitting;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "For .onnx, .pth and .safetensors: mean and deviation of imagenet, cifar10, cifar100 or"
              + " mnist, or raw for none (default: as the file or a config.json beside it says, or"
              + " the data set's).")
  private Preset preset;

  @Option(
      names = "--mean",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "R,G,B",
      description = "Mean of each channel in place of the preset's, on the scale of --range.")
  private List<Float> mean;

  @Option(
      names = "--std",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "R,G,B",
      description = "Deviation of each channel in place of the preset's.")
  private List<Float> std;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "The names of the classes of such a file, a line each.")
  private Path labels;

  public ArchOptions arch() {
    return arch;
  }

  /** How pictures are fitted, which is of use for a saved model, too. */
  public FittingOptions fitting() {
    return fitting;
  }

  /** Whether something is said about what happens to pictures first. */
  public boolean isPreprocessing() {
    return preset != null || mean != null || std != null || fitting.given() != null;
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

  public Path labelsFile() {
    return labels;
  }

  /** The names of the classes, in UTF-8; none where none are given. */
  public List<String> labels() throws IOException {
    if (labels == null) {
      return List.of();
    }
    if (!Files.isRegularFile(labels)) {
      throw CommandFailure.usage(
          "--labels " + labels + ": no such file; name a text, a line a class");
    }
    List<String> names;
    try {
      names = Files.readAllLines(labels);
    } catch (CharacterCodingException e) {
      throw CommandFailure.failed("--labels " + labels + ": it is no text in UTF-8; convert it", e);
    }
    if (names.isEmpty()) {
      throw CommandFailure.failed("--labels " + labels + ": it is empty; write a line a class");
    }
    names.set(0, names.get(0).replaceFirst("^\\uFEFF", "")); // A mark that Windows' editors put.
    return names;
  }

  /** Any of these options that was given; null where there is none. */
  String anyGiven() {
    return given() == null ? fitting.given() : given();
  }

  /** An option that was given and that a saved model answers itself; null where there is none. */
  String given() {
    if (arch.given() != null) {
      return arch.given();
    }
    if (preset != null) {
      return "--preset " + preset;
    }
    if (mean != null || std != null) {
      return mean != null ? "--mean" : "--std";
    }
    return labels == null ? null : "--labels " + labels;
  }
}
