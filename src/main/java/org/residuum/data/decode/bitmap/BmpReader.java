package org.residuum.data.decode.bitmap;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.residuum.data.Picture;
import org.residuum.data.decode.reader.Bytes;
import org.residuum.data.decode.reader.PictureHeader;
import org.residuum.data.decode.reader.PictureReader;
import org.residuum.data.decode.reader.Samples;

/**
 * Windows and OS/2 bitmaps: 1, 4 or 8 bits with a palette, also run-length coded; 16, 24 or 32 bits
 * of RGB, by masks or not.
 */
public final class BmpReader implements PictureReader {
  private static final int RAW = 0;
  private static final int RLE8 = 1;
  private static final int RLE4 = 2;
  private static final int MASKS = 3;
  private static final int HEADER_AT = 14;
  private static final int OS2_HEADER_BYTES = 12;

  private final Bytes file;
  private final int headerBytes;
  private final boolean topDown;
  private final int width;
  private final int height;
  private final int bits;
  private final int compression;
  private final int colors;

  private BmpReader(Bytes file) throws IOException {
    this.file = file;
    headerBytes = file.i32(HEADER_AT);
    if (headerBytes == OS2_HEADER_BYTES) {
      width = file.u16(18);
      height = file.u16(20);
      bits = file.u16(24);
      topDown = false;
      compression = RAW;
      colors = 1 << Math.min(bits, 8);
    } else if (headerBytes >= 40 && headerBytes <= 124) {
      width = file.i32(18);
      topDown = file.i32(22) < 0;
      height = Math.abs(file.i32(22));
      bits = file.u16(28);
      compression = file.i32(30);
      int used = file.i32(46);
      colors = used == 0 ? 1 << Math.min(bits, 8) : used;
    } else {
      throw new IOException("a BMP with a header of " + headerBytes + " bytes");
    }
    check();
  }

  public static BmpReader of(byte[] file) throws IOException {
    return new BmpReader(Bytes.littleEndian(file));
  }

  /** Two letters are no proof: the size of the header that follows must be one of a bitmap's. */
  public static boolean hasUsualHeader(byte[] head) {
    Bytes bytes = Bytes.littleEndian(head);
    try {
      return bytes.has(0, "BM")
          && List.of(12, 16, 40, 52, 56, 64, 108, 124).contains(bytes.i32(HEADER_AT));
    } catch (EOFException tooShort) {
      return false;
    }
  }

  private void check() throws IOException {
    if (width < 1 || height < 1) {
      throw new IOException("a BMP of " + width + " x " + height + " pixels");
    }
    boolean known =
        switch (compression) {
          case RAW -> bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
          case RLE8 -> bits == 8;
          case RLE4 -> bits == 4;
          case MASKS -> bits == 16 || bits == 24 || bits == 32;
          default -> false;
        };
    if (!known) {
      throw new IOException(
          "a BMP of " + bits + " bits with compression " + compression + ", which is not read");
    }
    if (isIndexed() && (colors < 1 || colors > 65536)) {
      throw new IOException("a BMP with a palette of " + colors + " colours");
    }
  }

  private boolean isIndexed() {
    return bits <= 8;
  }

  @Override
  public PictureHeader header() {
    return new PictureHeader(height, width, (isIndexed() ? 4L : 3L) * width * height);
  }

  @Override
  public Picture decode() throws IOException {
    if (!isIndexed()) {
      return direct();
    }
    byte[] indices = new byte[Math.multiplyExact(width, height)];
    if (compression == RAW) {
      unpack(indices);
    } else {
      new BmpRuns(file, pixelsAt(), width, compression == RLE4).decode(indices);
    }
    if (!topDown) {
      flip(indices, width);
    }
    return Samples.colored(height, width, indices, palette());
  }

  private int entryBytes() {
    return headerBytes == OS2_HEADER_BYTES ? 3 : 4;
  }

  private byte[] palette() throws IOException {
    int at = HEADER_AT + headerBytes;
    byte[] palette = new byte[3 * Math.min(256, colors)];
    for (int i = 0; i < palette.length; i += 3) {
      int entry = at + i / 3 * entryBytes();
      palette[i] = (byte) file.u8(entry + 2);
      palette[i + 1] = (byte) file.u8(entry + 1);
      palette[i + 2] = (byte) file.u8(entry);
    }
    return palette;
  }

  /** Some files give the place of the palette instead. */
  private int pixelsAt() throws IOException {
    int at = file.i32(10);
    boolean atPalette = at == HEADER_AT + headerBytes && isIndexed();
    return atPalette ? at + entryBytes() * colors : at;
  }

  private long stride() {
    return ((long) width * bits + 31) / 32 * 4;
  }

  /** The last row may lack the bytes that fill it up. */
  private void requirePixels(int at) throws IOException {
    file.require(at, stride() * (height - 1) + ((long) width * bits + 7) / 8);
  }

  private void unpack(byte[] indices) throws IOException {
    int at = pixelsAt();
    requirePixels(at);
    for (int y = 0; y < height; y++) {
      int row = (int) (at + y * stride());
      for (int x = 0; x < width; x++) {
        indices[y * width + x] = (byte) Samples.at(file.array(), row, x, bits);
      }
    }
  }

  private static void flip(byte[] rows, int stride) {
    byte[] spare = new byte[stride];
    for (int low = 0, high = rows.length - stride; low < high; low += stride, high -= stride) {
      System.arraycopy(rows, low, spare, 0, stride);
      System.arraycopy(rows, high, rows, low, stride);
      System.arraycopy(spare, 0, rows, high, stride);
    }
  }

  private Picture direct() throws IOException {
    int at = pixelsAt();
    requirePixels(at);
    Mask[] masks = masks();
    byte[] out = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    int bytes = bits / 8;
    for (int y = 0, to = 0; y < height; y++) {
      int from = (int) (at + (topDown ? y : height - 1 - y) * stride());
      for (int x = 0; x < width; x++, from += bytes) {
        int pixel = bits == 16 ? file.u16(from) : bits == 24 ? file.u24(from) : file.i32(from);
        for (Mask mask : masks) {
          out[to++] = mask.eightBits(pixel);
        }
      }
    }
    return new Picture(height, width, 3, out);
  }

  /** The bits of a colour, widened to 8 bits. */
  private record Mask(int shift, int max) {
    static Mask of(int bits) throws IOException {
      int shift = Integer.numberOfTrailingZeros(bits);
      int max = bits == 0 ? 0 : bits >>> shift;
      if (max == 0 || max > 255 || (max & (max + 1)) != 0) {
        throw new IOException("a BMP with the colour mask " + Integer.toHexString(bits));
      }
      return new Mask(shift, max);
    }

    byte eightBits(int pixel) {
      int value = pixel >>> shift & max;
      return (byte) (max == 255 ? value : value * 255 / max);
    }
  }

  private Mask[] masks() throws IOException {
    int[] bitsOf =
        bits == 16 ? new int[] {0x7c00, 0x3e0, 0x1f} : new int[] {0xff0000, 0xff00, 0xff};
    int at = HEADER_AT + 40; // In longer headers, or behind this one.
    if (compression == MASKS && (file.i32(at) | file.i32(at + 4) | file.i32(at + 8)) != 0) {
      bitsOf = new int[] {file.i32(at), file.i32(at + 4), file.i32(at + 8)};
    }
    return new Mask[] {Mask.of(bitsOf[0]), Mask.of(bitsOf[1]), Mask.of(bitsOf[2])};
  }
}
