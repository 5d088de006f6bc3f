package org.residuum.cli.option;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.residuum.cli.text.CommandFailure;
import org.residuum.data.Preprocessing;
import org.residuum.data.Preprocessing.Values;
import org.residuum.data.Resize;
import org.residuum.network.Shape;
import picocli.CommandLine.Option;

/** How pictures are fitted to a network, in place of what the model says. */
public final class FittingOptions {
  private static final double USUAL_CROP = 0.875;
  private static final String MEAN = "mean";
  private static final Pattern RULE =
      Pattern.compile(
          "none|squash|pad|shorter|shorter:([1-9]\\d{0,4})|exact:([1-9]\\d{0,4})x([1-9]\\d{0,4})");

  /** PIL's names. */
  enum Filter {
    nearest,
    box,
    bilinear,
    hamming,
    bicubic,
    lanczos
  }

  /** The channels that a network takes. */
  enum Colors {
    rgb,
    bgr,
    gray
  }

  @Option(
      names = "--resize",
      paramLabel = "RULE",
      description =
          "How pictures become the network's size: shorter:N resizes the shorter side and crops the"
              + " centre; exact:HxW resizes both sides and crops; squash resizes both to the"
              + " network's; pad keeps all of the picture and its proportions; none takes only"
              + " pictures of the size (default: as the model says, or as ImageNet's).")
  private String resize;

  @Option(
      names = "--filter",
      paramLabel = "NAME",
      description =
          "PIL's filter for that: nearest, box, bilinear, hamming, bicubic or lanczos (default: the"
              + " model's, or bilinear).")
  private Filter filter;

  @Option(
      names = "--crop-pct",
      paramLabel = "F",
      description =
          "The share of the resized picture's side that the network sees, as in timm: 0.875 resizes"
              + " to 256 for 224.")
  private Double crop;

  @Option(
      names = "--pad-color",
      paramLabel = "R,G,B|mean",
      description = "The colour around padded pictures (default: the model's, or black).")
  private String padColor;

  @Option(
      names = "--colors",
      paramLabel = "rgb|bgr|gray",
      description =
          "The channels that a network of three takes; gray is the same three times (default: the"
              + " model's, or rgb).")
  private Colors colors;

  @Option(
      names = "--range",
      paramLabel = "N",
      description =
          "What full intensity is, and the scale of mean and deviation: 1, or 255 for bytes"
              + " (default: the model's, or 1).")
  private Integer range;

  /** An option that was given; null where there is none. */
  public String given() {
    if (resize != null) {
      return "--resize " + resize;
    }
    if (filter != null) {
      return "--filter " + filter;
    }
    if (crop != null) {
      return "--crop-pct " + crop;
    }
    if (padColor != null) {
      return "--pad-color " + padColor;
    }
    if (colors != null) {
      return "--colors " + colors;
    }
    return range == null ? null : "--range " + range;
  }

  /** The preprocessing with what was given in place of its own. */
  public Preprocessing over(Preprocessing model) {
    if (given() == null) {
      return model;
    }
    if (!model.isPicture()) {
      throw CommandFailure.usage(given() + ": it is for pictures, the model takes vectors");
    }
    Values values = model.values();
    values = colors == null ? values : values.withColors(valueOf(Values.Colors.class, colors));
    values = range == null ? values : values.withRange(checkedRange());
    Preprocessing valued = model.withValues(values);
    Resize fitted = sized(valued);
    fitted = filter == null ? fitted : fitted.withFilter(valueOf(Resize.Filter.class, filter));
    return valued.withResize(padColor == null ? fitted : fitted.withFill(color(valued)));
  }

  private static <E extends Enum<E>> E valueOf(Class<E> type, Enum<?> option) {
    return Enum.valueOf(type, option.name().toUpperCase(Locale.ROOT));
  }

  private int checkedRange() {
    if (range < 1 || range > 255) {
      throw CommandFailure.usage("--range " + range + ": it is 1 to 255, mostly 1 or 255");
    }
    return range;
  }

  private Resize sized(Preprocessing model) {
    Resize rule =
        resize == null
            ? model.resize()
            : rule(model.inputShape())
                .withFilter(model.resize().filter())
                .withFill(model.resize().fill());
    if (crop == null) {
      return rule;
    }
    if (!(crop > 0 && crop <= 1)) {
      throw CommandFailure.usage("--crop-pct " + crop + ": it is above 0 and at most 1");
    }
    if (rule.policy() == Resize.Policy.NONE || resize != null && resize.contains(":")) {
      throw CommandFailure.usage(
          "--crop-pct "
              + crop
              + " with --resize "
              + (resize == null ? "none" : resize)
              + ": give a size or a share, for shorter, squash or pad");
    }
    return rule.withCropFraction(crop, model.inputShape());
  }

  /** What {@code --resize} says. */
  private Resize rule(Shape input) {
    Matcher matcher = RULE.matcher(resize);
    if (!matcher.matches()) {
      throw CommandFailure.usage(
          "--resize " + resize + ": write shorter:256, exact:256x256, squash, pad or none");
    }
    if (matcher.group(1) != null) {
      return Resize.crop(Integer.parseInt(matcher.group(1)));
    }
    if (matcher.group(2) != null) {
      return Resize.squash(Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3)));
    }
    return switch (resize) {
      case "none" -> Resize.none();
      case "squash" -> Resize.squash();
      case "pad" -> Resize.pad();
      default -> Resize.crop(1).withCropFraction(USUAL_CROP, input);
    };
  }

  private int color(Preprocessing model) {
    if (padColor.equals(MEAN)) {
      return mean(model);
    }
    String[] levels = padColor.split(",", -1);
    int color = 0;
    for (String level : levels) {
      if (levels.length != 3 || !level.matches("\\d{1,3}") || Integer.parseInt(level) > 255) {
        throw CommandFailure.usage(
            "--pad-color " + padColor + ": write R,G,B, each 0 to 255, or mean");
      }
      color = color << 8 | Integer.parseInt(level);
    }
    return color;
  }

  private static int mean(Preprocessing model) {
    float[] mean = model.mean();
    int color = 0;
    for (int c = 0; c < 3; c++) {
      boolean reversed = model.values().colors() == Values.Colors.BGR;
      float level = mean[mean.length == 1 ? 0 : reversed ? 2 - c : c];
      long rounded = Math.round(255.0 * level / model.values().range());
      color = color << 8 | (int) Math.max(0, Math.min(255, rounded));
    }
    return color;
  }
}
