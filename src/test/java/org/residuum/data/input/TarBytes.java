package org.residuum.data.input;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes tar archives, sound and otherwise. */
final class TarBytes {
  private static final int BLOCK = 512;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  TarBytes file(String name, byte... content) {
    return entry(name, '0', String.format(Locale.ROOT, "%011o\0", content.length), content);
  }

  TarBytes entry(String name, char type) {
    return entry(name, type, "00000000000\0");
  }

  /** One whose header says any size. */
  TarBytes entry(String name, char type, String size, byte... content) {
    byte[] block = new byte[BLOCK];
    put(block, 0, name);
    put(block, 100, "0000644\0");
    put(block, 124, size);
    put(block, 136, "00000000000\0");
    block[156] = (byte) type;
    put(block, 257, "ustar\0" + "00");
    return withSum(block, content);
  }

  private TarBytes withSum(byte[] block, byte[] content) {
    put(block, 148, "        ");
    int sum = 0;
    for (byte b : block) {
      sum += b & 255;
    }
    put(block, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    out.writeBytes(block);
    out.writeBytes(content);
    out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    return this;
  }

  /** As GNU writes names of more than 100 bytes. */
  TarBytes gnuName(String name) {
    byte[] text = (name + "\0").getBytes(StandardCharsets.UTF_8);
    return entry("././@LongLink", 'L', String.format(Locale.ROOT, "%011o\0", text.length), text);
  }

  /** A record of pax for the next entry. */
  TarBytes pax(char type, String key, String value) {
    int rest = (" " + key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8).length;
    int length = rest + 1;
    while (String.valueOf(length).length() + rest != length) {
      length++;
    }
    byte[] text = (length + " " + key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8);
    return entry("PaxHeaders/x", type, String.format(Locale.ROOT, "%011o\0", text.length), text);
  }

  TarBytes raw(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }

  byte[] end() {
    out.writeBytes(new byte[2 * BLOCK]);
    return out.toByteArray();
  }

  byte[] withoutEnd() {
    return out.toByteArray();
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }
}
