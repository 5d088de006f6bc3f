package org.residuum.cli.option;

import org.residuum.cli.text.CommandFailure;
import org.residuum.data.PictureOptions;
import org.residuum.data.Preprocessing;
import picocli.CommandLine.Option;

/** How picture files are read. */
public final class DecodingOptions {
  /** What becomes of a colour profile in a picture. */
  enum Profile {
    apply,
    ignore
  }

  /** With how much care JPEGs are decoded. */
  enum Detail {
    exact,
    fast
  }

  @Option(
      names = "--color-profile",
      paramLabel = "apply|ignore",
      description =
          "Convert pictures with a colour profile (ICC) to sRGB, or take their values as they are,"
              + " as PIL, torchvision and OpenCV do (default: as in the model's training, or"
              + " ignore).")
  private Profile colorProfile;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description =
          "Pictures of more pixels are not decoded (default: 178956970, at which PIL, too,"
              + " refuses); half the heap is a limit besides.")
  private Long maxPixels;

  @Option(
      names = "--decode",
      paramLabel = "exact|fast",
      description =
          "fast decodes JPEGs that are made smaller at a half, a quarter or an eighth of their size"
              + " where that is enough, as PIL's draft mode: large photos take half the time, and"
              + " their pixels differ by some levels (default: exact).")
  private Detail detail;

  /** The options, of which those that were not given are as here. */
  private PictureOptions over(PictureOptions others) {
    if (maxPixels != null && maxPixels < 1) {
      throw CommandFailure.usage("--max-pixels " + maxPixels + ": at least 1");
    }
    PictureOptions options = maxPixels == null ? others : others.withMaxPixels(maxPixels);
    if (detail != null) {
      options =
          options.withDetail(
              detail == Detail.fast ? PictureOptions.Detail.FAST : PictureOptions.Detail.EXACT);
    }
    return colorProfile == null
        ? options
        : options.withColorProfile(
            colorProfile == Profile.apply
                ? PictureOptions.ColorProfile.APPLY
                : PictureOptions.ColorProfile.IGNORE);
  }

  /** For a training. */
  public PictureOptions options() {
    return over(PictureOptions.DEFAULTS);
  }

  /** For a model. */
  public Preprocessing over(Preprocessing preprocessing) {
    return preprocessing.withDecoding(over(preprocessing.decoding()));
  }
}
