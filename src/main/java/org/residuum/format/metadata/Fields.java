package org.residuum.format.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.residuum.format.FormatException;

/** The values of a JSON object by their types; a wrong one is refused by its key. */
record Fields(Map<?, ?> map) {
  /** More than any network is given, and few enough that the values within one have a size. */
  private static final int MOST_PIXELS = 1 << 12;

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
    if (!isExtent(value)) {
      throw invalid(key, "a whole number of pixels, 1 to " + MOST_PIXELS);
    }
    return (int) value;
  }

  private static boolean isExtent(double value) {
    return value >= 1 && value <= MOST_PIXELS && value == Math.rint(value);
  }

  /**
   * Channels, height and width.
   *
   * @return null where there is no such key
   */
  List<Integer> extents(String key) {
    Object value = map.get(key);
    if (value == null) {
      return null;
    }
    List<Integer> extents = new ArrayList<>();
    for (Object extent : value instanceof List<?> list ? list : List.of()) {
      extents.add(extent instanceof Double number && isExtent(number) ? number.intValue() : 0);
    }
    if (extents.size() != 3 || extents.contains(0)) {
      throw invalid(key, "channels, height and width, whole numbers from 1 to " + MOST_PIXELS);
    }
    return extents;
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
