package org.residuum.format.onnx;

import java.nio.ByteBuffer;
import org.residuum.format.FormatException;

/**
 * An attribute of a node; of the values one is filled. Subgraphs are not read: no operator that has
 * one is supported.
 */
record AttributeProto(
    String name, float f, long i, String s, TensorProto t, ByteBuffer floats, long[] ints) {
  private static final int MAX_TEXT = 4096;

  static AttributeProto read(Wire wire) throws FormatException {
    wire.budget().charge(128, wire.offset());
    String name = "";
    float f = 0;
    long i = 0;
    String s = null;
    TensorProto t = null;
    FixedList floats = new FixedList(Float.BYTES);
    LongList ints = new LongList();
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> name = wire.text();
        case 2 -> f = wire.float32();
        case 3 -> i = wire.varint();
        case 4 -> s = text(wire);
        case 5 -> t = TensorProto.read(wire.message("TensorProto"));
        case 7 -> wire.fixed(floats);
        case 8 -> wire.integers(ints);
        default -> wire.skip();
      }
    }
    return new AttributeProto(name, f, i, s, t, floats.bytes(), ints.toArray());
  }

  /** Text attributes that matter are short; long ones belong to operators nobody reads here. */
  private static String text(Wire wire) throws FormatException {
    ByteBuffer bytes = wire.bytes();
    byte[] text = new byte[Math.min(MAX_TEXT, bytes.limit())];
    wire.budget().charge(text.length, wire.offset());
    bytes.get(0, text);
    return new String(text, java.nio.charset.StandardCharsets.UTF_8);
  }
}
