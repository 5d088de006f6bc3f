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
    private static Matrix of(int rowStride, ElementType storage) {
      return new Matrix(false, rowStride, storage, 0);
    }

    private Matrix transpose() {
      return new Matrix(!transposed, rowStride, storage, stride);
    }

    private Matrix each(long newStride) {
      return new Matrix(transposed, rowStride, storage, newStride);
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
   * C = A · B.
   *
   * @param lda elements from one row of A, as it is stored, to the next; ldb and ldc likewise
   */
  public static Gemm plain(Precision precision, long m, int n, int k, int lda, int ldb, int ldc) {
    ElementType storage = precision.storage();
    return new Gemm(
        new Size(rows(m), n, k),
        Matrix.of(lda, storage),
        Matrix.of(ldb, storage),
        Matrix.of(ldc, storage),
        precision,
        0,
        1);
  }

  /** C = A · Bᵀ. */
  public static Gemm timesTransposed(
      Precision precision, long m, int n, int k, int lda, int ldb, int ldc) {
    ElementType storage = precision.storage();
    return new Gemm(
        new Size(rows(m), n, k),
        Matrix.of(lda, storage),
        Matrix.of(ldb, storage).transpose(),
        Matrix.of(ldc, storage),
        precision,
        0,
        1);
  }

  /** C = Aᵀ · B in fp32. */
  public static Gemm transposedTimes(
      Precision precision, int m, int n, long k, int lda, int ldb, int ldc) {
    ElementType storage = precision.storage();
    return new Gemm(
        new Size(m, n, rows(k)),
        Matrix.of(lda, storage).transpose(),
        Matrix.of(ldb, storage),
        Matrix.of(ldc, ElementType.F32),
        precision,
        0,
        1);
  }

  /** The same, added to what C holds. */
  public Gemm accumulating(boolean accumulate) {
    return new Gemm(size, a, b, c, precision, accumulate ? 1 : 0, count);
  }

  /** The same {@code times} times; strides are in elements. */
  public Gemm times(int times, long strideA, long strideB, long strideC) {
    return times == 1
        ? this
        : new Gemm(size, a.each(strideA), b.each(strideB), c.each(strideC), precision, beta, times);
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
