package org.residuum.data.decode.bitmap;

import java.io.EOFException;
import java.io.IOException;
import org.residuum.data.Picture;
import org.residuum.data.decode.reader.Bytes;
import org.residuum.data.decode.reader.PictureHeader;
import org.residuum.data.decode.reader.PictureReader;
import org.residuum.data.decode.reader.Samples;

/** Netpbm's bitmaps, greymaps and pixmaps, as text (P1 to P3) or binary (P4 to P6). */
public final class PnmReader implements PictureReader {
  private static final int MAX_DIGITS = 10;

  private final Bytes file;
  private final int kind;
  private final int width;
  private final int height;
  private final int max;
  private int at = 2;

  private PnmReader(Bytes file) throws IOException {
    this.file = file;
    kind = file.u8(1) - '0';
    width = number();
    height = number();
    max = isBitmap() ? 1 : number();
    at++; // One blank ends the header.
    if (width < 1 || height < 1) {
      throw new IOException("a PNM of " + width + " x " + height + " pixels");
    }
    if (max < 1 || max > 65535) {
      throw new IOException("a PNM with the maximum " + max + ", which must be in 1..65535");
    }
  }

  public static PnmReader of(byte[] file) throws IOException {
    return new PnmReader(Bytes.bigEndian(file));
  }

  private boolean isBitmap() {
    return kind == 1 || kind == 4;
  }

  private boolean isText() {
    return kind <= 3;
  }

  private int channels() {
    return kind == 3 || kind == 6 ? 3 : 1;
  }

  @Override
  public PictureHeader header() {
    return new PictureHeader(height, width, (long) channels() * width * height);
  }

  @Override
  public Picture decode() throws IOException {
    byte[] out = new byte[Math.multiplyExact(channels(), Math.multiplyExact(width, height))];
    if (kind == 4) {
      Samples.unpack(file.array(), at, width, height, 1, out);
      invert(out);
    } else if (isText()) {
      int start = at--;
      for (int i = 0; i < out.length; i++) {
        out[i] = eightBits(kind == 1 ? digit() : number());
      }
      at = start; // Decoding again gives the same.
      if (kind == 1) {
        invert(out);
      }
    } else {
      int bytes = max > 255 ? 2 : 1;
      file.require(at, (long) bytes * out.length);
      for (int i = 0; i < out.length; i++) {
        out[i] = eightBits(bytes == 2 ? file.u16(at + 2L * i) : file.u8(at + i));
      }
    }
    return new Picture(height, width, channels(), out);
  }

  /** In bitmaps 1 is black. */
  private static void invert(byte[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) ~values[i];
    }
  }

  private byte eightBits(int value) throws IOException {
    if (max == 255 && value <= 255) {
      return (byte) value;
    }
    if (value > max && isText()) {
      throw new IOException("a PNM with the value " + value + " over its maximum " + max);
    }
    return (byte) Math.min(255, (int) Math.rint(value * 255.0 / max));
  }

  private static boolean isBlank(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  /** Leaves the place at the first character that is neither blank nor comment. */
  private void skipBlanks() throws EOFException {
    while (true) {
      int c = file.u8(at);
      if (c == '#') {
        while (file.u8(at) != '\n' && file.u8(at) != '\r') {
          at++;
        }
      } else if (!isBlank(c)) {
        return;
      }
      at++;
    }
  }

  /** The next number; the place is then behind it. */
  private int number() throws IOException {
    skipBlanks();
    long value = 0;
    int from = at;
    while (at < file.length() && !isBlank(file.u8(at)) && file.u8(at) != '#') {
      int digit = file.u8(at++) - '0';
      if (digit < 0 || digit > 9 || at - from > MAX_DIGITS) {
        throw new IOException("a PNM with something else than a number at byte " + from);
      }
      value = 10 * value + digit;
    }
    return (int) Math.min(value, Integer.MAX_VALUE);
  }

  /** The next digit of a bitmap in text, where blanks between are not needed. */
  private int digit() throws IOException {
    skipBlanks();
    int digit = file.u8(at++) - '0';
    if (digit != 0 && digit != 1) {
      throw new IOException("a PNM bitmap with something else than 0 and 1");
    }
    return digit;
  }
}
