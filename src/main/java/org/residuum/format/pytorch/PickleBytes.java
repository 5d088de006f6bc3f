package org.residuum.format.pytorch;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.residuum.format.FormatException;

/** The operands of pickle opcodes, each length checked before anything is allocated. */
final class PickleBytes {
  /** All strings of a file's pickles together. */
  static final int MOST_TEXT_BYTES = 16 << 20;

  private static final int LONGEST_LINE = 1024;
  private static final int LONGEST_INTEGER = 32;

  private final Path file;
  private final String label;
  private final ByteBuffer bytes;
  private int textLeft = MOST_TEXT_BYTES;

  /** Where the current opcode starts. */
  private int opcodeAt;

  /**
   * @param label what messages put before offsets: an entry of the zip, or nothing
   */
  PickleBytes(Path file, String label, ByteBuffer bytes) {
    this.file = file;
    this.label = label;
    this.bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  FormatException error(String problem) {
    return errorAt(opcodeAt, problem);
  }

  /** An error at an opcode that was read before. */
  FormatException errorAt(int offset, String problem) {
    return new FormatException(file, label + "offset " + offset, problem);
  }

  /** Where the current opcode starts. */
  int opcodeAt() {
    return opcodeAt;
  }

  int position() {
    return bytes.position();
  }

  int opcode() throws IOException {
    opcodeAt = bytes.position();
    return u1();
  }

  int u1() throws IOException {
    return need(1).get() & 0xff;
  }

  int u2() throws IOException {
    return need(2).getShort() & 0xffff;
  }

  int i4() throws IOException {
    return need(4).getInt();
  }

  long u4() throws IOException {
    return i4() & 0xffffffffL;
  }

  long i8() throws IOException {
    return need(8).getLong();
  }

  double bigEndianDouble() throws IOException {
    return Double.longBitsToDouble(Long.reverseBytes(i8()));
  }

  /** A little-endian integer of that many bytes; a {@link Long} where it fits. */
  Number integer(int length) throws IOException {
    if (length > LONGEST_INTEGER) {
      throw error("an integer of " + length + " bytes; the limit is " + LONGEST_INTEGER);
    }
    byte[] reversed = new byte[length + 1];
    need(length);
    for (int i = length; i > 0; i--) {
      reversed[i] = bytes.get();
    }
    reversed[0] = (byte) (length > 0 && reversed[1] < 0 ? -1 : 0);
    BigInteger value = new BigInteger(reversed);
    return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
  }

  /** Text of that many bytes; old files hold Latin-1. */
  String text(long length, Charset charset) throws IOException {
    if (length < 0 || length > textLeft) {
      throw error("a string of " + length + " bytes; those of a file may hold " + MOST_TEXT_BYTES);
    }
    textLeft -= (int) length;
    need(length);
    ByteBuffer text = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    try {
      return charset.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw error("a string that is not valid " + charset);
    }
  }

  /** Text up to the next line feed, which is consumed. */
  String line() throws IOException {
    int start = bytes.position();
    for (int length = 0; length < Math.min(LONGEST_LINE, bytes.limit() - start); length++) {
      if (bytes.get(start + length) == '\n') {
        String line = text(length, StandardCharsets.UTF_8);
        bytes.get();
        return line;
      }
    }
    throw error("a line without an end");
  }

  private ByteBuffer need(long length) throws IOException {
    if (length > bytes.remaining()) {
      throw error(
          "the opcode here needs " + length + " more bytes, the pickle ends; it is truncated");
    }
    return bytes;
  }
}
