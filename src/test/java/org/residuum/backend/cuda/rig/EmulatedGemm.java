package org.residuum.backend.cuda.rig;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.network.ElementType;
import org.residuum.ptx.memory.EmulatedMemory;

/**
 * Products as cuBLAS is asked for them: operands rounded as the precision says, fp32 multiply and
 * add, each sum from k = 0 upwards; C's old content is added last.
 */
final class EmulatedGemm {
  private final EmulatedMemory memory;
  private final Tf32 rounding;

  EmulatedGemm(EmulatedMemory memory, Tf32 rounding) {
    this.memory = memory;
    this.rounding = rounding;
  }

  void run(Gemm gemm, long a, long b, long c) {
    int operand = gemm.a().storage().bytes();
    int result = gemm.c().storage().bytes();
    for (int i = 0; i < gemm.count(); i++) {
      one(
          gemm,
          a + i * gemm.a().stride() * operand,
          b + i * gemm.b().stride() * operand,
          c + i * gemm.c().stride() * result);
    }
  }

  private void one(Gemm gemm, long a, long b, long c) {
    int m = gemm.size().m();
    int n = gemm.size().n();
    int k = gemm.size().k();
    float[] left = operand(gemm, a, m, k, gemm.a().rowStride(), gemm.a().transposed());
    float[] right = operand(gemm, b, k, n, gemm.b().rowStride(), gemm.b().transposed());
    byte[] bytes = new byte[n * gemm.c().storage().bytes()];
    float[] sums = new float[n];
    for (int i = 0; i < m; i++) {
      java.util.Arrays.fill(sums, 0);
      for (int t = 0; t < k; t++) {
        float x = left[i * k + t];
        for (int j = 0; j < n; j++) {
          sums[j] += x * right[t * n + j];
        }
      }
      long row = c + (long) i * gemm.c().rowStride() * gemm.c().storage().bytes();
      if (gemm.beta() == 1) {
        memory.copyOut(row, bytes, 0, bytes.length);
        float[] old = decode(bytes, gemm.c().storage(), n);
        for (int j = 0; j < n; j++) {
          sums[j] += old[j];
        }
      }
      encode(sums, gemm.c().storage(), bytes);
      memory.copyIn(row, bytes, 0, bytes.length);
    }
  }

  /** A matrix (rows, columns) in row-major order without gaps. */
  private float[] operand(Gemm gemm, long at, int rows, int columns, int ld, boolean lies) {
    int lines = lies ? columns : rows;
    int width = lies ? rows : columns;
    int size = gemm.a().storage().bytes();
    float[] matrix = new float[Math.multiplyExact(rows, columns)];
    byte[] bytes = new byte[width * size];
    for (int line = 0; line < lines; line++) {
      memory.copyOut(at + (long) line * ld * size, bytes, 0, bytes.length);
      float[] values = decode(bytes, gemm.a().storage(), width);
      for (int i = 0; i < width; i++) {
        float value = gemm.precision() == Precision.TF32 ? rounding.of(values[i]) : values[i];
        matrix[lies ? i * columns + line : line * columns + i] = value;
      }
    }
    return matrix;
  }

  private static float[] decode(byte[] bytes, ElementType storage, int count) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = storage == ElementType.F32 ? buffer.getFloat() : Bf16.value(buffer.getShort());
    }
    return values;
  }

  private static void encode(float[] values, ElementType storage, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      if (storage == ElementType.F32) {
        buffer.putFloat(value);
      } else {
        buffer.putShort(Bf16.bits(value));
      }
    }
  }
}
