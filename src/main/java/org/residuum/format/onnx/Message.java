package org.residuum.format.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.residuum.format.file.FloatType;
import org.residuum.format.file.TensorBytes;
import org.residuum.network.Tensor;

/**
 * A message of protobuf's wire format under construction. Small fields are encoded at once; the
 * values of tensors are referred to and streamed when the message is written.
 */
final class Message {
  /** Bytes or a tensor. */
  private record Part(byte[] bytes, Tensor tensor) {
    long size() {
      return tensor == null ? bytes.length : (long) Float.BYTES * tensor.data().limit();
    }
  }

  private final List<Part> parts = new ArrayList<>();
  private final java.io.ByteArrayOutputStream open = new java.io.ByteArrayOutputStream();
  private long closed;

  Message integer(int field, long value) {
    tag(field, Wire.VARINT);
    varint(value);
    return this;
  }

  Message integers(int field, long... values) {
    for (long value : values) {
      integer(field, value);
    }
    return this;
  }

  Message float32(int field, float value) {
    tag(field, Wire.FIXED32);
    int bits = Float.floatToRawIntBits(value);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      open.write(bits >>> shift);
    }
    return this;
  }

  Message text(int field, String text) {
    return bytes(field, text.getBytes(StandardCharsets.UTF_8));
  }

  Message bytes(int field, byte[] bytes) {
    tag(field, Wire.BYTES);
    varint(bytes.length);
    open.writeBytes(bytes);
    return this;
  }

  Message message(int field, Message message) {
    tag(field, Wire.BYTES);
    varint(message.size());
    message.flush();
    flush();
    message.parts.forEach(this::add);
    return this;
  }

  /** The tensor's values as 32-bit floats, little endian. */
  Message values(int field, Tensor tensor) {
    tag(field, Wire.BYTES);
    varint((long) Float.BYTES * tensor.data().limit());
    flush();
    add(new Part(null, tensor));
    return this;
  }

  /** The length in bytes. */
  long size() {
    return closed + open.size();
  }

  void writeTo(WritableByteChannel channel) throws IOException {
    flush();
    for (Part part : parts) {
      if (part.tensor != null) {
        TensorBytes.write(part.tensor, FloatType.F32, channel);
        continue;
      }
      ByteBuffer bytes = ByteBuffer.wrap(part.bytes).order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  private void flush() {
    if (open.size() > 0) {
      add(new Part(open.toByteArray(), null));
      open.reset();
    }
  }

  private void add(Part part) {
    parts.add(part);
    closed += part.size();
  }

  private void tag(int field, int type) {
    varint((long) field << 3 | type);
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      open.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    open.write((int) rest);
  }
}
