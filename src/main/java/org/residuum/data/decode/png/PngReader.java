package org.residuum.data.decode.png;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.InflaterInputStream;
import org.residuum.data.Picture;
import org.residuum.data.decode.reader.Bytes;
import org.residuum.data.decode.reader.Exif;
import org.residuum.data.decode.reader.PictureHeader;
import org.residuum.data.decode.reader.PictureReader;
import org.residuum.data.decode.reader.Samples;

/**
 * PNG of all colour types and depths, interlaced or not. Every chunk's checksum is compared; 16
 * bits become their high byte, as PIL's for RGB.
 *
 * @see <a href="https://www.w3.org/TR/png-3/">PNG specification, third edition</a>
 */
public final class PngReader implements PictureReader {
  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int RGB_ALPHA = 6;

  /** First column and row, and steps, of the seven passes of interlacing. */
  private static final int[][] ADAM7 = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private static final int[][] WHOLE = {{0, 0, 1, 1}};

  private final PngChunks chunks;
  private final int width;
  private final int height;
  private final int bits;
  private final int type;
  private final boolean interlaced;

  private PngReader(PngChunks chunks) throws IOException {
    this.chunks = chunks;
    Bytes header = chunks.first("IHDR").map(Bytes::bigEndian).orElse(null);
    if (header == null || header.length() != 13) {
      throw new IOException("a PNG without its header (IHDR)");
    }
    width = header.i32(0);
    height = header.i32(4);
    bits = header.u8(8);
    type = header.u8(9);
    interlaced = header.u8(12) == 1;
    check(header);
  }

  public static PngReader of(byte[] file) throws IOException {
    return new PngReader(PngChunks.of(file));
  }

  private void check(Bytes header) throws IOException {
    boolean known =
        switch (type) {
          case GREY -> bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
          case PALETTE -> bits == 1 || bits == 2 || bits == 4 || bits == 8;
          case RGB, GREY_ALPHA, RGB_ALPHA -> bits == 8 || bits == 16;
          default -> false;
        };
    if (!known) {
      throw new IOException("a PNG of colour type " + type + " with " + bits + " bits a sample");
    }
    if (width < 1 || height < 1) {
      throw new IOException("a PNG of " + width + " x " + height + " pixels");
    }
    if (header.u8(10) != 0 || header.u8(11) != 0 || header.u8(12) > 1) {
      throw new IOException("a PNG with an unknown compression, filter or interlacing");
    }
    if (type == PALETTE && chunks.first("PLTE").isEmpty()) {
      throw new IOException("a PNG without its palette (PLTE)");
    }
  }

  private int samplesAPixel() {
    return switch (type) {
      case RGB -> 3;
      case GREY_ALPHA -> 2;
      case RGB_ALPHA -> 4;
      default -> 1;
    };
  }

  private int channels() {
    return type == RGB || type == RGB_ALPHA ? 3 : 1;
  }

  @Override
  public PictureHeader header() {
    long palette = type == PALETTE ? 3 : 0;
    long row = 1 + ((long) width * samplesAPixel() * bits + 7) / 8;
    long bytes = (channels() + palette) * width * height + 2 * row;
    return new PictureHeader(height, width, bytes, orientation());
  }

  @Override
  public Picture decode() throws IOException {
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), channels())];
    try (InflaterInputStream pixels = new InflaterInputStream(chunks.data())) {
      for (int[] pass : interlaced ? ADAM7 : WHOLE) {
        readPass(pixels, pass, out);
      }
    }
    return type == PALETTE
        ? Samples.colored(height, width, out, chunks.first("PLTE").orElseThrow())
        : new Picture(height, width, channels(), out);
  }

  private void readPass(InflaterInputStream pixels, int[] pass, byte[] out) throws IOException {
    int columns = (width - pass[0] + pass[2] - 1) / pass[2];
    int rows = (height - pass[1] + pass[3] - 1) / pass[3];
    if (columns == 0 || rows == 0) {
      return;
    }
    int pixelBits = samplesAPixel() * bits;
    PngRows filtered = new PngRows(pixels, (columns * pixelBits + 7) / 8, (pixelBits + 7) / 8);
    for (int y = 0; y < rows; y++) {
      int at = ((pass[1] + y * pass[3]) * width + pass[0]) * channels();
      copy(filtered.next(), columns, out, at, pass[2] * channels());
    }
  }

  /** Writes a row's pixels, without alpha, at {@code at} and each {@code step} bytes on. */
  private void copy(byte[] row, int columns, byte[] out, int at, int step) {
    int sampleBytes = bits == 16 ? 2 : 1;
    int pixelBytes = samplesAPixel() * sampleBytes;
    int channels = channels();
    if (bits == 8 && pixelBytes == channels && step == channels) {
      System.arraycopy(row, 0, out, at, columns * channels);
      return;
    }
    int scale = bits < 8 && type == GREY ? 255 / ((1 << bits) - 1) : 1;
    for (int x = 0; x < columns; x++, at += step) {
      if (bits < 8) {
        out[at] = (byte) (scale * Samples.at(row, 0, x, bits));
        continue;
      }
      for (int c = 0; c < channels; c++) {
        out[at + c] = row[x * pixelBytes + c * sampleBytes];
      }
    }
  }

  private int orientation() {
    Optional<byte[]> exif = chunks.first("eXIf");
    if (exif.isEmpty()) {
      exif = chunks.text("Raw profile type exif").flatMap(PngReader::fromHex);
    }
    int orientation = exif.map(Exif::orientation).orElse(0);
    if (orientation == 0) {
      orientation = chunks.text("XML:com.adobe.xmp").map(Exif::orientationOfXmp).orElse(0);
    }
    return Math.max(1, orientation);
  }

  /** ImageMagick's text chunk: a line that is empty, the name, the length, then lines of hex. */
  private static Optional<byte[]> fromHex(String text) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    String digits = String.join("", lines.subList(Math.min(3, lines.size()), lines.size())).strip();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i + 1 < digits.length(); i += 2) {
      int high = Character.digit(digits.charAt(i), 16);
      int low = Character.digit(digits.charAt(i + 1), 16);
      if (high < 0 || low < 0) {
        return Optional.empty();
      }
      out.write(high << 4 | low);
    }
    return Optional.of(out.toByteArray());
  }

  @Override
  public Optional<byte[]> colorProfile() {
    return chunks.colorProfile();
  }
}
