package org.residuum.ptx.instruction;

import org.residuum.ptx.PtxFault;
import org.residuum.ptx.Warp;
import org.residuum.ptx.number.Format;
import org.residuum.ptx.number.Rounding;

/**
 * {@code mma.sync}: D = A B + C with A (16 x k) and B (k x 8). Each element is summed in double
 * precision, where every product is exact, and rounded once to the type of D; a GPU rounds or
 * truncates in an order that is not documented.
 */
public final class MultiplyMatrixOp extends MemberOp {
  private static final int M = 16;
  private static final int N = 8;

  private final Format format;
  private final int k;
  private final int[] d;
  private final int[] a;
  private final int[] b;
  private final int[] c;
  private final int perRegister;

  /**
   * @param fragments slots of D, A, B and C
   */
  MultiplyMatrixOp(int members, Format format, int k, int[][] fragments) {
    super(members);
    this.format = format;
    this.k = k;
    d = fragments[0];
    a = fragments[1];
    b = fragments[2];
    c = fragments[3];
    perRegister = format == Format.TF32 ? 1 : 2;
  }

  @Override
  public void together(Warp w, int mask) {
    if (mask != -1) {
      throw w.block.fault(
          PtxFault.Kind.WARP_SYNC, w, Warp.firstLane(mask), this, "needs all 32 lanes of the warp");
    }
    double[] left = new double[M * k];
    double[] right = new double[N * k];
    double[] sum = new double[M * N];
    for (int l = 0; l < Warp.LANES; l++) {
      gather(w.r, l, left, right);
      addends(w.r, l, sum);
    }
    for (int i = 0; i < M; i++) {
      for (int j = 0; j < N; j++) {
        double s = 0;
        for (int t = 0; t < k; t++) {
          s += left[i * k + t] * right[j * k + t];
        }
        sum[i * N + j] += s;
      }
    }
    for (int l = 0; l < Warp.LANES; l++) {
      scatter(w.r, l, sum);
    }
  }

  /** A row-major and B column-major, from the fragments of one lane. */
  private void gather(long[] r, int l, double[] left, double[] right) {
    int group = l >> 2;
    int thread = l & 3;
    for (int h = 0; h < perRegister; h++) {
      for (int i = 0; i < a.length; i++) {
        int column = thread * perRegister + h + 4 * perRegister * (i >> 1);
        left[(group + 8 * (i & 1)) * k + column] =
            format.decode(r[a[i] * Warp.LANES + l] >>> (16 * h));
      }
      for (int i = 0; i < b.length; i++) {
        int row = thread * perRegister + h + 4 * perRegister * i;
        right[group * k + row] = format.decode(r[b[i] * Warp.LANES + l] >>> (16 * h));
      }
    }
  }

  private static int place(int l, int i) {
    return ((l >> 2) + 8 * (i >> 1)) * N + (l & 3) * 2 + (i & 1);
  }

  private void addends(long[] r, int l, double[] sum) {
    for (int i = 0; i < 4; i++) {
      sum[place(l, i)] =
          c.length == 4
              ? Format.F32.decode(r[c[i] * Warp.LANES + l])
              : Format.F16.decode(r[c[i >> 1] * Warp.LANES + l] >>> (16 * (i & 1)));
    }
  }

  private void scatter(long[] r, int l, double[] sum) {
    if (d.length == 4) {
      for (int i = 0; i < 4; i++) {
        r[d[i] * Warp.LANES + l] = Format.F32.encode(sum[place(l, i)], Rounding.RN);
      }
    } else {
      for (int i = 0; i < 2; i++) {
        long low = Format.F16.encode(sum[place(l, 2 * i)], Rounding.RN);
        r[d[i] * Warp.LANES + l] =
            low | Format.F16.encode(sum[place(l, 2 * i + 1)], Rounding.RN) << 16;
      }
    }
  }
}
