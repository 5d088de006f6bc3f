package org.residuum.format.metadata;

import java.util.Locale;
import java.util.Map;
import org.residuum.data.Resize.Filter;

/** PIL's filters by their names, and by the numbers that PIL gives them. */
final class Filters {
  private static final Map<Integer, Filter> NUMBERED =
      Map.of(
          0, Filter.NEAREST,
          1, Filter.LANCZOS,
          2, Filter.BILINEAR,
          3, Filter.BICUBIC,
          4, Filter.BOX,
          5, Filter.HAMMING);

  private Filters() {}

  static Filter of(Fields fields, String key, Filter usual) {
    Object value = fields.get(key);
    for (Filter filter : Filter.values()) {
      if (value instanceof String name && filter.name().equals(name.toUpperCase(Locale.ROOT))) {
        return filter;
      }
    }
    if (value instanceof Double number && NUMBERED.containsKey((int) (double) number)) {
      return NUMBERED.get((int) (double) number);
    }
    if (value != null) {
      throw fields.invalid(key, "nearest, box, bilinear, hamming, bicubic or lanczos");
    }
    return usual;
  }
}
