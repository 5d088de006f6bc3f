package org.residuum.ptx.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.residuum.ptx.count.Counters;

/**
 * Where a resolved address points: bytes, a shadow byte for each, and the record of who touched
 * them. One is kept a warp and overwritten by each resolution.
 */
public final class Cell {
  /** Shadow: nobody wrote this byte. */
  static final byte UNWRITTEN = 0;

  /** Shadow: the byte holds a value. */
  public static final byte WRITTEN = 1;

  /** Shadow: an asynchronous copy that nobody waited for will write this byte. */
  static final byte PENDING = 2;

  /** Shadow: the byte lies between two variables. */
  public static final byte RED = 3;

  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  byte[] data;
  byte[] shadow;
  int index;

  /** The address in global memory. */
  long address;

  Races races;

  /** The allocation for global memory, else null. */
  Allocation allocation;

  /** The zero-extended value of {@code bytes} bytes, {@code offset} after the resolved address. */
  long load(int offset, int bytes) {
    int at = index + offset;
    return switch (bytes) {
      case 1 -> data[at] & 0xffL;
      case 2 -> (short) SHORTS.get(data, at) & 0xffffL;
      case 4 -> (int) INTS.get(data, at) & 0xffffffffL;
      default -> (long) LONGS.get(data, at);
    };
  }

  void store(int offset, int bytes, long value) {
    int at = index + offset;
    switch (bytes) {
      case 1 -> data[at] = (byte) value;
      case 2 -> SHORTS.set(data, at, (short) value);
      case 4 -> INTS.set(data, at, (int) value);
      default -> LONGS.set(data, at, value);
    }
  }

  /** Whether each of the bytes is {@link #WRITTEN}. */
  boolean written(int bytes) {
    return switch (bytes) {
      case 1 -> shadow[index] == WRITTEN;
      case 2 -> (short) SHORTS.get(shadow, index) == 0x0101;
      case 4 -> (int) INTS.get(shadow, index) == 0x01010101;
      default -> longsWritten(bytes);
    };
  }

  private boolean longsWritten(int bytes) {
    for (int i = 0; i < bytes; i += 8) {
      if ((long) LONGS.get(shadow, index + i) != 0x0101010101010101L) {
        return false;
      }
    }
    return true;
  }

  void mark(int bytes, byte state) {
    if (bytes == 4) {
      INTS.set(shadow, index, state * 0x01010101);
    } else {
      java.util.Arrays.fill(shadow, index, index + bytes, state);
    }
  }

  /** Gives the bytes what a counted launch takes unwritten memory to hold. */
  void assume(int bytes, Counters counters) {
    int part = Math.min(4, bytes);
    for (int i = 0; i < bytes; i += part) {
      store(i, part, counters.unwritten());
    }
    mark(bytes, WRITTEN);
  }

  /** The first of the bytes whose shadow is {@code state}, or -1. */
  int find(int bytes, byte state) {
    for (int i = 0; i < bytes; i++) {
      if (shadow[index + i] == state) {
        return i;
      }
    }
    return -1;
  }
}
