package org.residuum.format.file;

import java.nio.file.Path;
import org.residuum.format.FormatException;
import org.residuum.network.Shape;

/** Turns the extents found in a file into a shape. */
public final class Extents {
  /** As 32-bit floats they must fit one buffer, whose size in bytes is an int. */
  private static final int MOST_ELEMENTS = Integer.MAX_VALUE / Float.BYTES;

  private Extents() {}

  /**
   * The shape of those extents.
   *
   * @throws FormatException where one is negative, or the product is over 2^29-1
   */
  public static Shape shape(Path file, String tensor, long[] extents) throws FormatException {
    int[] ints = new int[extents.length];
    for (int axis = 0; axis < ints.length; axis++) {
      if (extents[axis] < 0 || extents[axis] > Integer.MAX_VALUE) {
        throw error(file, tensor, "extent " + extents[axis] + " is outside 0..2^31-1");
      }
      ints[axis] = (int) extents[axis];
    }
    Shape shape = shape(file, tensor, ints);
    if (shape.elements() > MOST_ELEMENTS) {
      throw error(file, tensor, "shape " + shape + " has over " + MOST_ELEMENTS + " elements");
    }
    return shape;
  }

  private static Shape shape(Path file, String tensor, int[] extents) throws FormatException {
    try {
      return Shape.of(extents);
    } catch (IllegalArgumentException e) {
      throw error(file, tensor, e.getMessage());
    }
  }

  private static FormatException error(Path file, String tensor, String problem) {
    return new FormatException(file, "tensor " + FormatException.quote(tensor), problem);
  }
}
