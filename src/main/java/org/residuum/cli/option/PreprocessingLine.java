package org.residuum.cli.option;

import java.util.Arrays;
import java.util.Locale;
import org.residuum.cli.text.Console;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;

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
    return String.format(
        Locale.ROOT,
        "%s, %s / %s, mean %s, std %s",
        fit(preprocessing),
        colors(preprocessing),
        preprocessing.values().range() == 1 ? "255" : "255 × " + preprocessing.values().range(),
        Arrays.toString(preprocessing.mean()),
        Arrays.toString(preprocessing.std()));
  }

  private static String fit(Preprocessing preprocessing) {
    String input = size(preprocessing.height(), preprocessing.width());
    Resize resize = preprocessing.resize();
    boolean given = resize.height() > 0;
    String to = given ? size(resize.height(), resize.width()) : input;
    String filter = resize.filter().name().toLowerCase(Locale.ROOT);
    String how =
        resize.filter() == Resize.Filter.NEAREST ? filter + " pixel" : filter + ", antialiased";
    String crop = given && !to.equals(input) ? ", crop the central " + input : "";
    return switch (resize.policy()) {
      case NONE -> input + " as they are";
      case SQUASH -> "resize to " + to + " (" + how + "; proportions change)" + crop;
      case CROP ->
          (resize.shorterSide() > 0
                  ? "resize the shorter side to " + resize.shorterSide()
                  : "resize to cover " + to)
              + " ("
              + how
              + "), crop the central "
              + input;
      case PAD ->
          "resize to lie within " + to + " (" + how + ")" + crop + ", pad with " + color(resize);
    };
  }

  private static String size(int height, int width) {
    return height + " × " + width;
  }

  private static String color(Resize resize) {
    return resize.fill() == 0 ? "black" : String.format(Locale.ROOT, "#%06x", resize.fill());
  }

  private static String colors(Preprocessing preprocessing) {
    if (preprocessing.channels() == 1) {
      return "gray";
    }
    return switch (preprocessing.values().colors()) {
      case RGB -> "RGB";
      case BGR -> "BGR";
      case GRAY -> "gray three times";
    };
  }
}
