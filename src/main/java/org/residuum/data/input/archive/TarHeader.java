package org.residuum.data.input.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The block of 512 bytes before each entry of a tar archive, in the forms of V7, ustar and GNU.
 *
 * @param name of the entry, with its folders
 * @param size bytes of content
 * @param type the flag: {@code '0'} for a file
 */
public record TarHeader(String name, long size, char type) {
  public static final int BLOCK = 512;

  private static final int SIZE_AT = 124;
  private static final int CHECKSUM_AT = 148;
  private static final int TYPE_AT = 156;
  private static final int MAGIC_AT = 257;
  private static final int PREFIX_AT = 345;

  /** Whether a file begins with such a block. */
  public static boolean matches(byte[] head) {
    return head.length >= BLOCK && isSound(head);
  }

  /** Whether it has the sum of its bytes that it says, the sum itself counted as spaces. */
  private static boolean isSound(byte[] block) {
    int sum = 0;
    int signed = 0; // Some old programs took bytes for signed.
    for (int i = 0; i < BLOCK; i++) {
      boolean own = i >= CHECKSUM_AT && i < CHECKSUM_AT + 8;
      sum += own ? ' ' : block[i] & 255;
      signed += own ? ' ' : block[i];
    }
    try {
      long said = octal(block, CHECKSUM_AT, 8);
      return (said == sum || said == signed) && !isZero(block);
    } catch (IOException e) {
      return false;
    }
  }

  static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  static TarHeader parse(byte[] block) throws IOException {
    if (!isSound(block)) {
      throw new IOException("a header's sum is wrong");
    }
    String name = text(block, 0, 100);
    boolean ustar = block[MAGIC_AT + 5] == 0 && text(block, MAGIC_AT, 5).equals("ustar");
    String prefix = ustar ? text(block, PREFIX_AT, 155) : "";
    char type = (char) (block[TYPE_AT] & 255);
    return new TarHeader(
        prefix.isEmpty() ? name : prefix + "/" + name, number(block, SIZE_AT, 12), type);
  }

  TarHeader withName(String other) {
    return new TarHeader(other, size, type);
  }

  TarHeader withSize(long other) {
    return new TarHeader(name, other, type);
  }

  public boolean isFolder() {
    return type == '5' || (type == 0 && name.endsWith("/"));
  }

  public boolean isFile() {
    return !isFolder() && (type == 0 || type == '0' || type == '7');
  }

  public boolean isSparse() {
    return type == 'S';
  }

  /** Links, devices, folders and pipes, whatever size is said. */
  boolean hasNoContent() {
    return type >= '1' && type <= '6';
  }

  public boolean isLink() {
    return type == '1' || type == '2';
  }

  /** The blocks that the content fills, in bytes. */
  long paddedSize() {
    return Math.addExact(size, (BLOCK - size % BLOCK) % BLOCK);
  }

  /** Octal digits, or where the first bit is set a binary number. */
  private static long number(byte[] block, int at, int length) throws IOException {
    if (block[at] >= 0) {
      return octal(block, at, length);
    }
    long value = block[at] & 0x3f; // Bit 6 is the sign.
    boolean fits = block[at] == (byte) 0x80;
    for (int i = 1; i < length; i++) {
      fits &= value < 1L << 54;
      value = value << 8 | block[at + i] & 255;
    }
    if (!fits) {
      throw new IOException("an entry's size is negative or too large");
    }
    return value;
  }

  private static long octal(byte[] block, int at, int length) throws IOException {
    String digits = text(block, at, length).strip();
    if (!digits.matches("[0-7]{0,12}")) {
      throw new IOException("a number in a header is '" + digits + "'");
    }
    return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
  }

  private static String text(byte[] block, int at, int length) {
    int end = at;
    while (end < at + length && block[end] != 0) {
      end++;
    }
    return text(ByteBuffer.wrap(block, at, end - at));
  }

  /** Names are UTF-8, or else any bytes. */
  static String text(ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
    } catch (CharacterCodingException e) {
      return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }
  }
}
