package org.residuum.format.pytorch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/**
 * Writes a zip of stored entries whose data start at multiples of 64 bytes, as PyTorch's own writer
 * does: an extra field of id {@code FB} pads each header.
 */
final class ZipWriter {
  /** Without 64-bit fields, and with room for the directory. */
  static final long MOST_BYTES = 0xffffffffL - (64 << 20);

  static final int MOST_ENTRIES = 0xfffe;

  private static final int ALIGNMENT = 64;
  private static final int LOCAL_HEADER_BYTES = 30;
  private static final int EXTRA_HEADER_BYTES = 4;
  private static final short PADDING_ID = 'F' | 'B' << 8;
  private static final short VERSION = 20;
  private static final short UTF8_NAMES = 0x0800;

  /** 1 January 1980, so that equal contents give equal files. */
  private static final short EARLIEST_DATE = 0x0021;

  private final FileChannel channel;
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private int entries;

  ZipWriter(FileChannel channel) {
    this.channel = channel;
  }

  /** Writes the same bytes each time it is asked. */
  @FunctionalInterface
  interface Content {
    void writeTo(WritableByteChannel target) throws IOException;
  }

  void add(String name, byte[] bytes) throws IOException {
    add(name, bytes.length, target -> writeFully(ByteBuffer.wrap(bytes), target));
  }

  /**
   * Adds an entry; the content is written twice, first for its checksum.
   *
   * @param size of the content in bytes
   */
  void add(String name, long size, Content content) throws IOException {
    long header = channel.position();
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer fields = fields(crc(content), size, utf8.length);
    int padding = padding(header, utf8.length);
    ByteBuffer local = buffer(LOCAL_HEADER_BYTES + utf8.length + EXTRA_HEADER_BYTES + padding);
    local.putInt(0x04034b50).put(fields.duplicate());
    local.putShort((short) (EXTRA_HEADER_BYTES + padding)).put(utf8);
    local.putShort(PADDING_ID).putShort((short) padding);
    writeFully(local.rewind(), channel);
    content.writeTo(channel);
    addToDirectory(fields, header, utf8);
  }

  private void addToDirectory(ByteBuffer fields, long header, byte[] utf8) {
    ByteBuffer entry = buffer(46 + utf8.length);
    entry.putInt(0x02014b50).putShort(VERSION).put(fields);
    entry.position(42);
    entry.putInt((int) header).put(utf8);
    directory.writeBytes(entry.array());
    entries++;
  }

  /** What the two headers of an entry share: version needed to length of the name. */
  private static ByteBuffer fields(long crc, long size, int nameBytes) {
    ByteBuffer fields = buffer(24);
    fields.putShort(VERSION).putShort(UTF8_NAMES).putShort((short) 0); // stored
    fields.putShort((short) 0).putShort(EARLIEST_DATE);
    fields.putInt((int) crc).putInt((int) size).putInt((int) size).putShort((short) nameBytes);
    return fields.rewind();
  }

  private static int padding(long header, int nameBytes) {
    long unpadded = header + LOCAL_HEADER_BYTES + nameBytes + EXTRA_HEADER_BYTES;
    return (int) Math.floorMod(-unpadded, (long) ALIGNMENT);
  }

  private static long crc(Content content) throws IOException {
    CheckedOutputStream sums =
        new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
    content.writeTo(Channels.newChannel(sums));
    return sums.getChecksum().getValue();
  }

  /** Writes the directory. */
  void finish() throws IOException {
    long start = channel.position();
    writeFully(ByteBuffer.wrap(directory.toByteArray()), channel);
    ByteBuffer end = buffer(22);
    end.putInt(0x06054b50).putInt(0);
    end.putShort((short) entries).putShort((short) entries);
    end.putInt(directory.size()).putInt((int) start);
    writeFully(end.rewind(), channel);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void writeFully(ByteBuffer bytes, WritableByteChannel target) throws IOException {
    while (bytes.hasRemaining()) {
      target.write(bytes);
    }
  }
}
