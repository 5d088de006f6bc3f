package org.residuum.backend.cuda.driver;

import org.residuum.backend.Precision;
import org.residuum.backend.cuda.kernel.Storage;

/**
 * A product of row-major matrices: C (m, n) = A (m, k) · B (k, n) + beta · C, summed in fp32.
 *
 * @param transposeA whether A lies as (k, m)
 * @param transposeB whether B lies as (n, k)
 * @param lda elements from one row of A, as it lies, to the next; ldb and ldc likewise
 * @param beta 0, where C's old content is not read, or 1
 * @param operands how A and B lie
 * @param result how C lies
 * @param precision whether fp32 operands are rounded to tf32
 * @param batch how many products of these sizes, and where each finds its matrices
 */
public record Gemm(
    boolean transposeA,
    boolean transposeB,
    int m,
    int n,
    int k,
    int lda,
    int ldb,
    int ldc,
    int beta,
    Storage operands,
    Storage result,
    Precision precision,
    Batch batch) {
  /**
   * Products side by side: the i-th takes A, B and C so many elements behind the first one's, i
   * times the stride.
   */
  public record Batch(int count, long strideA, long strideB, long strideC) {
    static final Batch ONE = new Batch(1, 0, 0, 0);
  }

  public Gemm {
    boolean fits =
        m > 0
            && n > 0
            && k > 0
            && lda >= (transposeA ? m : k)
            && ldb >= (transposeB ? k : n)
            && ldc >= n
            && (beta == 0 || beta == 1)
            && batch.count() > 0;
    if (!fits) {
      throw new IllegalArgumentException(
          "product "
              + m
              + " × "
              + n
              + " × "
              + k
              + " with row lengths "
              + lda
              + ", "
              + ldb
              + ", "
              + ldc
              + " and beta "
              + beta
              + ", "
              + batch.count()
              + " times, is impossible");
    }
  }

  /** C = A · B. */
  public static Gemm plain(Precision precision, long m, int n, int k, int lda, int ldb, int ldc) {
    Storage storage = Storage.of(precision);
    return new Gemm(
        false, false, rows(m), n, k, lda, ldb, ldc, 0, storage, storage, precision, Batch.ONE);
  }

  /** C = A · Bᵀ. */
  public static Gemm timesTransposed(
      Precision precision, long m, int n, int k, int lda, int ldb, int ldc) {
    Storage storage = Storage.of(precision);
    return new Gemm(
        false, true, rows(m), n, k, lda, ldb, ldc, 0, storage, storage, precision, Batch.ONE);
  }

  /** C = Aᵀ · B in fp32. */
  public static Gemm transposedTimes(
      Precision precision, int m, int n, long k, int lda, int ldb, int ldc) {
    Storage operands = Storage.of(precision);
    return new Gemm(
        true, false, m, n, rows(k), lda, ldb, ldc, 0, operands, Storage.F32, precision, Batch.ONE);
  }

  /** The same, added to what C holds. */
  public Gemm accumulating(boolean accumulate) {
    int newBeta = accumulate ? 1 : 0;
    return new Gemm(
        transposeA,
        transposeB,
        m,
        n,
        k,
        lda,
        ldb,
        ldc,
        newBeta,
        operands,
        result,
        precision,
        batch);
  }

  /** The same {@code count} times; strides are in elements. */
  public Gemm times(int count, long strideA, long strideB, long strideC) {
    Batch newBatch = count == 1 ? Batch.ONE : new Batch(count, strideA, strideB, strideC);
    return new Gemm(
        transposeA,
        transposeB,
        m,
        n,
        k,
        lda,
        ldb,
        ldc,
        beta,
        operands,
        result,
        precision,
        newBatch);
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
    return (batch.count() == 1 ? "" : batch.count() + " of ")
        + m
        + " × "
        + n
        + " × "
        + k
        + " "
        + precision;
  }
}
