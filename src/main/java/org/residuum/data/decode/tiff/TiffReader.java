package org.residuum.data.decode.tiff;

import java.io.IOException;
import java.util.Optional;
import org.residuum.data.Picture;
import org.residuum.data.decode.reader.Exif;
import org.residuum.data.decode.reader.PictureHeader;
import org.residuum.data.decode.reader.PictureReader;
import org.residuum.data.decode.reader.RefusedPictureException;
import org.residuum.data.decode.reader.Samples;

/**
 * The first page of a TIFF in the kinds below, others being refused by name: greys of 1 to 16 bits,
 * palettes, RGB of 8 or 16 bits, CMYK of 8, YCbCr in JPEG; in strips or tiles, by pixels or by
 * planes.
 *
 * @see <a href="https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf">TIFF 6.0</a>
 */
public final class TiffReader implements PictureReader {
  private static final int WHITE_IS_ZERO = 0;
  private static final int BLACK_IS_ZERO = 1;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int CMYK = 5;
  private static final int YCC = 6;
  private static final int ASSOCIATED_ALPHA = 1;

  private final TiffFile file;
  private final int width;
  private final int height;
  private final int bits;
  private final int photometric;

  /** Samples a pixel in the file, and those of them that are colours. */
  private final int samples;

  private final int colors;

  /** Whether the colours were multiplied with their alpha. */
  private final boolean isAlphaAssociated;

  private final TiffLayout layout;

  private TiffReader(TiffFile file) throws IOException {
    this.file = file;
    width = file.value(TiffFile.WIDTH, 0);
    height = file.value(TiffFile.HEIGHT, 0);
    photometric = file.value(TiffFile.PHOTOMETRIC, -1);
    samples = file.value(TiffFile.SAMPLES, 1);
    long[] depths = file.values(TiffFile.BITS);
    bits = depths.length == 0 ? 1 : (int) depths[0];
    colors = photometric == CMYK ? 4 : photometric == RGB || photometric == YCC ? 3 : 1;
    check(depths);
    isAlphaAssociated =
        samples > colors && file.value(TiffFile.EXTRA_SAMPLES, 0) == ASSOCIATED_ALPHA;
    layout = new TiffLayout(file, width, height, bits, samples);
  }

  public static TiffReader of(byte[] file) throws IOException {
    return new TiffReader(TiffFile.of(file));
  }

  private void check(long[] depths) throws IOException {
    if (width < 1 || height < 1 || samples < colors || samples > 16) {
      throw new IOException(
          "a TIFF of " + width + " x " + height + " pixels with " + samples + " samples each");
    }
    for (long depth : depths) {
      if (depth != bits) {
        throw unread("samples of different depths");
      }
    }
    for (long format : file.values(TiffFile.SAMPLE_FORMAT)) {
      if (format != 1) {
        throw unread(format == 3 ? "floating-point samples" : "signed or complex samples");
      }
    }
    boolean jpeg = file.value(TiffFile.COMPRESSION, 1) == TiffLayout.JPEG;
    switch (photometric) {
      case WHITE_IS_ZERO, BLACK_IS_ZERO -> require((bits <= 8 && 8 % bits == 0) || bits == 16);
      case PALETTE -> require(bits <= 8 && 8 % bits == 0 && samples <= 2);
      case RGB -> require(bits == 8 || bits == 16);
      case CMYK -> require(bits == 8);
      case YCC -> {
        if (!jpeg) {
          throw unread("YCbCr that is not in JPEG");
        }
        require(bits == 8);
      }
      case 8, 9, 10 -> throw unread("CIE Lab colours");
      case 4 -> throw unread("a transparency mask");
      case 32803, 34892 -> throw unread("raw sensor values (DNG)");
      case 32844, 32845 -> throw unread("logarithmic colours");
      default -> throw unread("the photometric interpretation " + photometric);
    }
    if (jpeg && bits != 8) {
      throw unread("JPEG of " + bits + " bits");
    }
  }

  private void require(boolean known) throws IOException {
    if (!known) {
      throw unread(bits + " bits a sample of photometric interpretation " + photometric);
    }
  }

  private static IOException unread(String what) {
    return RefusedPictureException.tiffWith(what);
  }

  private int channels() {
    return colors == 4 ? 3 : colors;
  }

  @Override
  public PictureHeader header() {
    long palette = photometric == PALETTE ? 3 : 0;
    long planes = layout.planes > 1 ? samples : 0;
    long bytes = (channels() + palette + planes) * width * height + layout.decodingBytes();
    return new PictureHeader(height, width, bytes, orientation());
  }

  @Override
  public Picture decode() throws IOException {
    int pixels = Math.multiplyExact(width, height);
    byte[] out = new byte[Math.multiplyExact(channels(), pixels)];
    TiffSegments segments = new TiffSegments(file, layout, photometric == YCC);
    if (layout.planes == 1) {
      decode(segments, 0, (data, at, count, to) -> pixels(data, at, count, out, to));
    } else {
      fromPlanes(segments, out);
    }
    return photometric == PALETTE
        ? Samples.colored(height, width, out, palette())
        : new Picture(height, width, channels(), out);
  }

  /** Takes {@code count} pixels of a line at {@code at}, which are those from {@code to} on. */
  private interface Line {
    void take(byte[] data, int at, int count, int to);
  }

  private void decode(TiffSegments segments, int plane, Line line) throws IOException {
    for (int row = 0; row < layout.rows; row++) {
      for (int column = 0; column < layout.columns; column++) {
        byte[] data = segments.read(plane, row, column);
        int lines = Math.min(layout.height, height - row * layout.height);
        int from = column * layout.width;
        int count = Math.min(layout.width, width - from);
        for (int y = 0; y < lines; y++) {
          int to = (row * layout.height + y) * width + from;
          line.take(data, y * layout.lineBytes(), count, to);
        }
      }
    }
  }

  private void pixels(byte[] data, int at, int count, byte[] out, int to) {
    int[] pixel = new int[samples];
    for (int x = 0; x < count; x++) {
      for (int c = 0; c < samples; c++) {
        pixel[c] = eightBits(data, at, x * samples + c);
      }
      put(pixel, out, (to + x) * channels());
    }
  }

  private void fromPlanes(TiffSegments segments, byte[] out) throws IOException {
    byte[][] planes = new byte[samples][width * height];
    for (int plane = 0; plane < samples; plane++) {
      byte[] own = planes[plane];
      decode(
          segments,
          plane,
          (data, at, count, to) -> {
            for (int x = 0; x < count; x++) {
              own[to + x] = (byte) eightBits(data, at, x);
            }
          });
    }
    int[] pixel = new int[samples];
    for (int i = 0; i < width * height; i++) {
      for (int c = 0; c < samples; c++) {
        pixel[c] = planes[c][i] & 255;
      }
      put(pixel, out, i * channels());
    }
  }

  private void put(int[] pixel, byte[] out, int to) {
    if (isAlphaAssociated) {
      int alpha = pixel[colors];
      for (int c = 0; c < colors; c++) {
        pixel[c] = alpha == 0 ? 0 : Math.min(255, pixel[c] * 255 / alpha);
      }
    }
    if (photometric == CMYK) {
      Samples.cmykToRgb(pixel, out, to);
    } else {
      for (int c = 0; c < colors; c++) {
        out[to + c] = (byte) pixel[c];
      }
    }
  }

  /** A sample as 0 to 255: the high byte of 16 bits, fewer bits widened, an index as it is. */
  private int eightBits(byte[] data, int lineAt, int sample) {
    int value;
    if (bits == 16) {
      value = data[lineAt + 2 * sample + (file.bytes().isBigEndian() ? 0 : 1)] & 255;
    } else {
      value = Samples.at(data, lineAt, sample, bits);
      value *= photometric == PALETTE ? 1 : 255 / ((1 << bits) - 1);
    }
    return photometric == WHITE_IS_ZERO ? 255 - value : value;
  }

  /** The high bytes of 16-bit reds, then greens, then blues. */
  private byte[] palette() throws IOException {
    long[] map = file.values(TiffFile.COLOR_MAP);
    int entries = 1 << bits;
    if (map.length < 3 * entries) {
      throw new IOException("a TIFF whose palette has " + map.length / 3 + " colours");
    }
    byte[] palette = new byte[3 * entries];
    for (int i = 0; i < palette.length; i++) {
      palette[i] = (byte) (map[i % 3 * entries + i / 3] >> 8);
    }
    return palette;
  }

  private int orientation() {
    try {
      return Math.max(1, Exif.valid(file.value(TiffFile.ORIENTATION, 1)));
    } catch (IOException damaged) {
      return 1;
    }
  }

  @Override
  public Optional<byte[]> colorProfile() {
    try {
      byte[] profile = file.data(TiffFile.ICC_PROFILE);
      return profile.length == 0 || photometric == CMYK ? Optional.empty() : Optional.of(profile);
    } catch (IOException damaged) {
      return Optional.empty();
    }
  }
}
