package org.residuum.format.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.residuum.format.FormatException;

/**
 * Steps through the JSON of a header (RFC 8259), strictly: the caller says what must come next, so
 * nothing nests deeper than the caller's own calls. Offsets in messages are those of the file.
 */
final class JsonCursor {
  /** All strings of a header together: names, types and metadata. */
  static final int MOST_TEXT_BYTES = 16 << 20;

  private static final String HEX_DIGITS = "0123456789abcdefABCDEF";

  private final Path file;
  private final ByteBuffer json;
  private final long start;
  private int textLeft = MOST_TEXT_BYTES;

  /**
   * @param start the offset in the file of the first byte of {@code json}
   */
  JsonCursor(Path file, ByteBuffer json, long start) {
    this.file = file;
    this.json = json;
    this.start = start;
  }

  FormatException error(String problem) {
    return new FormatException(file, start + json.position(), problem);
  }

  void expect(char wanted) throws IOException {
    if (!accept(wanted)) {
      throw error("the header's JSON needs '" + wanted + "' here and has " + next());
    }
  }

  /** Whether that character comes next; if so, steps over it. */
  boolean accept(char wanted) {
    skipSpace();
    if (!json.hasRemaining() || json.get(json.position()) != wanted) {
      return false;
    }
    json.get();
    return true;
  }

  /** After an element of an object or array: true for a comma, false for the closing bracket. */
  boolean more(char closing) throws IOException {
    if (accept(',')) {
      return true;
    }
    expect(closing);
    return false;
  }

  void expectEnd() throws IOException {
    skipSpace();
    if (json.hasRemaining()) {
      throw error("the header's JSON is complete before here, yet " + next() + " follows");
    }
  }

  /** A non-negative integer of at most 63 bits. */
  long number() throws IOException {
    skipSpace();
    int first = json.position();
    long value = 0;
    while (json.hasRemaining() && isDigit(json.get(json.position()))) {
      value = append(value, json.get());
    }
    int digits = json.position() - first;
    if (digits == 0 || digits > 1 && json.get(first) == '0') {
      throw error("the header's JSON needs a non-negative integer here and has " + next());
    }
    return value;
  }

  private long append(long value, byte digit) throws IOException {
    try {
      return Math.addExact(Math.multiplyExact(value, 10L), digit - '0');
    } catch (ArithmeticException e) {
      throw error("the integer that ends here is over 2^63-1");
    }
  }

  private static boolean isDigit(byte character) {
    return character >= '0' && character <= '9';
  }

  String string() throws IOException {
    expect('"');
    int first = json.position();
    boolean escaped = false;
    byte c = take();
    for (; c != '"'; c = take()) {
      if (c >= 0 && c < ' ') {
        throw error("a control character inside a string; JSON wants it escaped");
      }
      if (c == '\\') {
        escaped = true;
        take();
      }
    }
    int length = json.position() - 1 - first;
    if (length > textLeft) {
      throw error("the strings of the header exceed " + MOST_TEXT_BYTES + " bytes");
    }
    textLeft -= length;
    ByteBuffer text = json.slice(first, length);
    return decode(escaped ? unescape(text) : text);
  }

  private String decode(ByteBuffer utf8) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw error("the string that ends here is not valid UTF-8");
    }
  }

  /** No escape is shorter than what it stands for. */
  private ByteBuffer unescape(ByteBuffer text) throws IOException {
    ByteBuffer plain = ByteBuffer.allocate(text.remaining());
    while (text.hasRemaining()) {
      byte c = text.get();
      if (c == '\\') {
        escape(text, plain);
      } else {
        plain.put(c);
      }
    }
    return plain.flip();
  }

  private void escape(ByteBuffer text, ByteBuffer plain) throws IOException {
    byte c = text.get();
    int known = "\"\\/bfnrt".indexOf(c);
    if (known >= 0) {
      plain.put((byte) "\"\\/\b\f\n\r\t".charAt(known));
    } else if (c == 'u') {
      plain.put(Character.toString(codePoint(text)).getBytes(StandardCharsets.UTF_8));
    } else {
      throw error("the string that ends here holds an escape that JSON does not know");
    }
  }

  private int codePoint(ByteBuffer text) throws IOException {
    char high = hex4(text);
    if (!Character.isSurrogate(high)) {
      return high;
    }
    boolean paired =
        Character.isHighSurrogate(high)
            && text.remaining() >= 6
            && text.get() == '\\'
            && text.get() == 'u';
    char low = paired ? hex4(text) : 0;
    if (!Character.isLowSurrogate(low)) {
      throw error("the string that ends here holds half of a surrogate pair");
    }
    return Character.toCodePoint(high, low);
  }

  private char hex4(ByteBuffer text) throws IOException {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = text.hasRemaining() ? HEX_DIGITS.indexOf(text.get()) : -1;
      if (digit < 0) {
        throw error("in the string that ends here \\u lacks its four hexadecimal digits");
      }
      value = value << 4 | (digit < 16 ? digit : digit - 6);
    }
    return (char) value;
  }

  private byte take() throws IOException {
    if (!json.hasRemaining()) {
      throw error("the header ends inside a string");
    }
    return json.get();
  }

  private void skipSpace() {
    while (json.hasRemaining() && isSpace(json.get(json.position()))) {
      json.get();
    }
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  private String next() {
    if (!json.hasRemaining()) {
      return "its end";
    }
    byte c = json.get(json.position());
    return c > ' ' && c < 0x7f ? "'" + (char) c + "'" : String.format("byte 0x%02x", c);
  }
}
