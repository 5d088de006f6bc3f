package org.residuum.format.pytorch;

import java.util.List;
import java.util.Locale;

/**
 * A tensor as the pickle describes it, its values still in the file. Offset and strides count
 * elements.
 */
record TensorRef(
    StorageRef storage, Element element, long offset, List<Long> extents, List<Long> strides) {

  /** For example {@code int64 [512, 10]}. */
  String describe() {
    return element.name().toLowerCase(Locale.ROOT) + " " + extents;
  }
}
