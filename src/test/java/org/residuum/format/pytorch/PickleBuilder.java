package org.residuum.format.pytorch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.residuum.format.file.MappedFile;

/** Writes pickles, good and bad, opcode by opcode. */
final class PickleBuilder {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  PickleBuilder() {
    bytes(0x80, 2);
  }

  PickleBuilder bytes(int... values) {
    for (int value : values) {
      out.write(value);
    }
    return this;
  }

  /** Opcodes that are characters. */
  PickleBuilder ops(String opcodes) {
    out.writeBytes(opcodes.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  PickleBuilder global(String module, String name) {
    return ops("c" + module + "\n" + name + "\n");
  }

  PickleBuilder text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    ops("X").int4(utf8.length);
    out.writeBytes(utf8);
    return this;
  }

  PickleBuilder number(long value) {
    ByteBuffer eight = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
    bytes(0x8a, 8);
    out.writeBytes(eight.array());
    return this;
  }

  PickleBuilder int4(int value) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }

  PickleBuilder numbers(long... values) {
    ops("(");
    for (long value : values) {
      number(value);
    }
    return ops("t");
  }

  /** A persistent id: storage {@code "0"}. */
  PickleBuilder storage(String type, long elements) {
    ops("(").text("storage").global("torch", type).text("0").text("cpu");
    return number(elements).ops("tQ");
  }

  PickleBuilder tensor(String type, long elements, long offset, long[] extents, long[] strides) {
    global("torch._utils", "_rebuild_tensor_v2").ops("(").storage(type, elements).number(offset);
    numbers(extents).numbers(strides).bytes(0x89);
    return ops("N").ops("tR");
  }

  byte[] pickle() {
    return out.toByteArray();
  }

  /** A zip whose storage {@code "0"} holds {@code data}; more entries by name. */
  MappedFile zip(byte[] data, Map<String, byte[]> more) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("any/data.pkl", pickle());
    entries.put("any/data/0", data);
    entries.putAll(more);
    return mapped(PyTorchFuzzTest.zip(entries, ZipEntry.STORED));
  }

  MappedFile zip(byte... data) throws IOException {
    return zip(data, Map.of());
  }

  static MappedFile mapped(byte[] bytes) {
    return MappedFile.of(Path.of("x.pth"), ByteBuffer.wrap(bytes));
  }
}
