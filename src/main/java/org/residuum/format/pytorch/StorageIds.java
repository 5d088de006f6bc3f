package org.residuum.format.pytorch;

import java.io.IOException;
import java.util.List;

/**
 * Reads persistent ids: {@code ('storage', class, key, device, elements)}, in plain pickles with a
 * sixth member, null or {@code (view key, first element, elements)}.
 */
final class StorageIds {
  private StorageIds() {}

  static StorageRef parse(Unpickler unpickler, Object id) throws IOException {
    if (id instanceof List<?> tuple && tuple.size() > 1 && tuple.get(1) instanceof Unknown type) {
      throw unpickler.refusal(type);
    }
    if (!(id instanceof List<?> tuple)
        || tuple.size() < 5
        || tuple.size() > 6
        || !"storage".equals(tuple.get(0))
        || !(tuple.get(1) instanceof KnownClasses.StorageClass type)
        || !(tuple.get(2) instanceof String key)
        || !(tuple.get(4) instanceof Long whole)
        || whole < 0) {
      throw unpickler.error(
          "a persistent id that is not ('storage', class, key, device, elements)");
    }
    if (tuple.size() == 5 || tuple.get(5) == null) {
      return new StorageRef(type.element(), key, whole, 0, whole);
    }
    return view(unpickler, new StorageRef(type.element(), key, whole, 0, whole), tuple.get(5));
  }

  private static StorageRef view(Unpickler unpickler, StorageRef root, Object view)
      throws IOException {
    if (!(view instanceof List<?> tuple)
        || tuple.size() != 3
        || !(tuple.get(1) instanceof Long base)
        || !(tuple.get(2) instanceof Long length)
        || base < 0
        || length < 0
        || base > root.whole() - length) {
      throw unpickler.error("a view that reaches beyond its storage of " + root.whole());
    }
    return new StorageRef(root.element(), root.key(), root.whole(), base, length);
  }
}
