package org.residuum.backend.cpu.onednn;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.residuum.backend.lower.Place;

/**
 * Conversions between fp32 and bf16 in Java, for processors on which oneDNN's take 100 times as
 * long.
 */
final class Casts {
  private static final int CHUNK = 4096;

  private Casts() {}

  static HostStep.Factory toBfloat16(Place from, Place to, long elements) {
    return memory -> {
      FloatBuffer source = memory.floats(from, elements);
      ShortBuffer target = NativeMemory.shorts(memory.address(to), elements);
      float[] floats = new float[CHUNK];
      short[] halves = new short[CHUNK];
      return () -> {
        for (int at = 0; at < source.limit(); at += CHUNK) {
          int count = Math.min(CHUNK, source.limit() - at);
          source.get(at, floats, 0, count);
          for (int i = 0; i < count; i++) {
            halves[i] = Elements.upperHalf(floats[i]);
          }
          target.put(at, halves, 0, count);
        }
      };
    };
  }

  static HostStep.Factory toFloat32(Place from, Place to, long elements) {
    return memory -> {
      ShortBuffer source = NativeMemory.shorts(memory.address(from), elements);
      FloatBuffer target = memory.floats(to, elements);
      float[] floats = new float[CHUNK];
      short[] halves = new short[CHUNK];
      return () -> {
        for (int at = 0; at < source.limit(); at += CHUNK) {
          int count = Math.min(CHUNK, source.limit() - at);
          source.get(at, halves, 0, count);
          for (int i = 0; i < count; i++) {
            floats[i] = Float.intBitsToFloat(halves[i] << Short.SIZE);
          }
          target.put(at, floats, 0, count);
        }
      };
    };
  }
}
