package org.residuum.data.decode.webp;

/** The loop filter, which smooths the edges of blocks (RFC 6386, section 15). */
final class Vp8Filter {
  private final Vp8Frame frame;
  private byte[] p;

  /** From a pixel before the edge to the one behind it. */
  private int step;

  private int edgeLimit;
  private int innerLimit;
  private int varianceLimit;

  Vp8Filter(Vp8Frame frame) {
    this.frame = frame;
  }

  void run() {
    for (int row = 0; row < frame.rows; row++) {
      for (int column = 0; column < frame.columns; column++) {
        int block = row * frame.columns + column;
        int level = frame.filterLevels[block];
        if (level > 0) {
          setLimits(level);
          macroblock(row, column, level, frame.filtersInside[block]);
        }
      }
    }
  }

  private void setLimits(int level) {
    int sharpness = frame.header.sharpness;
    int inner = level;
    if (sharpness > 0) {
      inner = Math.min(9 - sharpness, level >> (sharpness > 4 ? 2 : 1));
    }
    innerLimit = Math.max(1, inner);
    varianceLimit = level >= 40 ? 2 : level >= 15 ? 1 : 0;
  }

  /** Edges at the left, inside, above, inside: in this order. */
  private void macroblock(int row, int column, int level, boolean inside) {
    int limit = 2 * level + innerLimit;
    for (boolean vertical : new boolean[] {true, false}) {
      if (vertical ? column > 0 : row > 0) {
        edges(row, column, vertical, 2 * (limit + 4) + 1, 0);
      }
      for (int offset = 4; inside && offset < 16; offset += 4) {
        edges(row, column, vertical, 2 * limit + 1, offset);
      }
    }
  }

  private void edges(int row, int column, boolean vertical, int limit, int offset) {
    edgeLimit = limit;
    edge(frame.luma, row, column, 16, vertical, offset);
    if (!frame.header.isSimpleFilter && offset <= 4) {
      edge(frame.u, row, column, 8, vertical, offset);
      edge(frame.v, row, column, 8, vertical, offset);
    }
  }

  private void edge(Vp8Plane plane, int row, int column, int size, boolean vertical, int offset) {
    p = plane.pixels;
    step = vertical ? 1 : plane.stride;
    int along = vertical ? plane.stride : 1;
    int at =
        plane.place(row * size + (vertical ? 0 : offset), column * size + (vertical ? offset : 0));
    for (int i = 0; i < size; i++, at += along) {
      if (frame.header.isSimpleFilter) {
        if (isStep(at)) {
          two(at);
        }
      } else if (isStep(at) && isSmoothAround(at)) {
        if (isBusy(at)) {
          two(at);
        } else if (offset == 0) {
          six(at);
        } else {
          four(at);
        }
      }
    }
  }

  private int pixel(int at) {
    return p[at] & 255;
  }

  private int difference(int a, int b) {
    return Math.abs(pixel(a) - pixel(b));
  }

  private boolean isStep(int at) {
    return 4 * difference(at - step, at) + difference(at - 2 * step, at + step) <= edgeLimit;
  }

  private boolean isSmoothAround(int at) {
    return difference(at - 4 * step, at - 3 * step) <= innerLimit
        && difference(at - 3 * step, at - 2 * step) <= innerLimit
        && difference(at - 2 * step, at - step) <= innerLimit
        && difference(at + 3 * step, at + 2 * step) <= innerLimit
        && difference(at + 2 * step, at + step) <= innerLimit
        && difference(at + step, at) <= innerLimit;
  }

  private boolean isBusy(int at) {
    return difference(at - 2 * step, at - step) > varianceLimit
        || difference(at + step, at) > varianceLimit;
  }

  private static int clip(int value, int low, int high) {
    return Math.max(low, Math.min(high, value));
  }

  private void change(int at, int by) {
    p[at] = (byte) Vp8Plane.clamp(pixel(at) + by);
  }

  private int outer(int at) {
    return clip(pixel(at - 2 * step) - pixel(at + step), -128, 127);
  }

  private void two(int at) {
    int a = 3 * (pixel(at) - pixel(at - step)) + outer(at);
    int up = clip((a + 4) >> 3, -16, 15);
    int down = clip((a + 3) >> 3, -16, 15);
    change(at - step, down);
    change(at, -up);
  }

  private void four(int at) {
    int a = 3 * (pixel(at) - pixel(at - step));
    int up = clip((a + 4) >> 3, -16, 15);
    int down = clip((a + 3) >> 3, -16, 15);
    int half = (up + 1) >> 1;
    change(at - 2 * step, half);
    change(at - step, down);
    change(at, -up);
    change(at + step, -half);
  }

  private void six(int at) {
    int a = clip(3 * (pixel(at) - pixel(at - step)) + outer(at), -128, 127);
    for (int i = 0; i < 3; i++) {
      int by = ((27 - 9 * i) * a + 63) >> 7;
      change(at - (i + 1) * step, by);
      change(at + i * step, -by);
    }
  }
}
