package org.residuum.format.tensorboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads event files by their documentation, with no code of the writer: records as in TensorFlow's
 * "TFRecords format details", messages as in protobuf's "Encoding".
 */
public final class ReadEvents {
  /** A scalar or a text of an event. */
  public record Value(long step, double time, String tag, float number, String text) {}

  /**
   * A file's events.
   *
   * @param starts the steps of events that start a session
   */
  public record Contents(List<String> versions, List<Long> starts, List<Value> values) {
    /** The steps of a tag, in the file's order. */
    public List<Long> steps(String tag) {
      return values.stream().filter(value -> value.tag().equals(tag)).map(Value::step).toList();
    }

    public List<Float> numbers(String tag) {
      return values.stream().filter(value -> value.tag().equals(tag)).map(Value::number).toList();
    }
  }

  private ReadEvents() {}

  /** CRC-32C bit by bit (RFC 3720, section 12.1), reflected. */
  static int crc32c(byte[] data) {
    int crc = -1;
    for (byte one : data) {
      crc ^= one & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
      }
    }
    return ~crc;
  }

  private static void check(byte[] data, int stored, String what) throws IOException {
    int crc = crc32c(data);
    int masked = (crc >>> 15 | crc << 17) + 0xa282ead8;
    if (masked != stored) {
      throw new IOException("%s: checksum %08x, not %08x".formatted(what, stored, masked));
    }
  }

  private static byte[] take(ByteBuffer from, int count) {
    byte[] taken = new byte[count];
    from.get(taken);
    return taken;
  }

  /** The records of a file. */
  static List<byte[]> records(byte[] file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> records = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = take(bytes, 8);
      check(length, bytes.getInt(), "length");
      long count = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
      byte[] data = take(bytes, Math.toIntExact(count));
      check(data, bytes.getInt(), "data");
      records.add(data);
    }
    return records;
  }

  /** Fields by number: Long, or bytes. */
  private static Map<Integer, List<Object>> fields(byte[] message) {
    ByteBuffer bytes = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    Map<Integer, List<Object>> fields = new TreeMap<>();
    while (bytes.hasRemaining()) {
      long tag = varint(bytes);
      Object value =
          switch ((int) (tag & 7)) {
            case 0 -> varint(bytes);
            case 1 -> bytes.getLong();
            case 2 -> take(bytes, (int) varint(bytes));
            case 5 -> (long) bytes.getInt();
            default -> throw new IllegalArgumentException("wire type " + (tag & 7));
          };
      fields.computeIfAbsent((int) (tag >>> 3), field -> new ArrayList<>()).add(value);
    }
    return fields;
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static Map<Integer, List<Object>> message(Object field) {
    return fields((byte[]) field);
  }

  private static String text(Object field) {
    return new String((byte[]) field, StandardCharsets.UTF_8);
  }

  public static Contents of(Path file) throws IOException {
    Contents contents = new Contents(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (byte[] record : records(Files.readAllBytes(file))) {
      Map<Integer, List<Object>> event = fields(record);
      double time = Double.longBitsToDouble((Long) event.get(1).get(0));
      long step = (Long) event.get(2).get(0);
      if (event.containsKey(3)) {
        contents.versions.add(text(event.get(3).get(0)));
      }
      if (event.containsKey(7) && message(event.get(7).get(0)).get(1).equals(List.of(1L))) {
        contents.starts.add(step);
      }
      for (Object summary : event.getOrDefault(5, List.of())) {
        for (Object value : message(summary).get(1)) {
          contents.values.add(value(step, time, message(value)));
        }
      }
    }
    return contents;
  }

  private static Value value(long step, double time, Map<Integer, List<Object>> value) {
    String tag = text(value.get(1).get(0));
    if (value.containsKey(2)) {
      float number = Float.intBitsToFloat((int) (long) (Long) value.get(2).get(0));
      return new Value(step, time, tag, number, null);
    }
    String plugin = text(message(message(value.get(9).get(0)).get(1).get(0)).get(1).get(0));
    Map<Integer, List<Object>> tensor = message(value.get(8).get(0));
    Object type = tensor.get(1).get(0);
    Object extent = message(message(tensor.get(2).get(0)).get(2).get(0)).get(1).get(0);
    if (!plugin.equals("text") || !type.equals(7L) || !extent.equals(1L)) {
      throw new IllegalArgumentException(plugin + " " + type + " " + extent);
    }
    return new Value(step, time, tag, Float.NaN, text(tensor.get(8).get(0)));
  }
}
