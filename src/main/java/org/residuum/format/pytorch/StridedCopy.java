package org.residuum.format.pytorch;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.residuum.format.file.FloatType;

/** Collects the elements of a tensor with strides in row-major order, a row at a time. */
final class StridedCopy {
  private final ByteBuffer bytes;
  private final FloatType type;
  private final int[] extents;

  /** In bytes. */
  private final int[] strides;

  /**
   * @param ref a tensor of rank 1 or more whose elements all lie in {@code bytes}
   */
  StridedCopy(TensorRef ref, ByteBuffer bytes) {
    this.bytes = bytes;
    type = ref.element().floats;
    extents = ref.extents().stream().mapToInt(Long::intValue).toArray();
    strides = new int[extents.length];
    for (int axis = 0; axis < strides.length; axis++) {
      // An axis of one element is never stepped along, however far its stride reaches.
      strides[axis] = extents[axis] > 1 ? (int) (ref.strides().get(axis) * type.bytes()) : 0;
    }
  }

  FloatBuffer toRowMajor() {
    int last = extents.length - 1;
    int rows = 1;
    for (int axis = 0; axis < last; axis++) {
      rows *= extents[axis];
    }
    FloatBuffer values = FloatType.allocate(rows * extents[last]);
    float[] row = new float[extents[last]];
    int[] index = new int[last];
    int start = 0;
    for (int i = 0; i < rows; i++) {
      type.decode(bytes, start, strides[last], row, row.length);
      values.put(row);
      start += advance(index);
    }
    return values.rewind();
  }

  /** Steps to the next row; returns how many bytes further on it starts. */
  private int advance(int[] index) {
    int distance = 0;
    for (int axis = index.length - 1; axis >= 0; axis--) {
      if (++index[axis] < extents[axis]) {
        return distance + strides[axis];
      }
      distance -= (extents[axis] - 1) * strides[axis];
      index[axis] = 0;
    }
    return distance;
  }
}
