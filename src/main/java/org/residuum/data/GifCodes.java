package org.residuum.data;

import java.io.EOFException;
import java.io.IOException;

/** LZW codes of a GIF frame (GIF 89a, appendix F). */
final class GifCodes {
  private static final int MAX_CODES = 4096;

  private final Bytes file;
  private final int minBits;
  private final int[] prefix = new int[MAX_CODES];
  private final byte[] suffix = new byte[MAX_CODES];
  private final byte[] stack = new byte[MAX_CODES + 1];
  private int at;
  private int blockEnd;
  private int buffer;
  private int bufferBits;

  /** The codes whose byte of their initial width is at {@code at}. */
  GifCodes(Bytes file, int at) throws IOException {
    this.file = file;
    minBits = file.u8(at);
    this.at = at + 1;
    blockEnd = this.at;
    if (minBits < 1 || minBits > 11) {
      throw new IOException("a GIF with codes of " + minBits + " bits");
    }
  }

  /** Fills the indices. */
  void decode(byte[] out) throws IOException {
    int clear = 1 << minBits;
    int bits = minBits + 1;
    int next = clear + 2;
    int previous = -1;
    byte first = 0;
    int done = 0;
    while (done < out.length) {
      int code = code(bits);
      if (code == clear) {
        bits = minBits + 1;
        next = clear + 2;
        previous = -1;
        continue;
      }
      if (code == clear + 1) {
        throw new EOFException("a GIF whose pixels end early: cut short");
      }
      if (previous < 0 ? code > clear : code > next) {
        throw new IOException("a GIF with a code that was not defined");
      }
      int depth = 0;
      int walk = code;
      if (code == next && previous >= 0) {
        stack[depth++] = first;
        walk = previous;
      }
      while (walk > clear) {
        stack[depth++] = suffix[walk];
        walk = prefix[walk];
      }
      first = (byte) walk;
      stack[depth++] = first;
      if (previous >= 0 && next < MAX_CODES) {
        prefix[next] = previous;
        suffix[next] = first;
        next++;
        if (next == 1 << bits && bits < 12) {
          bits++;
        }
      }
      previous = code;
      while (depth > 0 && done < out.length) {
        out[done++] = stack[--depth];
      }
    }
  }

  private int code(int bits) throws IOException {
    while (bufferBits < bits) {
      if (at == blockEnd) {
        int length = file.u8(at++);
        if (length == 0) {
          throw new EOFException("a GIF whose pixels end early: cut short");
        }
        file.require(at, length);
        blockEnd = at + length;
      }
      buffer |= file.u8(at++) << bufferBits;
      bufferBits += 8;
    }
    int code = buffer & ((1 << bits) - 1);
    buffer >>>= bits;
    bufferBits -= bits;
    return code;
  }
}
