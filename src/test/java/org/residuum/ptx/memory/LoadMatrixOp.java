package org.residuum.ptx.memory;

import org.residuum.ptx.PtxFault;
import org.residuum.ptx.Warp;
import org.residuum.ptx.instruction.MemberOp;

/**
 * {@code ldmatrix}: 8x8 matrices of 16 bits. Lane 8i + j names row j of matrix i; lane l receives
 * elements 2(l mod 4) and the next of row l / 4, or of column l / 4 where transposed.
 */
public final class LoadMatrixOp extends MemberOp {
  private final MemoryOps.Place place;
  private final int[] targets;
  private final boolean transposed;

  public LoadMatrixOp(int members, MemoryOps.Place place, int[] targets, boolean transposed) {
    super(members);
    this.place = place;
    this.targets = targets;
    this.transposed = transposed;
  }

  @Override
  public void together(Warp w, int mask) {
    if (mask != -1) {
      throw w.block.fault(
          PtxFault.Kind.WARP_SYNC, w, Warp.firstLane(mask), this, "needs all 32 lanes of the warp");
    }
    if (w.block.counters != null) {
      int rows = targets.length == 4 ? -1 : (1 << 8 * targets.length) - 1;
      w.block.counters.access(w, rows, Space.SHARED, place.slot(), place.offset(), 16, false);
    }
    for (int i = 0; i < targets.length; i++) {
      long[][] matrix = new long[8][8];
      for (int row = 0; row < 8; row++) {
        read(w, 8 * i + row, matrix[row]);
      }
      for (int l = 0; l < Warp.LANES; l++) {
        int x = l >> 2;
        int y = (l & 3) * 2;
        long low = transposed ? matrix[y][x] : matrix[x][y];
        long high = transposed ? matrix[y + 1][x] : matrix[x][y + 1];
        w.r[targets[i] * Warp.LANES + l] = low | high << 16;
      }
    }
  }

  private void read(Warp w, int lane, long[] row) {
    long address = w.r[place.slot() * Warp.LANES + lane] + place.offset();
    Cell cell = Access.locate(w, this, lane, Space.SHARED, address, 16);
    Access.read(w, this, lane, cell, 16, 0);
    for (int i = 0; i < 8; i++) {
      row[i] = cell.load(2 * i, 2);
    }
  }
}
