package org.residuum.format.onnx;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import org.residuum.format.FormatException;

/**
 * An attribute of a node. Subgraphs are not read: no operator that has one is supported.
 *
 * @param type as stated, else that of the value given
 * @param consistent whether only the value of that type is filled
 * @param reference the attribute of the surrounding function that gives the value; "" for none
 */
record AttributeProto(
    String name, AttributeType type, boolean consistent, String reference, Values values) {
  /** One is filled, as the type says; texts and tensors that are not are null. */
  record Values(float f, long i, String s, TensorProto t, ByteBuffer floats, long[] ints) {}

  private static final int MAX_TEXT = 4096;

  /** A float. */
  static AttributeProto of(String name, float value) {
    return of(name, AttributeType.FLOAT, new Values(value, 0, null, null, null, null));
  }

  /** An integer. */
  static AttributeProto of(String name, long value) {
    return of(name, AttributeType.INT, new Values(0, value, null, null, null, null));
  }

  /** A text. */
  static AttributeProto of(String name, String value) {
    return of(name, AttributeType.STRING, new Values(0, 0, value, null, null, null));
  }

  private static AttributeProto of(String name, AttributeType type, Values values) {
    return new AttributeProto(name, type, true, "", values);
  }

  static AttributeProto read(Wire wire) throws FormatException {
    wire.budget().charge(128, wire.offset());
    String name = "";
    String reference = "";
    AttributeType stated = AttributeType.UNDEFINED;
    EnumSet<AttributeType> filled = EnumSet.noneOf(AttributeType.class);
    float f = 0;
    long i = 0;
    String s = null;
    TensorProto t = null;
    FixedList floats = new FixedList(Float.BYTES);
    LongList ints = new LongList();
    while (wire.next()) {
      filled.add(AttributeType.ofField(wire.field()));
      switch (wire.field()) {
        case 1 -> name = wire.text();
        case 2 -> f = wire.float32();
        case 3 -> i = wire.varint();
        case 4 -> s = text(wire);
        case 5 -> t = TensorProto.read(wire.message("TensorProto"));
        case 7 -> wire.fixed(floats);
        case 8 -> wire.integers(ints);
        case 20 -> stated = AttributeType.of(wire.varint());
        case 21 -> reference = wire.text();
        default -> wire.skip();
      }
    }
    filled.remove(AttributeType.UNDEFINED);
    boolean untold = stated == AttributeType.UNDEFINED && filled.size() == 1;
    AttributeType type = untold ? filled.iterator().next() : stated;
    filled.remove(type);
    Values values = new Values(f, i, s, t, floats.bytes(), ints.toArray());
    return new AttributeProto(name, type, filled.isEmpty(), reference, values);
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
