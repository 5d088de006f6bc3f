package org.residuum.data.source;

/**
 * A line drawn without lifting the pen, through points of the unit square, y downwards.
 *
 * @param smooth a Catmull–Rom curve through the points, else straight segments
 * @param points {@code x0, y0, x1, y1, ...}
 */
record Stroke(boolean smooth, double... points) {
  private static final int STEPS = 6;

  static Stroke line(double... points) {
    return new Stroke(false, points);
  }

  static Stroke curve(double... points) {
    return new Stroke(true, points);
  }

  int size() {
    return points.length / 2;
  }

  /** The corners of a polyline along the stroke, {@code x0, y0, ...}. */
  double[] polyline() {
    if (!smooth) {
      return points;
    }
    double[] corners = new double[((size() - 1) * STEPS + 1) * 2];
    for (int i = 0; i < corners.length / 2; i++) {
      int span = Math.min(i / STEPS, size() - 2);
      double t = (double) (i - span * STEPS) / STEPS;
      corners[2 * i] = at(span, t, 0);
      corners[2 * i + 1] = at(span, t, 1);
    }
    return corners;
  }

  private double at(int span, double t, int axis) {
    double a = coordinate(span - 1, axis);
    double b = coordinate(span, axis);
    double c = coordinate(span + 1, axis);
    double d = coordinate(span + 2, axis);
    return 0.5
        * (2 * b + t * ((c - a) + t * ((2 * a - 5 * b + 4 * c - d) + t * (3 * (b - c) + d - a))));
  }

  private double coordinate(int point, int axis) {
    return points[2 * Math.max(0, Math.min(size() - 1, point)) + axis];
  }
}
