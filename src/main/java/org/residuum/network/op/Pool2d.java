package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/**
 * Maximum or mean over a sliding window: (N, C, H, W) → (N, C, H', W'). Padding never wins a
 * maximum; in a mean it counts as zeros only with {@code countPadding}. In ceil mode windows may
 * hang over the far edge.
 */
public record Pool2d(Kind kind, Window window, boolean countPadding, boolean ceilMode)
    implements Op {
  /** What is taken of a window. */
  public enum Kind {
    MAX,
    AVERAGE
  }

  public Pool2d {
    int spanY = window.dilationY() * (window.height() - 1) + 1;
    int spanX = window.dilationX() * (window.width() - 1) + 1;
    if (Math.max(window.padTop(), window.padBottom()) >= spanY
        || Math.max(window.padLeft(), window.padRight()) >= spanX) {
      throw new IllegalArgumentException(
          "pooling window " + window + " could lie in its padding alone; pad less than its extent");
    }
  }

  public static Pool2d max(Window window) {
    return new Pool2d(Kind.MAX, window, false, false);
  }

  public static Pool2d average(Window window) {
    return new Pool2d(Kind.AVERAGE, window, true, false);
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, 1);
    Shape x = Shapes.image(inputs.get(0));
    int height = window.outputHeight(x.extent(2), ceilMode);
    int width = window.outputWidth(x.extent(3), ceilMode);
    return List.of(Shape.of(x.extent(0), x.extent(1), height, width));
  }

  @Override
  public Op.Derivative derivative() {
    return kind == Kind.MAX ? Op.Derivative.FROM_INPUT : Op.Derivative.FROM_DY;
  }

  @Override
  public boolean isLinear() {
    return kind == Kind.AVERAGE;
  }

  @Override
  public String label() {
    return (kind == Kind.MAX ? "max pool " : "average pool ")
        + window
        + (ceilMode ? " ceil" : "")
        + (kind == Kind.AVERAGE && !countPadding ? " without padding" : "");
  }
}
