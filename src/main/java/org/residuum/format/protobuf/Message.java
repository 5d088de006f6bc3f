package org.residuum.format.protobuf;

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
public final class Message {
  /** Bytes or a tensor. */
  private record Part(byte[] bytes, Tensor tensor) {
    long size() {
      return tensor == null ? bytes.length : (long) Float.BYTES * tensor.data().limit();
    }
  }

  private final List<Part> parts = new ArrayList<>();
  private final java.io.ByteArrayOutputStream open = new java.io.ByteArrayOutputStream();
  private long closed;

  public Message integer(int field, long value) {
    tag(field, WireType.VARINT);
    varint(value);
    return this;
  }

  public Message integers(int field, long... values) {
    for (long value : values) {
      integer(field, value);
    }
    return this;
  }

  public Message float32(int field, float value) {
    tag(field, WireType.FIXED32);
    fixed(Float.floatToRawIntBits(value), Integer.SIZE);
    return this;
  }

  public Message float64(int field, double value) {
    tag(field, WireType.FIXED64);
    fixed(Double.doubleToRawLongBits(value), Long.SIZE);
    return this;
  }

  private void fixed(long bits, int size) {
    for (int shift = 0; shift < size; shift += Byte.SIZE) {
      open.write((int) (bits >>> shift));
    }
  }

  public Message text(int field, String text) {
    return bytes(field, text.getBytes(StandardCharsets.UTF_8));
  }

  public Message bytes(int field, byte[] bytes) {
    tag(field, WireType.BYTES);
    varint(bytes.length);
    open.writeBytes(bytes);
    return this;
  }

  public Message message(int field, Message message) {
    tag(field, WireType.BYTES);
    varint(message.size());
    message.flush();
    flush();
    message.parts.forEach(this::add);
    return this;
  }

  /** The tensor's values as 32-bit floats, little endian. */
  public Message values(int field, Tensor tensor) {
    tag(field, WireType.BYTES);
    varint((long) Float.BYTES * tensor.data().limit());
    flush();
    add(new Part(null, tensor));
    return this;
  }

  /** The length in bytes. */
  public long size() {
    return closed + open.size();
  }

  public void writeTo(WritableByteChannel channel) throws IOException {
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

  /** A message without tensors. */
  public byte[] toBytes() {
    flush();
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream((int) closed);
    parts.forEach(part -> all.writeBytes(part.bytes));
    return all.toByteArray();
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
