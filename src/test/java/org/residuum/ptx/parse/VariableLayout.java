package org.residuum.ptx.parse;

import java.util.Arrays;
import org.residuum.ptx.memory.Cell;

/** Offsets of the variables of one space, with a red zone of at least 16 bytes between two. */
public final class VariableLayout {
  private static final int RED_ZONE = 16;
  private byte[] shadow = {};

  /** Places a variable; returns its offset. */
  public int place(long bytes, int alignment) {
    int align = Math.max(16, alignment);
    int offset = shadow.length == 0 ? 0 : align(shadow.length + RED_ZONE, align);
    int before = shadow.length;
    shadow = Arrays.copyOf(shadow, Math.toIntExact(offset + bytes));
    Arrays.fill(shadow, before, offset, Cell.RED);
    return offset;
  }

  /** The shadow bytes at the start of a thread or block, padded for 16-byte looks at it. */
  public byte[] shadow() {
    int padded = align(shadow.length, 16);
    byte[] all = Arrays.copyOf(shadow, padded);
    Arrays.fill(all, shadow.length, padded, Cell.RED);
    return all;
  }

  int end() {
    return shadow.length;
  }

  public static int align(int value, int alignment) {
    return value + alignment - 1 & -alignment;
  }
}
