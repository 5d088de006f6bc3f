package org.residuum.format.onnx;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.format.FormatException;

/**
 * A tensor as the file holds it, undecoded.
 *
 * @param offset where in the file it starts
 * @param external the entries of {@code external_data}; empty for data in the file
 */
record TensorProto(
    String name, int offset, DataType type, long[] dims, Data data, Map<String, String> external) {
  /**
   * The values, in one of three fields.
   *
   * @param raw {@code raw_data}, or null
   * @param fixed {@code float_data} or {@code double_data}
   * @param integers {@code int32_data}, {@code int64_data} or {@code uint64_data}
   */
  record Data(ByteBuffer raw, ByteBuffer fixed, long[] integers) {}

  private static final int MAX_RANK = 64;

  static TensorProto read(Wire wire) throws FormatException {
    wire.budget().charge(256, wire.offset());
    String name = "";
    DataType type = DataType.UNDEFINED;
    LongList dims = new LongList();
    LongList integers = new LongList();
    FixedList floats = new FixedList(Float.BYTES);
    FixedList doubles = new FixedList(Double.BYTES);
    ByteBuffer raw = null;
    boolean isExternal = false;
    Map<String, String> external = new LinkedHashMap<>();
    int offset = -1;
    while (wire.next()) {
      offset = offset < 0 ? wire.offset() : offset;
      switch (wire.field()) {
        case 1 -> wire.integers(dims);
        case 2 -> type = DataType.of(wire.varint());
        case 3 -> throw wire.error("segmented tensors are not supported");
        case 4 -> wire.fixed(floats);
        case 5, 7, 11 -> wire.integers(integers);
        case 8 -> name = wire.text();
        case 9 -> raw = wire.bytes();
        case 10 -> wire.fixed(doubles);
        case 13 -> readEntry(wire.message("StringStringEntryProto"), external);
        case 14 -> isExternal = wire.varint() == 1;
        default -> wire.skip();
      }
      if (dims.size() > MAX_RANK) {
        throw wire.error(
            "tensor " + FormatException.quote(name) + " has over " + MAX_RANK + " axes");
      }
    }
    int filled = (raw == null ? 0 : 1) + (floats.isEmpty() ? 0 : 1) + (doubles.isEmpty() ? 0 : 1);
    if (filled + (integers.size() == 0 ? 0 : 1) > 1) {
      throw wire.error(
          "tensor " + FormatException.quote(name) + " has its values twice, in several fields");
    }
    ByteBuffer fixed = (floats.isEmpty() ? doubles : floats).bytes();
    if (!isExternal) {
      external.clear();
    }
    Data data = new Data(raw, fixed, integers.toArray());
    return new TensorProto(name, offset, type, dims.toArray(), data, external);
  }

  private static void readEntry(Wire wire, Map<String, String> entries) throws FormatException {
    String key = "";
    String value = "";
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> key = wire.text();
        case 2 -> value = wire.text();
        default -> wire.skip();
      }
    }
    entries.put(key, value);
  }
}
