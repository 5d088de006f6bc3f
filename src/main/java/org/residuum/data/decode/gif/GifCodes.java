package org.residuum.data.decode.gif;

import java.io.EOFException;
import java.io.IOException;
import org.residuum.data.decode.reader.Bytes;
import org.residuum.data.decode.reader.Lzw;

/** LZW codes of a GIF frame (GIF 89a, appendix F). */
final class GifCodes extends Lzw {
  private static final int MAX_BITS = 12;

  private final Bytes file;
  private final int minBits;
  private int at;
  private int blockEnd;
  private int bits;
  private int buffer;
  private int bufferBits;

  private GifCodes(Bytes file, int at, int minBits) {
    super(1 << minBits);
    this.file = file;
    this.minBits = minBits;
    this.at = at;
    this.blockEnd = at;
  }

  /** The codes whose byte of their initial width is at {@code at}. */
  static GifCodes of(Bytes file, int at) throws IOException {
    int minBits = file.u8(at);
    if (minBits < 1 || minBits > 11) {
      throw new IOException("a GIF with codes of " + minBits + " bits");
    }
    return new GifCodes(file, at + 1, minBits);
  }

  @Override
  protected int code(int next) throws IOException {
    if (next == (1 << minBits) + 2) {
      bits = minBits + 1;
    } else if (next == 1 << bits && bits < MAX_BITS) {
      bits++;
    }
    while (bufferBits < bits) {
      if (at == blockEnd) {
        int length = file.u8(at++);
        if (length == 0) {
          throw cut();
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

  @Override
  protected IOException cut() {
    return new EOFException("a GIF whose pixels end early: cut short");
  }

  @Override
  protected IOException undefined() {
    return new IOException("a GIF with a code that was not defined");
  }
}
