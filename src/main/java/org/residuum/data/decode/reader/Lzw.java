package org.residuum.data.decode.reader;

import java.io.IOException;

/**
 * Decodes LZW (Welch 1984), whose codes GIF and TIFF pack differently. A code is a literal below
 * the clearing code, the clearing code, the end behind it, or a string that was read before.
 */
public abstract class Lzw {
  private static final int MAX_CODES = 4096;

  private final int clear;
  private final int[] prefix = new int[MAX_CODES];
  private final byte[] suffix = new byte[MAX_CODES];
  private final byte[] stack = new byte[MAX_CODES + 1];

  public Lzw(int clear) {
    this.clear = clear;
  }

  /**
   * The next code.
   *
   * @param next the code that the next string will get; it decides how many bits a code has
   */
  protected abstract int code(int next) throws IOException;

  /** What is thrown where the codes end before the picture is full. */
  protected abstract IOException cut();

  /** What is thrown for a code that stands for nothing. */
  protected abstract IOException undefined();

  /** Fills {@code out} and returns it. */
  public final byte[] decode(byte[] out) throws IOException {
    int end = clear + 1;
    int next = end + 1;
    int previous = -1;
    byte first = 0;
    int done = 0;
    while (done < out.length) {
      int code = code(next);
      if (code == end) {
        throw cut();
      }
      if (code == clear) {
        next = end + 1;
        previous = -1;
        continue;
      }
      if (previous < 0 ? code > end : code > next) {
        throw undefined();
      }
      int depth = 0;
      int walk = code;
      if (code == next && previous >= 0) {
        stack[depth++] = first;
        walk = previous;
      }
      while (walk > end) {
        stack[depth++] = suffix[walk];
        walk = prefix[walk];
      }
      first = (byte) walk;
      stack[depth++] = first;
      if (previous >= 0 && next < MAX_CODES) {
        prefix[next] = previous;
        suffix[next++] = first;
      }
      previous = code;
      while (depth > 0 && done < out.length) {
        out[done++] = stack[--depth];
      }
    }
    return out;
  }
}
