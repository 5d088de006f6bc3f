package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/** The rules that several operations share. */
final class Shapes {
  private Shapes() {}

  static void requireInputs(List<Shape> inputs, int count) {
    if (inputs.size() != count) {
      throw new IllegalArgumentException("takes " + count + " inputs, not " + inputs.size());
    }
  }

  static Shape image(Shape shape) {
    if (shape.rank() != 4) {
      throw new IllegalArgumentException("needs images (N, C, H, W), not " + shape);
    }
    return shape;
  }

  /** Images or vectors, whose channels are axis 1. */
  static Shape channels(Shape shape) {
    if (shape.rank() != 2 && shape.rank() != 4) {
      throw new IllegalArgumentException("needs (N, C, H, W) or (N, C), not " + shape);
    }
    return shape;
  }

  static Shape vectors(Shape shape) {
    if (shape.rank() != 2) {
      throw new IllegalArgumentException("needs vectors (N, F), not " + shape + "; flatten first");
    }
    return shape;
  }

  static void requireEqual(Shape left, Shape right) {
    if (!left.equals(right)) {
      throw new IllegalArgumentException("needs two equal shapes, not " + left + " and " + right);
    }
  }

  /** An axis of the shape that is not a free batch size. */
  static void requireFixedAxis(Shape shape, int axis) {
    if (axis >= shape.rank() || shape.extent(axis) == Shape.N) {
      throw new IllegalArgumentException(
          "axis "
              + axis
              + " of "
              + shape
              + (axis == 0 ? " is the free batch size" : " is not there"));
    }
  }

  /** {@code shape} with the extent of one axis replaced. */
  static Shape with(Shape shape, int axis, int extent) {
    int[] extents = shape.toArray();
    extents[axis] = extent;
    return Shape.of(extents);
  }

  static int positive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " must be at least 1, not " + value);
    }
    return value;
  }

  static void positive(String what, float value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(what + " must be above 0, not " + value);
    }
  }

  static int notNegative(String what, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " must not be negative, it is " + value);
    }
    return value;
  }
}
