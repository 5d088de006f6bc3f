package org.residuum.cli.option;

import java.util.Locale;
import org.residuum.text.Units;
import picocli.CommandLine.TypeConversionException;

/**
 * How much may fail before a command does.
 *
 * @param text as it was typed
 * @param most a number, or a percentage
 * @param percent whether it is one
 */
public record MaxFailures(String text, double most, boolean percent) {
  static final String DEFAULT = "10%";

  /** Reads {@code 25} or {@code 2.5%}. */
  public static MaxFailures parse(String text) {
    boolean percent = text.endsWith("%");
    String number = percent ? text.substring(0, text.length() - 1).strip() : text;
    if (!number.matches(percent ? "\\d{1,3}(\\.\\d{1,9})?" : "\\d{1,9}")
        || percent && Double.parseDouble(number) > 100) {
      throw new TypeConversionException(
          "'" + text + "' is no number and no percentage, 0% to 100%");
    }
    return new MaxFailures(text, Double.parseDouble(number), percent);
  }

  @Override
  public String toString() {
    return text;
  }

  /** Whether it is too much: all is always. */
  boolean exceeded(long failed, long total) {
    return failed > 0 && (failed == total || failed > (percent ? most * total / 100 : most));
  }

  /** What to say then. */
  String complaint(long failed, long total, String items) {
    String all = String.format(Locale.ROOT, "%,d of %s", failed, Units.count(total, items));
    return failed == total
        ? all + " failed"
        : all + " failed, more than --max-failures " + text + " allows";
  }
}
