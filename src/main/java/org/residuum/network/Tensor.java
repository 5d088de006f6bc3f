package org.residuum.network;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * A host tensor, row-major in the order of {@code shape}. The buffer may live on the heap, off it,
 * or in a mapped file; its position is 0 and its limit the number of elements.
 *
 * @param shape without a free batch size
 * @param type of which the numbers are; whatever it is, they are read as 32-bit floats
 * @param data {@code shape.elements()} floats
 */
public record Tensor(Shape shape, ElementType type, FloatBuffer data) {
  /** A tensor of 32-bit floats. */
  public Tensor(Shape shape, FloatBuffer data) {
    this(shape, ElementType.F32, data);
  }

  public Tensor {
    if (shape.isBatched()) {
      throw new IllegalArgumentException("a host tensor needs a fixed shape, not " + shape);
    }
    if (data.remaining() != shape.elements()) {
      throw new IllegalArgumentException(
          "shape "
              + shape
              + " has "
              + shape.elements()
              + " elements, the data "
              + data.remaining());
    }
    data = data.slice();
  }

  /** A tensor over the given values; the array is not copied. */
  public static Tensor of(Shape shape, float... values) {
    return new Tensor(shape, FloatBuffer.wrap(values));
  }

  public static Tensor zeros(Shape shape) {
    return new Tensor(shape, FloatBuffer.allocate(shape.elements()));
  }

  public float get(int index) {
    return data.get(index);
  }

  /** A copy of the values on the heap. */
  public float[] toArray() {
    float[] values = new float[data.limit()];
    data.get(0, values);
    return values;
  }

  /** The shape and the first values, for example {@code (1, 2) [4.0, 0.0]}. */
  @Override
  public String toString() {
    float[] first = new float[Math.min(data.limit(), 16)];
    data.get(0, first);
    String values = Arrays.toString(first);
    return shape + " " + (first.length < data.limit() ? values.replace("]", ", ...]") : values);
  }
}
