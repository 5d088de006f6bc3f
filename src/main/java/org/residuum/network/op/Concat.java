package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/** Joins its inputs along one axis, not the free batch axis; their other extents are equal. */
public record Concat(int axis) implements Op {
  public Concat {
    Shapes.notNegative("axis", axis);
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("takes at least 1 input");
    }
    Shape first = inputs.get(0);
    int extent = 0;
    for (Shape shape : inputs) {
      Shapes.requireFixedAxis(shape, axis);
      Shapes.requireEqual(first, Shapes.with(shape, axis, first.extent(axis)));
      extent = Math.addExact(extent, shape.extent(axis));
    }
    return List.of(Shapes.with(first, axis, extent));
  }

  @Override
  public String label() {
    return "concat axis " + axis;
  }
}
