package org.residuum.backend.cuda.cases;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.residuum.backend.cuda.rig.Bf16;
import org.residuum.network.ElementType;

/**
 * Elements of one type in a device's memory, {@code offset} elements behind an aligned address.
 * Those of a spread array lie in stretches far apart.
 */
final class DeviceArray {
  /**
   * Where the elements of an array lie that is too long to be filled.
   *
   * @param total its length
   * @param starts where the stretches in use begin
   * @param lengths how long they are
   */
  record Spread(long total, long[] starts, int[] lengths) {
    static Spread dense(int n) {
      return new Spread(n, new long[] {0}, new int[] {n});
    }

    /** The same stretches counted from the end of the array. */
    Spread fromEnd() {
      int parts = starts.length;
      long[] begins = new long[parts];
      int[] sizes = new int[parts];
      for (int i = 0; i < parts; i++) {
        begins[parts - 1 - i] = total - starts[i] - lengths[i];
        sizes[parts - 1 - i] = lengths[i];
      }
      return new Spread(total, begins, sizes);
    }

    int elements() {
      int sum = 0;
      for (int length : lengths) {
        sum += length;
      }
      return sum;
    }

    /** The index in the long array of element i of those in use. */
    long index(int i) {
      int rest = i;
      int part = 0;
      while (rest >= lengths[part]) {
        rest -= lengths[part++];
      }
      return starts[part] + rest;
    }
  }

  private final RigDevice memory;
  private final ElementType storage;
  private final Spread spread;
  private final long address;

  DeviceArray(RigDevice memory, String label, ElementType storage, int elements, int offset) {
    this(memory, label, storage, Spread.dense(elements), offset);
  }

  DeviceArray(RigDevice memory, String label, ElementType storage, Spread spread, int offset) {
    this.memory = memory;
    this.storage = storage;
    this.spread = spread;
    long bytes = (spread.total() + offset) * storage.bytes();
    this.address = memory.allocate(bytes, label) + (long) offset * storage.bytes();
  }

  long address() {
    return address;
  }

  DeviceArray write(float[] values) {
    int next = 0;
    for (int part = 0; part < spread.lengths().length; part++) {
      ByteBuffer bytes = buffer(part);
      for (int i = 0; i < spread.lengths()[part]; i++) {
        if (storage == ElementType.F32) {
          bytes.putFloat(values[next++]);
        } else {
          bytes.putShort(Bf16.bits(values[next++]));
        }
      }
      memory.copyIn(place(part), bytes.array());
    }
    return this;
  }

  /** Fails where nobody wrote an element. */
  float[] read() {
    float[] values = new float[spread.elements()];
    int next = 0;
    for (int part = 0; part < spread.lengths().length; part++) {
      ByteBuffer bytes = buffer(part);
      memory.copyOut(place(part), bytes.array());
      for (int i = 0; i < spread.lengths()[part]; i++) {
        values[next++] =
            storage == ElementType.F32 ? bytes.getFloat() : Bf16.value(bytes.getShort());
      }
    }
    return values;
  }

  private long place(int part) {
    return address + spread.starts()[part] * storage.bytes();
  }

  private ByteBuffer buffer(int part) {
    return ByteBuffer.allocate(spread.lengths()[part] * storage.bytes())
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
