package org.residuum.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes a file in a few places, mostly one: bits, numbers, words of the format, blocks. */
final class Mutator {
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    7,
    8,
    63,
    64,
    127,
    128,
    255,
    256,
    32767,
    32768,
    65535,
    65536,
    1 << 20,
    1 << 30,
    Integer.MAX_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    1L << 40,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private static final int LONGEST_BLOCK = 64;
  private static final int INTACT = 8;

  private final Random random;
  private final List<String> words;

  Mutator(Random random, List<String> words) {
    this.random = random;
    this.words = words;
  }

  byte[] mutate(List<byte[]> corpus) {
    byte[] bytes = once(pick(corpus), pick(corpus));
    while (random.nextInt(3) == 0) {
      bytes = once(bytes, pick(corpus));
    }
    return bytes;
  }

  /** Mostly one of the first, which are intact. */
  private <T> T pick(List<T> list) {
    int among = random.nextInt(2) == 0 ? Math.min(INTACT, list.size()) : list.size();
    return list.get(random.nextInt(among));
  }

  private byte[] once(byte[] bytes, byte[] other) {
    int at = random.nextInt(bytes.length + 1);
    return switch (random.nextInt(12)) {
      case 0, 1 -> overwrite(bytes, at, (byte) (byteAt(bytes, at) ^ 1 << random.nextInt(8)));
      case 2 -> overwrite(bytes, at, (byte) random.nextInt());
      case 3 -> splice(bytes, at, at, new byte[] {(byte) random.nextInt()});
      case 4 -> splice(bytes, at, at + block(), new byte[0]);
      case 5 -> splice(bytes, at, at, part(bytes));
      case 6 -> splice(bytes, at, at + block(), part(other));
      case 7, 8 -> overwrite(bytes, at, number());
      case 9 -> splice(bytes, at, at + random.nextInt(3), decimal());
      case 10 -> splice(bytes, at, at + random.nextInt(3), word());
      default -> random.nextInt(8) == 0 ? splice(bytes, at, bytes.length, new byte[0]) : bytes;
    };
  }

  private int block() {
    return 1 + random.nextInt(LONGEST_BLOCK);
  }

  private static byte byteAt(byte[] bytes, int at) {
    return at < bytes.length ? bytes[at] : 0;
  }

  private byte[] part(byte[] bytes) {
    int from = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, from + block());
    return Arrays.copyOfRange(bytes, from, to);
  }

  private byte[] number() {
    int size = 1 << random.nextInt(4);
    ByteBuffer eight = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    eight.putLong(NUMBERS[random.nextInt(NUMBERS.length)]);
    return Arrays.copyOf(eight.array(), size);
  }

  private byte[] decimal() {
    return Long.toString(NUMBERS[random.nextInt(NUMBERS.length)])
        .getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] word() {
    return words.get(random.nextInt(words.size())).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] overwrite(byte[] bytes, int at, byte... values) {
    return splice(bytes, at, at + values.length, values);
  }

  /** Replaces the bytes from {@code from} to {@code to}, which may lie past the end. */
  private static byte[] splice(byte[] bytes, int from, int to, byte[] values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + values.length);
    out.write(bytes, 0, from);
    out.writeBytes(values);
    int rest = Math.min(to, bytes.length);
    out.write(bytes, rest, bytes.length - rest);
    return out.toByteArray();
  }
}
