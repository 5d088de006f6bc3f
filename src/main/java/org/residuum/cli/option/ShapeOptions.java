package org.residuum.cli.option;

import java.util.regex.Pattern;
import org.residuum.cli.text.CommandFailure;
import org.residuum.network.Architectures;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import picocli.CommandLine.Option;

/** What a named network is built for, where no data say so. */
public final class ShapeOptions {
  private static final Pattern EXTENTS = Pattern.compile("\\d{1,6}(x\\d{1,6}){0,2}");

  /** The shortcuts by the letters of He et al. 2015. */
  public enum Letter {
    A,
    B
  }

  @Option(
      names = "--shortcut",
      paramLabel = "A|B",
      description =
          "How a shortcut changes size: A subsamples and zero-pads, B projects (He et al. 2015).")
  private Letter shortcut;

  @Option(
      names = "--input",
      paramLabel = "CxHxW",
      description = "The shape of one example, images CxHxW or vectors F; the published one else.")
  private String input;

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "The number of classes; the published one else.")
  private Integer classes;

  /** An option that was given; null where there is none. */
  String given() {
    if (shortcut != null) {
      return "--shortcut " + shortcut;
    }
    if (input != null) {
      return "--input " + input;
    }
    return classes == null ? null : "--classes " + classes;
  }

  Architectures.Request request() {
    if (classes != null && classes < 1) {
      throw CommandFailure.usage("--classes " + classes + ": there is at least 1 class");
    }
    return new Architectures.Request(example(), classes == null ? 0 : classes, shortcut(shortcut));
  }

  /** The shortcut of that letter, or null for none. */
  public static ResidualBlocks.Shortcut shortcut(Letter letter) {
    if (letter == null) {
      return null;
    }
    return letter == Letter.A
        ? ResidualBlocks.Shortcut.ZERO_PAD
        : ResidualBlocks.Shortcut.PROJECTION;
  }

  private Shape example() {
    if (input == null) {
      return null;
    }
    if (!EXTENTS.matcher(input).matches() || input.matches("\\d+x\\d+")) {
      throw CommandFailure.usage(
          "--input " + input + ": write images as 3x32x32 and vectors as 64");
    }
    String[] extents = input.split("x", -1);
    int[] shape = new int[extents.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = Integer.parseInt(extents[i]);
      if (shape[i] < 1) {
        throw CommandFailure.usage("--input " + input + ": each extent is at least 1");
      }
    }
    try {
      return Shape.of(shape);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--input " + input + ": " + e.getMessage());
    }
  }
}
