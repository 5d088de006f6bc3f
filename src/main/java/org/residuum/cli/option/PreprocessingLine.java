package org.residuum.cli.option;

import java.util.Arrays;
import java.util.Locale;
import org.residuum.cli.text.Console;
import org.residuum.data.Preprocessing;

/** What happens to a picture before a network sees it, in full on one line. */
final class PreprocessingLine {
  private PreprocessingLine() {}

  /**
   * Says it; vectors have no such line.
   *
   * @param source where mean and deviation come from
   */
  static void tell(Preprocessing preprocessing, String source, Console console) {
    if (preprocessing.isPicture()) {
      console.say("pictures  %s (%s)", of(preprocessing), source);
    }
  }

  /**
   * For example {@code resize the shorter side to 256, crop 224×224 of the centre, RGB / 255 ...}.
   */
  static String of(Preprocessing preprocessing) {
    String size = preprocessing.height() + " × " + preprocessing.width();
    Preprocessing.Resize resize = preprocessing.resize();
    String fit =
        switch (resize.policy()) {
          case NONE -> size + " as they are";
          case SQUASH -> "resize to " + size + " (bilinear, antialiased; proportions change)";
          case CROP ->
              "resize the shorter side to "
                  + resize.shorterSide()
                  + " (bilinear, antialiased), crop the central "
                  + size;
        };
    return String.format(
        Locale.ROOT,
        "%s, %s / 255, mean %s, std %s",
        fit,
        preprocessing.channels() == 1 ? "gray" : "RGB",
        Arrays.toString(preprocessing.mean()),
        Arrays.toString(preprocessing.std()));
  }
}
