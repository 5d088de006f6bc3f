package org.residuum.backend.cuda.op;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One axis of a box of elements that is copied from x to y.
 *
 * @param from elements of x from one position on the axis to the next
 * @param to elements of y likewise, not negative
 */
record BoxAxis(int extent, long from, long to) {

  /**
   * As few axes as possible for a box: by falling stride in y, without axes of one position, and
   * with neighbours joined where one continues the other.
   */
  static List<BoxAxis> of(int[] extents, long[] from, long[] to) {
    List<BoxAxis> axes = new ArrayList<>();
    for (int axis = 0; axis < extents.length; axis++) {
      if (extents[axis] != 1) {
        axes.add(new BoxAxis(extents[axis], from[axis], to[axis]));
      }
    }
    axes.sort(Comparator.comparingLong(BoxAxis::to).reversed());
    for (int axis = axes.size() - 1; axis > 0; axis--) {
      BoxAxis outer = axes.get(axis - 1);
      BoxAxis inner = axes.get(axis);
      if (outer.continues(inner)) {
        axes.remove(axis);
        axes.set(axis - 1, new BoxAxis(outer.extent * inner.extent, inner.from, inner.to));
      }
    }
    return axes;
  }

  private boolean continues(BoxAxis inner) {
    return from == inner.from * inner.extent
        && to == inner.to * inner.extent
        && (long) extent * inner.extent <= Integer.MAX_VALUE;
  }

  /** Whether the box is one run of elements in x and in y. */
  static boolean isDense(List<BoxAxis> axes) {
    return axes.isEmpty() || axes.size() == 1 && axes.get(0).from == 1 && axes.get(0).to == 1;
  }

  static long elements(List<BoxAxis> axes) {
    long elements = 1;
    for (BoxAxis axis : axes) {
      elements *= axis.extent;
    }
    return elements;
  }
}
