package org.residuum.format.metadata;

import java.util.List;
import java.util.Map;
import org.residuum.format.FormatException;

/** The values of a JSON object by their types; a wrong one is refused by its key. */
record Fields(Map<?, ?> map) {
  private static final int MOST_PIXELS = 1 << 14;

  boolean has(String key) {
    return map.containsKey(key);
  }

  Object get(String key) {
    return map.get(key);
  }

  boolean flag(String key, boolean usual) {
    Object value = map.get(key);
    if (value != null && !(value instanceof Boolean)) {
      throw invalid(key, "true or false");
    }
    return value == null ? usual : (Boolean) value;
  }

  String text(String key, String usual) {
    Object value = map.get(key);
    if (value != null && !(value instanceof String)) {
      throw invalid(key, "a text");
    }
    return value == null ? usual : (String) value;
  }

  double number(String key, double usual) {
    Object value = map.get(key);
    if (value != null && !(value instanceof Double)) {
      throw invalid(key, "a number");
    }
    return value == null ? usual : (Double) value;
  }

  /** A number of pixels. */
  int pixels(String key) {
    double value = number(key, 0);
    if (value < 1 || value > MOST_PIXELS || value != Math.rint(value)) {
      throw invalid(key, "a number of pixels");
    }
    return (int) value;
  }

  /**
   * A number a channel; a single one stands for all.
   *
   * @return null where there is no such key
   */
  float[] channels(String key, int channels) {
    Object value = map.get(key);
    if (value == null) {
      return null;
    }
    List<?> list = value instanceof List<?> given ? given : List.of(value);
    if (list.size() != channels && list.size() != 1) {
      throw invalid(key, "a number for each of " + channels + " channels");
    }
    float[] numbers = new float[channels];
    for (int c = 0; c < channels; c++) {
      if (!(list.get(list.size() == 1 ? 0 : c) instanceof Double number)) {
        throw invalid(key, "numbers");
      }
      numbers[c] = (float) (double) number;
    }
    return numbers;
  }

  IllegalArgumentException invalid(String key, String expected) {
    return new IllegalArgumentException(
        "its "
            + key
            + " is "
            + FormatException.quote(String.valueOf(map.get(key)))
            + ", expected "
            + expected);
  }
}
