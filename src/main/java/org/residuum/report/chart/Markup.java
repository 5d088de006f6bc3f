package org.residuum.report.chart;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayDeque;
import java.util.Deque;
import org.residuum.text.Printable;

/** HTML and SVG as text: what is opened is closed, names and values are escaped. */
public final class Markup {
  private static final MathContext DIGITS = new MathContext(5);

  private final StringBuilder text = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Begins an element.
   *
   * @param attributes names and values in turn; numbers are rounded to tenths, a value of null
   *     leaves the attribute out
   */
  public Markup open(String tag, Object... attributes) {
    start(tag, attributes);
    text.append('>');
    open.push(tag);
    return this;
  }

  /** An element of SVG without content. */
  public Markup empty(String tag, Object... attributes) {
    start(tag, attributes);
    text.append("/>");
    return this;
  }

  /** An element that holds text. */
  public Markup leaf(String tag, String content, Object... attributes) {
    return open(tag, attributes).text(content).close();
  }

  /**
   * Text of SVG whose middle line is at a height.
   *
   * @param look classes of the style sheet, which say whether x is its start, middle or end
   */
  public Markup label(String content, String look, double x, double y) {
    return leaf("text", content, "class", look, "x", x, "y", y, "dy", ".32em");
  }

  /**
   * A rectangle of SVG.
   *
   * @param look classes of the style sheet; null for none
   */
  public Markup rectangle(String look, Box box) {
    return empty(
        "rect",
        "class",
        look,
        "x",
        box.left(),
        "y",
        box.top(),
        "width",
        box.width(),
        "height",
        box.height());
  }

  private void start(String tag, Object... attributes) {
    text.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      Object value = attributes[i + 1];
      if (value != null) {
        text.append(' ').append(attributes[i]).append("=\"");
        text.append(value instanceof Double number ? number(number) : escape(value.toString()));
        text.append('"');
      }
    }
  }

  public Markup text(String content) {
    text.append(escape(content));
    return this;
  }

  /** Markup that is made already. */
  public Markup raw(String markup) {
    text.append(markup);
    return this;
  }

  /** A line's end, for those who read the source. */
  public Markup line() {
    text.append('\n');
    return this;
  }

  /** Ends the element that was opened last. */
  public Markup close() {
    text.append("</").append(open.pop()).append('>');
    return this;
  }

  /** Text between tags or in quotes; control characters are shown as {@link Printable} says. */
  public static String escape(String text) {
    return Printable.lines(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** A place on a page, in tenths of a pixel. */
  static String number(double value) {
    long tenths = Math.round(10 * value);
    return tenths % 10 == 0 ? String.valueOf(tenths / 10) : String.valueOf(tenths / 10.0);
  }

  /** A value to five digits, for example {@code 0.00123} or {@code 7.5e35}; "" if not finite. */
  public static String brief(double value) {
    if (!Double.isFinite(value)) {
      return "";
    }
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= -4 && exponent < 6) {
      return rounded.toPlainString();
    }
    return rounded.movePointLeft(exponent).stripTrailingZeros().toPlainString() + "e" + exponent;
  }

  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not closed: " + open);
    }
    return text.toString();
  }
}
