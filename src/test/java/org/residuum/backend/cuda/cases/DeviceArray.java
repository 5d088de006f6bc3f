package org.residuum.backend.cuda.cases;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.residuum.network.ElementType;

/** Elements of one type in a device's memory, {@code offset} elements behind an aligned address. */
final class DeviceArray {
  private final RigDevice memory;
  private final ElementType storage;
  private final int elements;
  private final long address;

  DeviceArray(RigDevice memory, String label, ElementType storage, int elements, int offset) {
    this.memory = memory;
    this.storage = storage;
    this.elements = elements;
    long bytes = ((long) elements + offset) * storage.bytes();
    this.address = memory.allocate(bytes, label) + (long) offset * storage.bytes();
  }

  long address() {
    return address;
  }

  DeviceArray write(float[] values) {
    ByteBuffer bytes = buffer();
    for (float value : values) {
      if (storage == ElementType.F32) {
        bytes.putFloat(value);
      } else {
        bytes.putShort(Bf16.bits(value));
      }
    }
    memory.copyIn(address, bytes.array());
    return this;
  }

  /** Fails where nobody wrote an element. */
  float[] read() {
    ByteBuffer bytes = buffer();
    memory.copyOut(address, bytes.array());
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = storage == ElementType.F32 ? bytes.getFloat() : Bf16.value(bytes.getShort());
    }
    return values;
  }

  private ByteBuffer buffer() {
    return ByteBuffer.allocate(elements * storage.bytes()).order(ByteOrder.LITTLE_ENDIAN);
  }
}
