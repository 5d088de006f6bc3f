package org.residuum.format.pytorch;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.residuum.format.FormatException;
import org.residuum.format.file.MappedFile;

/** The central directory at the end of a zip (PKWARE's APPNOTE 6.3.10, 4.3.12 to 4.3.16). */
final class ZipDirectory {
  private static final int MOST_ENTRIES = 100_000;
  private static final int MOST_BYTES = 32 << 20;

  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int MOST_COMMENT_BYTES = 0xffff;
  private static final int END_64_LOCATOR = 0x07064b50;
  private static final int END_64_LOCATOR_BYTES = 20;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_BYTES = 56;
  private static final int ENTRY = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int EXTRA_64 = 1;
  private static final int ENCRYPTED = 1;
  private static final long SEE_EXTRA_64 = 0xffffffffL;

  private final MappedFile file;
  private final long entries;
  private final long bytes;
  private final long start;

  private ZipDirectory(MappedFile file, long entries, long bytes, long start) {
    this.file = file;
    this.entries = entries;
    this.bytes = bytes;
    this.start = start;
  }

  /** Offset of the directory: the end of the entries. */
  long start() {
    return start;
  }

  static ZipDirectory find(MappedFile file) throws IOException {
    long end = findEnd(file);
    ByteBuffer record = file.slice(end, END_BYTES);
    long locator = end - END_64_LOCATOR_BYTES;
    if (locator >= 0 && file.slice(locator, 4).getInt() == END_64_LOCATOR) {
      return find64(file, file.slice(locator + 8, 8).getLong());
    }
    return new ZipDirectory(
        file, record.getShort(10) & 0xffff, unsigned(record, 12), unsigned(record, 16));
  }

  private static ZipDirectory find64(MappedFile file, long end) throws IOException {
    ByteBuffer record = file.slice(end, END_64_BYTES);
    if (record.getInt(0) != END_64) {
      throw new FormatException(file.path(), end, "the zip64 end record is not here");
    }
    return new ZipDirectory(file, record.getLong(32), record.getLong(40), record.getLong(48));
  }

  /** The last end record whose comment ends with the file. */
  private static long findEnd(MappedFile file) throws IOException {
    long tailBytes = Math.min(file.size(), END_BYTES + MOST_COMMENT_BYTES);
    ByteBuffer tail = file.slice(file.size() - tailBytes, tailBytes);
    for (int at = tail.limit() - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END
          && (tail.getShort(at + 20) & 0xffff) == tail.limit() - at - END_BYTES) {
        return file.size() - tailBytes + at;
      }
    }
    throw new FormatException(
        file.path(), file.size(), "the zip's directory is missing at its end; it is truncated");
  }

  List<ZipEntryInfo> read() throws IOException {
    if (entries < 0 || entries > MOST_ENTRIES || bytes < 0 || bytes > MOST_BYTES) {
      throw new FormatException(
          file.path(),
          start,
          "a zip directory of "
              + entries
              + " entries and "
              + bytes
              + " bytes; the limits are "
              + MOST_ENTRIES
              + " and "
              + MOST_BYTES);
    }
    ByteBuffer directory = file.slice(start, bytes);
    List<ZipEntryInfo> found = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      found.add(readEntry(directory));
    }
    return found;
  }

  private ZipEntryInfo readEntry(ByteBuffer directory) throws IOException {
    int at = directory.position();
    if (directory.remaining() < ENTRY_BYTES || directory.getInt(at) != ENTRY) {
      throw damaged(at);
    }
    if ((directory.getShort(at + 8) & ENCRYPTED) != 0) {
      throw new FormatException(file.path(), start + at, "the zip is encrypted; decrypt it first");
    }
    int nameBytes = directory.getShort(at + 28) & 0xffff;
    int extraBytes = directory.getShort(at + 30) & 0xffff;
    int commentBytes = directory.getShort(at + 32) & 0xffff;
    if (directory.remaining() - ENTRY_BYTES < nameBytes + extraBytes + commentBytes) {
      throw damaged(at);
    }
    ByteBuffer name = directory.slice(at + ENTRY_BYTES, nameBytes);
    ByteBuffer extra = directory.slice(at + ENTRY_BYTES + nameBytes, extraBytes);
    directory.position(at + ENTRY_BYTES + nameBytes + extraBytes + commentBytes);
    ByteBuffer wide = extra64(extra.order(directory.order()));
    try {
      long size = wide(unsigned(directory, at + 24), wide);
      long compressed = wide(unsigned(directory, at + 20), wide);
      long header = wide(unsigned(directory, at + 42), wide);
      if (size < 0 || compressed < 0 || header < 0) {
        throw damaged(at);
      }
      return new ZipEntryInfo(
          StandardCharsets.UTF_8.decode(name).toString(),
          directory.getShort(at + 10) & 0xffff,
          unsigned(directory, at + 16),
          compressed,
          size,
          header);
    } catch (BufferUnderflowException e) {
      throw damaged(at);
    }
  }

  private FormatException damaged(int at) {
    return new FormatException(file.path(), start + at, "the zip's directory is damaged here");
  }

  /** The 64-bit fields of an entry, in the order size, compressed size, offset; maybe none. */
  private static ByteBuffer extra64(ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & 0xffff;
      int length = Math.min(extra.getShort() & 0xffff, extra.remaining());
      if (id == EXTRA_64) {
        return extra.slice(extra.position(), length).order(extra.order());
      }
      extra.position(extra.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  private static long wide(long narrow, ByteBuffer wide) {
    return narrow == SEE_EXTRA_64 ? wide.getLong() : narrow;
  }

  private static long unsigned(ByteBuffer bytes, int at) {
    return bytes.getInt(at) & 0xffffffffL;
  }
}
