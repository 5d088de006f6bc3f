package org.residuum.data.decode.jpeg;

import org.residuum.data.prepare.Fitting;

/** The pixels of the decoded picture that are looked at, without bottom and right themselves. */
record Window(int top, int left, int bottom, int right) {
  /**
   * What a fitting looks at of a picture of this size, and a pixel around it: that of a picture
   * that is stored mirrored may be rounded to the other side.
   */
  static Window of(Fitting fitting, int height, int width) {
    int[] rows = fitting.rowsOf(height);
    int[] columns = fitting.columnsOf(width);
    return new Window(
        Math.max(0, rows[0] - 1),
        Math.max(0, columns[0] - 1),
        Math.min(height, rows[1] + 1),
        Math.min(width, columns[1] + 1));
  }

  int height() {
    return bottom - top;
  }

  int width() {
    return right - left;
  }
}
