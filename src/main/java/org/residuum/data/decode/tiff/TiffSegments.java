package org.residuum.data.decode.tiff;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.InflaterInputStream;
import org.residuum.data.decode.jpeg.JpegReader;
import org.residuum.data.decode.reader.PictureHeader;
import org.residuum.data.decode.reader.RefusedPictureException;

/** The strips or tiles of a TIFF, decompressed. */
final class TiffSegments {
  private final TiffFile file;
  private final TiffLayout layout;
  private final boolean isYcc;
  private final boolean tiled;
  private final long[] offsets;
  private final long[] counts;
  private final int predictor;
  private final boolean reversed;

  TiffSegments(TiffFile file, TiffLayout layout, boolean isYcc) throws IOException {
    this.file = file;
    this.layout = layout;
    this.isYcc = isYcc;
    tiled = file.has(TiffFile.TILE_OFFSETS);
    offsets = file.values(tiled ? TiffFile.TILE_OFFSETS : TiffFile.STRIP_OFFSETS);
    counts = file.values(tiled ? TiffFile.TILE_BYTES : TiffFile.STRIP_BYTES);
    reversed = file.value(TiffFile.FILL_ORDER, 1) == 2;
    boolean coded = layout.compression != TiffLayout.NONE;
    predictor = coded ? file.value(TiffFile.PREDICTOR, 1) : 1;
    long expected = (long) layout.rows * layout.columns * layout.planes;
    if (offsets.length < expected) {
      throw new IOException("a TIFF with " + offsets.length + " of its " + expected + " pieces");
    }
    if (predictor > 2 || (predictor == 2 && layout.bits != 8 && layout.bits != 16)) {
      throw RefusedPictureException.tiffWith(
          "predictor " + predictor + " of " + layout.bits + " bits");
    }
  }

  /** {@code (lines, lineBytes)} of a segment. */
  byte[] read(int plane, int row, int column) throws IOException {
    int index = (plane * layout.rows + row) * layout.columns + column;
    int lines = layout.lines(row, tiled);
    int size = Math.multiplyExact(lines, layout.lineBytes());
    byte[] raw = raw(index, size);
    byte[] data =
        switch (layout.compression) {
          case TiffLayout.JPEG -> jpeg(raw, lines);
          case TiffLayout.LZW -> TiffLzw.of(raw).decode(new byte[size]);
          case TiffLayout.PACK_BITS -> unpacked(raw, new byte[size]);
          case TiffLayout.DEFLATE, TiffLayout.OLD_DEFLATE -> inflated(raw, new byte[size]);
          default -> raw;
        };
    if (predictor == 2) {
      sumDifferences(data, lines);
    }
    return data;
  }

  private byte[] raw(int index, int size) throws IOException {
    boolean coded = layout.compression != TiffLayout.NONE;
    long rest = file.bytes().length() - offsets[index];
    long count = index < counts.length && counts[index] > 0 ? counts[index] : rest;
    byte[] raw = file.bytes().copy(offsets[index], coded ? count : size);
    if (reversed && layout.compression != TiffLayout.JPEG) {
      for (int i = 0; i < raw.length; i++) {
        raw[i] = (byte) (Integer.reverse(raw[i]) >>> 24);
      }
    }
    return raw;
  }

  static EOFException cut() {
    return new EOFException("a TIFF whose pixels end early: cut short");
  }

  private static byte[] inflated(byte[] raw, byte[] out) throws IOException {
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(raw))) {
      if (in.readNBytes(out, 0, out.length) < out.length) {
        throw cut();
      }
      return out;
    }
  }

  private static byte[] unpacked(byte[] raw, byte[] out) throws IOException {
    int in = 0;
    int done = 0;
    while (done < out.length) {
      if (in >= raw.length) {
        throw cut();
      }
      int head = raw[in++];
      if (head == -128) {
        continue;
      }
      int count = Math.min(out.length - done, head >= 0 ? head + 1 : 1 - head);
      if (in + (head >= 0 ? count : 1) > raw.length) {
        throw cut();
      }
      if (head >= 0) {
        System.arraycopy(raw, in, out, done, count);
        in += head + 1;
      } else {
        Arrays.fill(out, done, done + count, raw[in++]);
      }
      done += count;
    }
    return out;
  }

  /** Each sample was stored as its difference from that of the pixel at its left. */
  private void sumDifferences(byte[] data, int lines) {
    int samples = layout.samples;
    boolean wide = layout.bits == 16;
    int high = file.bytes().isBigEndian() ? 0 : 1;
    for (int y = 0; y < lines; y++) {
      int at = y * layout.lineBytes();
      for (int i = samples; i < layout.width * samples; i++) {
        if (!wide) {
          data[at + i] += data[at + i - samples];
          continue;
        }
        int own = at + 2 * i;
        int left = own - 2 * samples;
        int sum = (data[own + 1 - high] & 255) + (data[left + 1 - high] & 255);
        data[own + 1 - high] = (byte) sum;
        data[own + high] += (byte) ((data[left + high] & 255) + (sum >> 8));
      }
    }
  }

  /** A JPEG whose tables are kept once for all segments (TIFF Technical Note 2). */
  private byte[] jpeg(byte[] raw, int lines) throws IOException {
    byte[] tables = file.data(TiffFile.JPEG_TABLES);
    if (tables.length > 4 && raw.length > 2) {
      byte[] whole = Arrays.copyOf(tables, tables.length - 2 + raw.length - 2);
      System.arraycopy(raw, 2, whole, tables.length - 2, raw.length - 2);
      raw = whole;
    }
    JpegReader picture = JpegReader.of(raw);
    PictureHeader header = picture.header();
    boolean fits = header.width() == layout.width && header.height() >= lines;
    if (!fits || picture.components() != layout.samples) {
      throw new IOException(
          "a TIFF piece of %s x %s pixels whose JPEG has %s x %s"
              .formatted(layout.width, lines, header.width(), header.height()));
    }
    return picture.samples(isYcc);
  }
}
