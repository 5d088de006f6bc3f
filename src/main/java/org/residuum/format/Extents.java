package org.residuum.format;

import java.nio.file.Path;
import org.residuum.network.Shape;

/** Turns the extents found in a file into a shape. */
public final class Extents {
  private Extents() {}

  /**
   * The shape of those extents.
   *
   * @throws FormatException where one is negative, or the product is over 2^31-1
   */
  public static Shape shape(Path file, String tensor, long[] extents) throws FormatException {
    int[] ints = new int[extents.length];
    for (int axis = 0; axis < ints.length; axis++) {
      if (extents[axis] < 0 || extents[axis] > Integer.MAX_VALUE) {
        throw error(file, tensor, "extent " + extents[axis] + " is outside 0..2^31-1");
      }
      ints[axis] = (int) extents[axis];
    }
    try {
      return Shape.of(ints);
    } catch (IllegalArgumentException e) {
      throw error(file, tensor, e.getMessage());
    }
  }

  private static FormatException error(Path file, String tensor, String problem) {
    return new FormatException(file, "tensor " + FormatException.quote(tensor), problem);
  }
}
