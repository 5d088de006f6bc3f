package org.residuum.format;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A model file that cannot be read. The message is one line: file, offset or tensor, the rule that
 * was broken, and the remedy where there is one.
 */
public final class FormatException extends IOException {
  private static final int LONGEST_QUOTE = 80;

  /**
   * @param where an offset, an entry or a tensor inside the file
   * @param problem the rule that was broken and the remedy
   */
  public FormatException(Path file, String where, String problem) {
    super(file + ", " + where + ": " + problem);
  }

  public FormatException(Path file, long offset, String problem) {
    this(file, "offset " + offset, problem);
  }

  public FormatException(Path file, String problem) {
    super(file + ": " + problem);
  }

  /** A name out of a file, fit for a message: shortened, without control characters. */
  public static String quote(String name) {
    String shown = name.length() <= LONGEST_QUOTE ? name : name.substring(0, LONGEST_QUOTE) + "...";
    return '"' + shown.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?") + '"';
  }
}
