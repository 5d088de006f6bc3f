package org.residuum.backend.cuda.op;

import java.nio.FloatBuffer;
import org.residuum.network.Shape;

/** Four axes on the host, (a, b, c, d), against the device's order (a, c, d, b). */
public final class ChannelsLast {
  /** The axes of an image, the innermost one first. */
  private static final int[] LAST_TO_FIRST = {1, 3, 2, 0};

  private ChannelsLast() {}

  /** Whether the orders differ. */
  public static boolean moves(Shape shape) {
    return shape.rank() == 4 && shape.extent(1) > 1 && shape.extent(2) * shape.extent(3) > 1;
  }

  /** Elements on the device from one position to the next along each axis of a value. */
  static long[] strides(int[] extents) {
    long[] strides = new long[extents.length];
    long next = 1;
    for (int i = 0; i < strides.length; i++) {
      int axis = strides.length == 4 ? LAST_TO_FIRST[i] : strides.length - 1 - i;
      strides[axis] = next;
      next *= extents[axis];
    }
    return strides;
  }

  public static void toDevice(Shape shape, FloatBuffer from, FloatBuffer to) {
    move(shape, from, to, false);
  }

  public static void toHost(Shape shape, FloatBuffer from, FloatBuffer to) {
    move(shape, from, to, true);
  }

  private static void move(Shape shape, FloatBuffer from, FloatBuffer to, boolean back) {
    int elements = from.limit();
    if (!moves(shape)) {
      to.put(0, from, 0, elements);
      return;
    }
    int channels = shape.extent(1);
    int pixels = shape.extent(2) * shape.extent(3);
    for (int start = 0; start < elements; start += channels * pixels) {
      for (int c = 0; c < channels; c++) {
        for (int p = 0; p < pixels; p++) {
          int first = start + c * pixels + p;
          int last = start + p * channels + c;
          to.put(back ? first : last, from.get(back ? last : first));
        }
      }
    }
  }
}
