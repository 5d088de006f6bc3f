package org.residuum.backend.cuda.driver;

import org.residuum.backend.Precision;
import org.residuum.network.ElementType;

/**
 * A product of row-major matrices: C (m, n) = A (m, k) · B (k, n) + beta · C, summed in fp32.
 *
 * @param precision whether fp32 operands are rounded to tf32
 * @param beta 0, where C's old content is not read, or 1
 * @param count how many products of these sizes, each with matrices of its own
 */
public record Gemm(
    Size size, Matrix a, Matrix b, Matrix c, Precision precision, int beta, int count) {
  /** The extents of the matrices, seen without transposition. */
  public record Size(int m, int n, int k) {}

  /**
   * How a matrix is stored.
   *
   * @param transposed whether its columns are stored as rows
   * @param rowStride elements from one stored row to the next
   * @param stride elements from the matrix of one product to that of the next
   */
  public record Matrix(boolean transposed, int rowStride, ElementType storage, long stride) {
    public Matrix transpose() {
      return new Matrix(!transposed, rowStride, storage, stride);
    }

    public Matrix in(ElementType other) {
      return new Matrix(transposed, rowStride, other, stride);
    }

    private boolean holds(int rows, int columns) {
      return rowStride >= (transposed ? rows : columns);
    }
  }

  public Gemm {
    boolean fits =
        Math.min(Math.min(size.m, size.n), Math.min(size.k, count)) > 0
            && a.holds(size.m, size.k)
            && b.holds(size.k, size.n)
            && c.holds(size.m, size.n)
            && (beta == 0 || beta == 1);
    if (!fits) {
      throw new IllegalArgumentException(
          String.format(
              "product %d × %d × %d with row lengths %d, %d, %d and beta %d, %d times, is"
                  + " impossible",
              size.m, size.n, size.k, a.rowStride, b.rowStride, c.rowStride, beta, count));
    }
  }

  /**
   * The extents of a product.
   *
   * @throws IllegalArgumentException where m or k, rows of a batch, are more than cuBLAS takes
   */
  public static Size size(long m, int n, long k) {
    return new Size(rows(m), n, rows(k));
  }

  /** A matrix that is not transposed. */
  public static Matrix matrix(int rowStride, ElementType storage, long stride) {
    return new Matrix(false, rowStride, storage, stride);
  }

  /** C = A · B. */
  public static Gemm of(Precision precision, Size size, Matrix a, Matrix b, Matrix c) {
    return new Gemm(size, a, b, c, precision, 0, 1);
  }

  /** A · B + C. */
  public Gemm accumulating(boolean accumulates) {
    return new Gemm(size, a, b, c, precision, accumulates ? 1 : 0, count);
  }

  /** The same product {@code times} times, over the matrices' strides. */
  public Gemm times(int times) {
    return new Gemm(size, a, b, c, precision, beta, times);
  }

  private static int rows(long rows) {
    if (rows > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a product over " + rows + " rows: cuBLAS takes 2^31 - 1; use a smaller batch");
    }
    return (int) rows;
  }

  /** For example {@code 64 × 10 × 512 fp32} or {@code 32 of 3136 × 4 × 36 fp32}. */
  @Override
  public String toString() {
    String text = String.format("%d × %d × %d %s", size.m, size.n, size.k, precision);
    return count == 1 ? text : count + " of " + text;
  }
}
