package org.residuum.ptx.memory;

import org.residuum.ptx.Warp;
import org.residuum.ptx.instruction.Op;

/** Lets asynchronous copies land in shared memory. */
final class SharedAccess {
  private SharedAccess() {}

  /** Writes the bytes of a finished copy on behalf of the thread that waited for it. */
  static void land(Warp w, Op op, int lane, int target, byte[] bytes) {
    Cell cell = Access.locate(w, op, lane, Space.SHARED, target, bytes.length);
    cell.mark(bytes.length, Cell.UNWRITTEN);
    Access.write(w, op, lane, cell, bytes.length, 0);
    System.arraycopy(bytes, 0, cell.data, cell.index, bytes.length);
    cell.mark(bytes.length, Cell.WRITTEN);
  }
}
