package org.residuum.text;

import java.util.Locale;

/**
 * Text out of files made fit for a terminal. Names, labels and messages may hold control
 * characters, which clear the screen or rewrite what was said, and marks that turn the direction of
 * writing; they are shown as {@code \x1b} and {@code \u202e}, not sent.
 */
public final class Printable {
  private Printable() {}

  /** Lines of text; their ends and tabs stay. */
  public static String lines(String text) {
    return shown(text, "\n\t");
  }

  /** A name, which has no line ends of its own. */
  public static String name(String text) {
    return shown(text, "");
  }

  private static String shown(String text, String kept) {
    if (text.chars().noneMatch(c -> isHidden(c) && kept.indexOf(c) < 0)) {
      return text;
    }
    StringBuilder shown = new StringBuilder();
    for (char c : text.toCharArray()) {
      if (!isHidden(c) || kept.indexOf(c) >= 0) {
        shown.append(c);
      } else {
        shown.append(String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : "\\u%04x", (int) c));
      }
    }
    return shown.toString();
  }

  /** C0, DEL, C1, separators of lines and paragraphs, and the marks of direction (UAX 9). */
  private static boolean isHidden(int c) {
    return Character.isISOControl(c)
        || c == 0x061c
        || c >= 0x200e && c <= 0x200f
        || c >= 0x2028 && c <= 0x202e
        || c >= 0x2066 && c <= 0x2069;
  }
}
