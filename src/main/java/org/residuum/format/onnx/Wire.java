package org.residuum.format.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.residuum.format.FormatException;
import org.residuum.format.protobuf.WireType;

/**
 * A cursor over the fields of one message in protobuf's wire format: {@code while (wire.next())
 * switch (wire.field())}. It reads the bytes where they lie and copies none of them.
 *
 * <p>Source: "Encoding", Protocol Buffers documentation.
 */
final class Wire {
  private static final int LONGEST_NAME = 1 << 16;

  private final Path file;
  private final ByteBuffer bytes;
  private final String message;
  private final int end;
  private final Budget budget;
  private int position;
  private int tagPosition;
  private int field;
  private int type;

  private Wire(Path file, ByteBuffer bytes, String message, int start, int end, Budget budget) {
    this.file = file;
    this.bytes = bytes;
    this.message = message;
    this.position = start;
    this.end = end;
    this.budget = budget;
  }

  /** A cursor over a whole file. */
  static Wire open(Path file, ByteBuffer contents, String message) {
    ByteBuffer bytes = contents.slice().order(ByteOrder.LITTLE_ENDIAN);
    return new Wire(file, bytes, message, 0, bytes.limit(), Budget.structure(file));
  }

  /** Moves to the next field; false at the end of the message. */
  boolean next() throws FormatException {
    if (position == end) {
      return false;
    }
    tagPosition = position;
    long tag = readVarint();
    type = (int) (tag & 7);
    if (tag < 8 || tag >>> 3 > 0x1fffffff) {
      throw error("there is no field number " + (tag >>> 3) + "; is this an ONNX file?");
    }
    field = (int) (tag >>> 3);
    return true;
  }

  int field() {
    return field;
  }

  Path file() {
    return file;
  }

  Budget budget() {
    return budget;
  }

  /** Where in the file the current field starts. */
  int offset() {
    return tagPosition;
  }

  long varint() throws FormatException {
    require(WireType.VARINT);
    return readVarint();
  }

  float float32() throws FormatException {
    require(WireType.FIXED32);
    return bytes.getFloat(advance(4));
  }

  /** The field as a message of its own. */
  Wire message(String name) throws FormatException {
    int length = length();
    int start = advance(length);
    budget.charge(64, start);
    return new Wire(file, bytes, name, start, start + length, budget);
  }

  /** The field as text; UTF-8, errors replaced. */
  String text() throws FormatException {
    int length = length();
    if (length > LONGEST_NAME) {
      throw error("a text of " + length + " bytes; the limit is " + LONGEST_NAME);
    }
    budget.charge(48 + length, position);
    byte[] text = new byte[length];
    bytes.get(advance(length), text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** The field's bytes, a view. */
  ByteBuffer bytes() throws FormatException {
    int length = length();
    return bytes.slice(advance(length), length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Appends a repeated integer field, packed or not. */
  void integers(LongList list) throws FormatException {
    if (type == WireType.BYTES) {
      int length = length();
      int stop = position + length;
      while (position < stop) {
        add(list, readVarint());
      }
      if (position != stop) {
        throw error("a packed list ends inside a number");
      }
    } else {
      add(list, varint());
    }
  }

  private void add(LongList list, long value) throws FormatException {
    budget.charge(Long.BYTES, position);
    list.add(value);
  }

  /** Appends the bytes of a repeated field of fixed width, packed (a view) or one by one. */
  void fixed(FixedList list) throws FormatException {
    if (type == WireType.BYTES) {
      list.addPacked(bytes());
    } else {
      require(list.width() == Long.BYTES ? WireType.FIXED64 : WireType.FIXED32);
      budget.charge(list.width(), position);
      list.addOne(bytes, advance(list.width()));
    }
  }

  void skip() throws FormatException {
    switch (type) {
      case WireType.VARINT -> readVarint();
      case WireType.FIXED64 -> advance(Long.BYTES);
      case WireType.BYTES -> advance(length());
      case WireType.FIXED32 -> advance(Integer.BYTES);
      default -> throw error("wire type " + type + " is not used in ONNX; is this an ONNX file?");
    }
  }

  private int length() throws FormatException {
    require(WireType.BYTES);
    long length = readVarint();
    if (length < 0 || length > end - position) {
      throw error(
          "it is "
              + Long.toUnsignedString(length)
              + " bytes long and the message ends after "
              + (end - position)
              + "; the file is truncated or damaged");
    }
    return (int) length;
  }

  private int advance(int count) throws FormatException {
    if (count > end - position) {
      throw error("the message ends inside it; the file is truncated or damaged");
    }
    int start = position;
    position += count;
    return start;
  }

  private long readVarint() throws FormatException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = bytes.get(advance(1));
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw error("a number of over 10 bytes");
  }

  private void require(int expected) throws FormatException {
    if (type != expected) {
      throw error("wire type " + type + " where " + expected + " belongs");
    }
  }

  /** An error at the current field. */
  FormatException error(String problem) {
    return new FormatException(file, tagPosition, message + " field " + field + ": " + problem);
  }
}
