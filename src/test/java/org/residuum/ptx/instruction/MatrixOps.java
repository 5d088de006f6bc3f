package org.residuum.ptx.instruction;

import java.util.List;
import org.residuum.ptx.Warp;
import org.residuum.ptx.memory.LoadMatrixOp;
import org.residuum.ptx.memory.MemoryOps;
import org.residuum.ptx.memory.Space;
import org.residuum.ptx.number.Format;
import org.residuum.ptx.parse.Operand;
import org.residuum.ptx.parse.PtxType;

/** Compiles {@code ldmatrix}, {@code movmatrix} and {@code mma.sync}. */
final class MatrixOps {
  private static final long ALL = 0xffffffffL;

  private MatrixOps() {}

  private static void aligned(Args a) {
    if (!a.flag("sync") || !a.flag("aligned")) {
      throw a.unsupported(".sync.aligned is missing");
    }
  }

  private static List<Operand> vector(Args a, int k) {
    return a.operand(k) instanceof Operand.Vector vector
        ? vector.elements()
        : List.of(a.operand(k));
  }

  static Op load(Args a) {
    aligned(a);
    String count = a.oneOf("x1", "x2", "x4");
    boolean transposed = a.flag("trans");
    boolean known = a.flag("m8n8") && a.oneOf("shared", "shared::cta") != null;
    if (!known || count == null || a.type() != PtxType.B16) {
      throw a.unsupported("ldmatrix is known as m8n8 of b16 in shared memory");
    }
    int matrices = count.charAt(1) - '0';
    int[] d = vector(a, 0).stream().mapToInt(a::out).toArray();
    if (d.length != matrices) {
      throw a.unsupported(d.length + " registers for " + matrices + " matrices");
    }
    MemoryOps.Place place = MemoryOps.place(a, 1, Space.SHARED);
    a.builder.accesses(Space.SHARED, 16);
    return new LoadMatrixOp(a.builder.constant(ALL), place, d, transposed);
  }

  static Op multiply(Args a) {
    aligned(a);
    String shape = a.first();
    boolean layout = a.flag("row") && a.flag("col");
    PtxType c = a.type();
    PtxType b = a.type();
    PtxType elements = a.type();
    PtxType d = a.type();
    boolean half = elements == PtxType.F16 || elements == PtxType.BF16;
    boolean shapeKnown =
        (half && (shape.equals("m16n8k8") || shape.equals("m16n8k16")))
            || (elements == PtxType.TF32 && (shape.equals("m16n8k4") || shape.equals("m16n8k8")));
    boolean sumKnown =
        c == d && (c == PtxType.F32 || (c == PtxType.F16 && elements == PtxType.F16));
    if (!layout || elements != b || !shapeKnown || !sumKnown) {
      throw a.unsupported(
          "mma.sync is known as m16n8k{8,16} of f16 and bf16 and m16n8k{4,8} of tf32, row.col");
    }
    int k = Integer.parseInt(shape.substring(shape.indexOf('k') + 1));
    int[] targets = vector(a, 0).stream().mapToInt(a::out).toArray();
    int[] left = vector(a, 1).stream().mapToInt(o -> a.in(o, PtxType.B32)).toArray();
    int[] right = vector(a, 2).stream().mapToInt(o -> a.in(o, PtxType.B32)).toArray();
    int[] addend = vector(a, 3).stream().mapToInt(o -> a.in(o, PtxType.F32)).toArray();
    int registers = k * (half ? 1 : 2) / 4;
    int sums = c == PtxType.F32 ? 4 : 2;
    if (left.length != registers
        || right.length != registers / 2
        || addend.length != sums
        || targets.length != sums) {
      throw a.unsupported("the fragments have a wrong number of registers");
    }
    return new MultiplyMatrixOp(
        a.builder.constant(ALL),
        Format.of(elements),
        k,
        new int[][] {targets, left, right, addend});
  }

  static Op move(Args a) {
    aligned(a);
    if (!a.flag("m8n8") || !a.flag("trans") || a.type() != PtxType.B16) {
      throw a.unsupported("movmatrix is known as m8n8.trans.b16");
    }
    int d = a.out(0) * Warp.LANES;
    int s = a.in(1, PtxType.B32) * Warp.LANES;
    return new MemberOp(a.builder.constant(ALL)) {
      @Override
      public void together(Warp w, int mask) {
        long[] rows = java.util.Arrays.copyOfRange(w.r, s, s + Warp.LANES);
        for (int l = 0; l < Warp.LANES; l++) {
          int column = l >> 2;
          int row = (l & 3) * 2;
          w.r[d + l] = element(rows, row, column) | element(rows, row + 1, column) << 16;
        }
      }
    };
  }

  private static long element(long[] rows, int row, int column) {
    return rows[row * 4 + (column >> 1)] >>> (16 * (column & 1)) & 0xffff;
  }
}
