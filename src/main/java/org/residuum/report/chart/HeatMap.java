package org.residuum.report.chart;

import java.util.Locale;
import java.util.function.IntBinaryOperator;

/** Cells in rows and columns whose colours stand for values, a path a colour. */
public final class HeatMap {
  private final Box box;
  private final int rows;
  private final int columns;

  public HeatMap(Box box, int rows, int columns) {
    this.box = box;
    this.rows = rows;
    this.columns = columns;
  }

  public double left(int column) {
    return box.left() + column * box.width() / columns;
  }

  public double top(int row) {
    return box.top() + row * box.height() / rows;
  }

  public double middleX(int column) {
    return left(column) + box.width() / columns / 2;
  }

  public double middleY(int row) {
    return top(row) + box.height() / rows / 2;
  }

  /**
   * Draws the cells of one colour; neighbours in a row become one shape if {@code joined}.
   *
   * @param look class of the style sheet
   * @param colorOf the colour of a row and column
   */
  public void cells(Markup svg, String look, int color, IntBinaryOperator colorOf, boolean joined) {
    StringBuilder path = new StringBuilder();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int from = column;
        while (column < columns
            && colorOf.applyAsInt(row, column) == color
            && (joined || column == from)) {
          column++;
        }
        if (column > from) {
          int wide = column - from;
          path.append('M').append(from).append(' ').append(row);
          path.append('h').append(wide).append("v1h-").append(wide).append('z');
          column--;
        }
      }
    }
    if (path.length() > 0) {
      String transform =
          String.format(
              Locale.ROOT,
              "translate(%s %s) scale(%.4f %.4f)",
              Markup.number(box.left()),
              Markup.number(box.top()),
              box.width() / columns,
              box.height() / rows);
      svg.empty("path", "class", look, "transform", transform, "d", path).line();
    }
  }
}
