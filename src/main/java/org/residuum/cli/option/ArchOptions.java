package org.residuum.cli.option;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.residuum.LoadOptions;
import org.residuum.Model;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.OptionNames;
import picocli.CommandLine.Option;

/** What files from elsewhere do not say about the network in them. */
public final class ArchOptions {
  private static final int MOST_OTHERS = 10;

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

  /** Whether a network is asked for that the weights alone do not tell. */
  public boolean isNetwork() {
    return arch != null || size != null;
  }

  /** Null for the likeliest. */
  public String key() {
    return key;
  }

  /**
   * How to open a file.
   *
   * @param usualSize height and width of the pictures that it is for, or null
   * @param console where it is said which of several networks is taken
   */
  public LoadOptions options(Path file, int[] usualSize, Console console) {
    LoadOptions options =
        new LoadOptions(
            arch,
            0,
            0,
            key,
            output,
            layout == Axes.nhwc,
            (taken, others) -> tellChoice(taken, others, console));
    int[] sides = size() == null && !Model.isOnnx(file) ? usualSize : size();
    return sides == null ? options : options.withSize(sides[0], sides[1]);
  }

  /**
   * Checks that what was given is of use for weights alone.
   *
   * @throws CommandFailure naming the option that is not
   */
  public void requireWeights() {
    try {
      options(Path.of(""), null, null).requireWeights();
    } catch (IllegalArgumentException e) {
      throw OptionNames.usage(e);
    }
  }

  /** Says which weights are taken where a file holds several. */
  public static void tellChoice(String taken, List<String> others, Console console) {
    console.say(
        "weights   %s is read; the file also holds %s: choose with --key",
        taken, String.join(", ", others.subList(0, Math.min(MOST_OTHERS, others.size()))));
  }

  /** Height and width, or null. */
  private int[] size() {
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
}
