package org.residuum.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.TreeMap;

/** Copies and comparisons of results. */
final class Floats {
  private Floats() {}

  /** Zeros off the heap, in the machine's byte order. */
  static FloatBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, floats))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  static float[] copy(FloatBuffer buffer) {
    float[] values = new float[buffer.limit()];
    buffer.get(0, values);
    return values;
  }

  /**
   * By name, the largest difference between results, relative to the largest value under that name;
   * infinite where lengths differ, a name is missing or a value is not finite.
   */
  static Map<String, Double> differences(
      Map<String, float[]> expected, Map<String, float[]> actual) {
    Map<String, Double> differences = new TreeMap<>();
    expected.forEach(
        (name, values) ->
            differences.put(
                name, difference(values, actual.getOrDefault(name, new float[values.length + 1]))));
    return differences;
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
