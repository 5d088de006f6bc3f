package org.residuum.backend.cuda.op;

import java.nio.FloatBuffer;
import org.residuum.network.Shape;

/**
 * How a parameter of an inference plan lies on the device. The weights of a convolution, the only
 * ones with four axes, are rows (out, kh · kw · C), each padded with zeros to 16 bytes of bf16,
 * which is what cuBLAS's fast kernels want of a row. The rows of columns that they are multiplied
 * with end in zeros too. Other parameters are dense.
 *
 * @param count of rows
 * @param length elements of a row
 * @param stride elements from one row to the next
 */
public record ParameterRows(int count, int length, int stride) {
  private static final int MULTIPLE = 8;

  public static ParameterRows of(Shape shape) {
    if (shape.rank() != 4 || shape.elements() == 0) {
      return new ParameterRows(1, shape.elements(), shape.elements());
    }
    int length = shape.elements() / shape.extent(0);
    return new ParameterRows(shape.extent(0), length, padded(length));
  }

  /** The least multiple of 8 that is not less. */
  static int padded(int length) {
    return Math.addExact(length, MULTIPLE - 1) / MULTIPLE * MULTIPLE;
  }

  /** Of the whole parameter, padding included. */
  public int elements() {
    return Math.multiplyExact(count, stride);
  }

  /** From logical order into the device's, {@link #elements} floats. */
  public static void toDevice(Shape shape, FloatBuffer from, FloatBuffer to) {
    ParameterRows rows = of(shape);
    if (rows.stride == rows.length) {
      ChannelsLast.toDevice(shape, from, to);
      return;
    }
    for (int r = 0; r < rows.count; r++) {
      ChannelsLast.toDevice(rowOf(shape), rows.dense(from, r), rows.onDevice(to, r));
      for (int i = rows.length; i < rows.stride; i++) {
        to.put(r * rows.stride + i, 0f);
      }
    }
  }

  private static Shape rowOf(Shape shape) {
    return Shape.of(1, shape.extent(1), shape.extent(2), shape.extent(3));
  }

  private FloatBuffer dense(FloatBuffer all, int row) {
    return all.slice(row * length, length);
  }

  private FloatBuffer onDevice(FloatBuffer all, int row) {
    return all.slice(row * stride, length);
  }
}
