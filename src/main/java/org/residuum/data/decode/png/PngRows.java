package org.residuum.data.decode.png;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The rows of a PNG's pass, with their filters undone (PNG specification, section 9). */
final class PngRows {
  private final InputStream in;
  private final int pixelBytes;
  private byte[] above;
  private byte[] row;

  /**
   * The rows of one pass.
   *
   * @param pixelBytes bytes from a sample to the one at its left, at least 1
   */
  PngRows(InputStream in, int rowBytes, int pixelBytes) {
    this.in = in;
    this.pixelBytes = pixelBytes;
    above = new byte[rowBytes];
    row = new byte[rowBytes];
  }

  /** The next row; valid until the next call. */
  byte[] next() throws IOException {
    byte[] free = above;
    above = row;
    row = free;
    int filter = in.read();
    if (filter < 0 || in.readNBytes(row, 0, row.length) < row.length) {
      throw new EOFException("a PNG whose pixels end early: cut short");
    }
    switch (filter) {
      case 0 -> {}
      case 1 -> sub();
      case 2 -> up();
      case 3 -> average();
      case 4 -> paeth();
      default ->
          throw new IOException("a PNG row with filter " + filter + ", which is none of 0-4");
    }
    return row;
  }

  private void sub() {
    for (int i = pixelBytes; i < row.length; i++) {
      row[i] += row[i - pixelBytes];
    }
  }

  private void up() {
    for (int i = 0; i < row.length; i++) {
      row[i] += above[i];
    }
  }

  private void average() {
    for (int i = 0; i < row.length; i++) {
      int left = i < pixelBytes ? 0 : row[i - pixelBytes] & 255;
      row[i] += (byte) ((left + (above[i] & 255)) >> 1);
    }
  }

  private void paeth() {
    for (int i = 0; i < Math.min(pixelBytes, row.length); i++) {
      row[i] += above[i];
    }
    for (int i = pixelBytes; i < row.length; i++) {
      int left = row[i - pixelBytes] & 255;
      int up = above[i] & 255;
      int corner = above[i - pixelBytes] & 255;
      int toLeft = Math.abs(up - corner);
      int toUp = Math.abs(left - corner);
      int toCorner = Math.abs(left + up - 2 * corner);
      int nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
      row[i] += (byte) nearest;
    }
  }
}
