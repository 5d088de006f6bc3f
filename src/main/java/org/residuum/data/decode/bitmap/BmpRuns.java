package org.residuum.data.decode.bitmap;

import java.io.EOFException;
import java.io.IOException;
import org.residuum.data.decode.reader.Bytes;

/** Run-length coded indices of a BMP, RLE8 or RLE4; what is skipped over has index 0. */
final class BmpRuns {
  private final Bytes file;
  private final int width;
  private final boolean isRle4;
  private int at;

  BmpRuns(Bytes file, int at, int width, boolean isRle4) {
    this.file = file;
    this.at = at;
    this.width = width;
    this.isRle4 = isRle4;
  }

  /** Fills the rows in their stored order; fails, as PIL does, where they end early. */
  void decode(byte[] out) throws IOException {
    int done = 0;
    while (done < out.length) {
      int count = file.u8(at);
      int value = file.u8(at + 1);
      at += 2;
      if (count > 0) {
        int left = done % width == 0 && count > 0 ? width : width - done % width;
        for (int i = 0; i < Math.min(count, left) && done < out.length; i++) {
          out[done++] = (byte) (!isRle4 ? value : i % 2 == 0 ? value >> 4 : value & 15);
        }
      } else if (value == 0) {
        done = (done + width - 1) / width * width;
      } else if (value == 1) {
        throw new EOFException("a BMP whose pixels end early");
      } else if (value == 2) {
        done += file.u8(at) + file.u8(at + 1) * width;
        at += 2;
      } else {
        done = literal(value, out, done);
      }
    }
  }

  private int literal(int count, byte[] out, int done) throws IOException {
    int bytes = isRle4 ? (count + 1) / 2 : count;
    for (int i = 0; i < count && done < out.length; i++) {
      int value = file.u8(at + (isRle4 ? i / 2 : i));
      out[done++] = (byte) (!isRle4 ? value : i % 2 == 0 ? value >> 4 : value & 15);
    }
    at += bytes + (bytes & 1); // Literals fill words.
    return done;
  }
}
