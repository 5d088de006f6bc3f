package org.residuum.ptx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.residuum.ptx.parse.PtxEntry;
import org.residuum.ptx.parse.PtxParameter;

/** Packs the arguments of a launch into the parameter buffer. */
final class Parameters {
  private Parameters() {}

  static ByteBuffer pack(PtxEntry entry, Object... arguments) {
    List<PtxParameter> parameters = entry.parameters();
    if (arguments.length != parameters.size()) {
      throw new IllegalArgumentException(
          "launch "
              + entry.name()
              + ": "
              + arguments.length
              + " arguments for "
              + parameters.size()
              + " parameters");
    }
    int end = parameters.stream().mapToInt(p -> p.offset() + p.bytes()).max().orElse(0);
    ByteBuffer buffer = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < arguments.length; i++) {
      byte[] bytes = bytes(arguments[i]);
      PtxParameter p = parameters.get(i);
      if (bytes.length != p.bytes()) {
        throw new IllegalArgumentException(
            "launch "
                + entry.name()
                + ": argument "
                + i
                + " has "
                + bytes.length
                + " bytes, parameter "
                + p.name()
                + " (."
                + p.type()
                + ") has "
                + p.bytes());
      }
      buffer.position(p.offset()).put(bytes);
    }
    return buffer.clear();
  }

  private static byte[] bytes(Object argument) {
    if (argument instanceof byte[] bytes) {
      return bytes;
    }
    ByteBuffer b = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    if (argument instanceof Integer v) {
      b.putInt(v);
    } else if (argument instanceof Long v) {
      b.putLong(v);
    } else if (argument instanceof Float v) {
      b.putFloat(v);
    } else if (argument instanceof Double v) {
      b.putDouble(v);
    } else if (argument instanceof Short v) {
      b.putShort(v);
    } else if (argument instanceof Byte v) {
      b.put(v);
    } else {
      throw new IllegalArgumentException(
          "argument of " + argument.getClass() + ": pass a boxed number or byte[]");
    }
    return java.util.Arrays.copyOf(b.array(), b.position());
  }
}
