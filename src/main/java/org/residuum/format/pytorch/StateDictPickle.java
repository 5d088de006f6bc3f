package org.residuum.format.pytorch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;

/** Pickles, in protocol 2, an OrderedDict of tensors whose storages are named 0, 1, 2 ... */
final class StateDictPickle {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private StateDictPickle() {}

  static byte[] of(Parameters parameters, Element element) {
    StateDictPickle pickle = new StateDictPickle();
    pickle.opcode(0x80).opcode(2).emptyOrderedDict().opcode('(');
    int key = 0;
    for (Map.Entry<String, Tensor> entry : parameters.asMap().entrySet()) {
      pickle.text(entry.getKey());
      pickle.tensor(entry.getValue().shape().toArray(), element, String.valueOf(key++));
    }
    return pickle.opcode('u').opcode('.').out.toByteArray();
  }

  /** {@code _rebuild_tensor_v2(storage, 0, size, stride, False, OrderedDict())}. */
  private void tensor(int[] extents, Element element, String key) {
    global("torch._utils", "_rebuild_tensor_v2").opcode('(');
    opcode('(').text("storage").global("torch", element.storage + "Storage").text(key).text("cpu");
    integer(elements(extents)).opcode('t').opcode('Q');
    integer(0).tuple(extents).tuple(rowMajorStrides(extents));
    opcode(0x89).emptyOrderedDict().opcode('t').opcode('R');
  }

  private static int elements(int[] extents) {
    int elements = 1;
    for (int extent : extents) {
      elements *= extent;
    }
    return elements;
  }

  private static int[] rowMajorStrides(int[] extents) {
    int[] strides = new int[extents.length];
    int stride = 1;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= Math.max(extents[axis], 1);
    }
    return strides;
  }

  private StateDictPickle opcode(int opcode) {
    out.write(opcode);
    return this;
  }

  private StateDictPickle emptyOrderedDict() {
    return global("collections", "OrderedDict").opcode(')').opcode('R');
  }

  private StateDictPickle global(String module, String name) {
    out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  private StateDictPickle tuple(int[] values) {
    opcode('(');
    for (int value : values) {
      integer(value);
    }
    return opcode('t');
  }

  private StateDictPickle integer(int value) {
    return value < 256 ? opcode('K').opcode(value) : opcode('J').int4(value);
  }

  private StateDictPickle text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    opcode('X').int4(utf8.length);
    out.writeBytes(utf8);
    return this;
  }

  private StateDictPickle int4(int value) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }
}
