package org.residuum.data.decode.tiff;

import java.io.EOFException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.residuum.data.decode.reader.Bytes;

/** The first directory of a TIFF or BigTIFF file: its tags and their values. */
final class TiffFile {
  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS = 258;
  static final int COMPRESSION = 259;
  static final int PHOTOMETRIC = 262;
  static final int FILL_ORDER = 266;
  static final int STRIP_OFFSETS = 273;
  static final int ORIENTATION = 274;
  static final int SAMPLES = 277;
  static final int ROWS_PER_STRIP = 278;
  static final int STRIP_BYTES = 279;
  static final int PLANAR = 284;
  static final int PREDICTOR = 317;
  static final int COLOR_MAP = 320;
  static final int TILE_WIDTH = 322;
  static final int TILE_HEIGHT = 323;
  static final int TILE_OFFSETS = 324;
  static final int TILE_BYTES = 325;
  static final int EXTRA_SAMPLES = 338;
  static final int SAMPLE_FORMAT = 339;
  static final int JPEG_TABLES = 347;
  static final int ICC_PROFILE = 34675;

  private static final int BIG = 43;
  private static final int MAX_VALUES = 1 << 24;

  /** Values of a tag; {@code type} is TIFF's number for their kind. */
  private record Entry(int type, int count, long at) {}

  private final Bytes bytes;
  private final Map<Integer, Entry> entries = new HashMap<>();

  private TiffFile(Bytes bytes) {
    this.bytes = bytes;
  }

  static TiffFile of(byte[] file) throws IOException {
    Bytes raw = Bytes.bigEndian(file);
    TiffFile tiff = new TiffFile(raw.has(0, "II") ? Bytes.littleEndian(file) : raw);
    tiff.readDirectory();
    return tiff;
  }

  private void readDirectory() throws IOException {
    boolean big = bytes.u16(2) == BIG;
    long at = big ? bytes.i64(8) : bytes.u32(4);
    long count = big ? bytes.i64(at) : bytes.u16(at);
    int entryBytes = big ? 20 : 12;
    long first = at + (big ? 8 : 2);
    if (count < 1 || count > 1 << 16) {
      throw new IOException("a TIFF directory of " + count + " entries");
    }
    for (int i = 0; i < count; i++) {
      long entry = first + (long) i * entryBytes;
      int type = bytes.u16(entry + 2);
      long values = big ? bytes.i64(entry + 4) : bytes.u32(entry + 4);
      long valueAt = entry + (big ? 12 : 8);
      int size = sizeOf(type);
      if (size == 0) {
        continue; // Readers skip kinds that they do not know.
      }
      boolean inside = values >= 0 && values * size <= (big ? 8 : 4);
      long place = inside ? valueAt : big ? bytes.i64(valueAt) : bytes.u32(valueAt);
      boolean sane = values >= 0 && values <= MAX_VALUES;
      entries.put(bytes.u16(entry), new Entry(type, sane ? (int) values : -1, place));
    }
  }

  private static int sizeOf(int type) {
    return switch (type) {
      case 1, 2, 6, 7 -> 1;
      case 3, 8 -> 2;
      case 4, 9, 11, 13 -> 4;
      case 5, 10, 12, 16, 17, 18 -> 8;
      default -> 0;
    };
  }

  Bytes bytes() {
    return bytes;
  }

  boolean has(int tag) {
    return entries.containsKey(tag);
  }

  /** Whole numbers of a tag; none where it is missing. */
  long[] values(int tag) throws IOException {
    Entry entry = entries.get(tag);
    if (entry == null) {
      return new long[0];
    }
    if (entry.count() < 0) {
      throw new EOFException("a TIFF whose tag " + tag + " has too many values");
    }
    int size = sizeOf(entry.type());
    bytes.require(entry.at(), (long) size * entry.count());
    long[] values = new long[entry.count()];
    for (int i = 0; i < values.length; i++) {
      long at = entry.at() + (long) size * i;
      values[i] =
          switch (entry.type()) {
            case 1, 7 -> bytes.u8(at);
            case 3 -> bytes.u16(at);
            case 4, 13 -> bytes.u32(at);
            case 16, 18 -> bytes.i64(at);
            default -> throw new IOException("a TIFF whose tag " + tag + " is no whole number");
          };
    }
    return values;
  }

  /** The first value of a tag. */
  int value(int tag, int otherwise) throws IOException {
    long[] values = values(tag);
    if (values.length == 0) {
      return otherwise;
    }
    return (int) Math.min(values[0], Integer.MAX_VALUE);
  }

  /** The bytes of a tag; none where it is missing. */
  byte[] data(int tag) throws IOException {
    Entry entry = entries.get(tag);
    return entry == null ? new byte[0] : bytes.copy(entry.at(), Math.max(0, entry.count()));
  }
}
