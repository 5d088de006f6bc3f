package org.residuum.bench;

import java.nio.FloatBuffer;
import java.util.Map;

/** Copies and comparisons of results. */
final class Floats {
  private Floats() {}

  static float[] copy(FloatBuffer buffer) {
    float[] values = new float[buffer.limit()];
    buffer.get(0, values);
    return values;
  }

  /**
   * The largest difference between results of the same name, relative to the largest value under
   * that name; infinite where names or lengths differ or a value is not finite.
   */
  static double difference(Map<String, float[]> expected, Map<String, float[]> actual) {
    if (!expected.keySet().equals(actual.keySet())) {
      return Double.POSITIVE_INFINITY;
    }
    return expected.keySet().stream()
        .mapToDouble(name -> difference(expected.get(name), actual.get(name)))
        .max()
        .orElse(Double.POSITIVE_INFINITY);
  }

  private static double difference(float[] expected, float[] actual) {
    if (expected.length != actual.length) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    double furthest = 0;
    for (int i = 0; i < expected.length; i++) {
      double apart = Math.abs((double) expected[i] - actual[i]);
      if (!Double.isFinite(apart)) {
        return Double.POSITIVE_INFINITY;
      }
      largest = Math.max(largest, Math.abs(expected[i]));
      furthest = Math.max(furthest, apart);
    }
    return largest == 0 ? Double.POSITIVE_INFINITY : furthest / largest;
  }
}
