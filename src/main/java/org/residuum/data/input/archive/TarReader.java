package org.residuum.data.input.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The entries of a tar archive, one after the other. Long names and sizes come as GNU's or as pax's
 * records before an entry.
 */
public final class TarReader {
  /** Names and records that are longer are no names. */
  private static final int MOST_META = 1 << 20;

  private final InputStream in;
  private final Map<String, String> common = new HashMap<>();
  private long position;

  /** Bytes to pass over before the next header, and how many of them no content needs. */
  private long pending;

  private long padding;

  public TarReader(InputStream in) {
    this.in = in;
  }

  /**
   * The next entry, whose content follows; null at the end.
   *
   * @throws IOException if the archive is damaged
   */
  public TarHeader next() throws IOException {
    Map<String, String> records = new HashMap<>(common);
    while (true) {
      pass(pending);
      pending = 0;
      byte[] block = read(TarHeader.BLOCK);
      if (block.length == 0 || (block.length == TarHeader.BLOCK && TarHeader.isZero(block))) {
        return null;
      }
      requireWhole(block, TarHeader.BLOCK);
      TarHeader header = TarHeader.parse(block);
      switch (header.type()) {
        case 'L' -> records.put("path", TarHeader.text(untilZero(meta(header))));
        case 'x', 'X' -> records.putAll(records(meta(header)));
        case 'g' -> common.putAll(records(meta(header)));
        case 'K' -> leaveTo(header);
        default -> {
          return with(records, header);
        }
      }
    }
  }

  private TarHeader with(Map<String, String> records, TarHeader header) throws IOException {
    TarHeader entry = header;
    if (records.containsKey("path")) {
      entry = entry.withName(records.get("path"));
    }
    if (records.containsKey("size")) {
      String size = records.get("size");
      if (!size.matches("\\d{1,18}")) {
        throw new IOException("an entry's size is '" + size + "'");
      }
      entry = entry.withSize(Long.parseLong(size));
    }
    if (header.type() == 'S' || records.keySet().stream().anyMatch(k -> k.startsWith("GNU.sp"))) {
      entry = new TarHeader(entry.name(), entry.size(), 'S');
    }
    if (entry.hasNoContent()) { // Some programs give a link the size of what it leads to.
      entry = entry.withSize(0);
    }
    leaveTo(entry);
    return entry;
  }

  /**
   * Reads what is behind the last entry, where a packed archive has its checksum.
   *
   * @throws IOException if that is wrong
   */
  public void finish() throws IOException {
    byte[] rest = new byte[1 << 13];
    while (in.read(rest) >= 0) {
      // Only its end matters.
    }
  }

  private void leaveTo(TarHeader entry) {
    pending = entry.paddedSize();
    padding = pending - entry.size();
  }

  /** Where the content of the last entry begins. */
  public long position() {
    return position;
  }

  /** The content of the last entry. */
  public byte[] content(TarHeader entry) throws IOException {
    byte[] content = read((int) entry.size());
    requireWhole(content, entry.size());
    pending -= content.length;
    return content;
  }

  /** The first bytes of the last entry's content, which stay there to be read. */
  public byte[] head(TarHeader entry, int most) throws IOException {
    in.mark(most);
    byte[] head = in.readNBytes((int) Math.min(most, entry.size()));
    in.reset();
    return head;
  }

  /** Of an entry that is part of the archive's own. */
  private byte[] meta(TarHeader header) throws IOException {
    if (header.size() > MOST_META) {
      throw new IOException("a name of " + header.size() + " bytes");
    }
    leaveTo(header);
    return content(header);
  }

  private static ByteBuffer untilZero(byte[] text) {
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return ByteBuffer.wrap(text, 0, end);
  }

  /** Lines of {@code LENGTH KEY=VALUE}, the length being that of the line. */
  private static Map<String, String> records(byte[] text) throws IOException {
    Map<String, String> records = new HashMap<>();
    for (int at = 0; at < text.length; ) {
      int space = at;
      int length = 0;
      while (space < text.length
          && text[space] >= '0'
          && text[space] <= '9'
          && length < MOST_META) {
        length = 10 * length + text[space++] - '0';
      }
      if (length <= space - at + 1 || length > text.length - at) {
        throw new IOException("a damaged pax record");
      }
      byte[] line = Arrays.copyOfRange(text, space + 1, at + length - 1);
      int equals = new String(line, StandardCharsets.ISO_8859_1).indexOf('=');
      if (equals < 1) {
        throw new IOException("a damaged pax record");
      }
      records.put(
          new String(line, 0, equals, StandardCharsets.UTF_8),
          TarHeader.text(ByteBuffer.wrap(line, equals + 1, line.length - equals - 1).slice()));
      at += length;
    }
    return records;
  }

  private byte[] read(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    position += bytes.length;
    return bytes;
  }

  private void pass(long bytes) throws IOException {
    long left = bytes;
    while (left > 0) {
      long skipped = in.skip(left);
      if (skipped <= 0) { // At the end, or not just now.
        skipped = in.read() < 0 ? 0 : 1;
      }
      if (skipped == 0) {
        if (left > padding) {
          throw cutOff();
        }
        return;
      }
      left -= skipped;
      position += skipped;
    }
  }

  private static void requireWhole(byte[] bytes, long length) throws IOException {
    if (bytes.length < length) {
      throw cutOff();
    }
  }

  private static EOFException cutOff() {
    return new EOFException("it ends in the middle of an entry");
  }
}
