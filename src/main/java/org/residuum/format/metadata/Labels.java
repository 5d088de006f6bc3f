package org.residuum.format.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The names of the classes in {@code config.json}. */
final class Labels {
  private Labels() {}

  /** Those of timm or Hugging Face; none where some are missing or but placeholders. */
  static List<String> of(Fields config, int classes) {
    List<String> names = names(config.get("label_names"), classes);
    if (names.isEmpty() && config.get("pretrained_cfg") instanceof Map<?, ?> inner) {
      names = names(inner.get("label_names"), classes);
    }
    return names.isEmpty() ? names(config.get("id2label"), classes) : names;
  }

  /** The names in a list of them or a map by number; none where some are missing. */
  private static List<String> names(Object value, int classes) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < classes; i++) {
      Object name =
          value instanceof List<?> list
              ? i < list.size() ? list.get(i) : null
              : value instanceof Map<?, ?> map ? map.get(String.valueOf(i)) : null;
      if (!(name instanceof String text) || text.isBlank() || text.lines().count() > 1) {
        return List.of();
      }
      names.add(text);
    }
    return names.get(0).equals("LABEL_0") ? List.of() : names;
  }
}
