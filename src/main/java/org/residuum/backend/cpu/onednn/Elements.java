package org.residuum.backend.cpu.onednn;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.residuum.network.ElementType;

/** Numbers in memory, read and written as floats whatever type they are stored in. */
public interface Elements {
  float get(int index);

  /** Rounds to the nearest number of the type, ties to even. */
  void put(int index, float value);

  /**
   * The elements at an address, a view.
   *
   * @throws IllegalArgumentException where there is no arithmetic in Java for the type, or there
   *     are more elements than fit into a buffer
   */
  static Elements at(long address, long count, ElementType type) {
    return switch (type) {
      case F32 -> of(NativeMemory.floats(address, count));
      case BF16 -> ofBfloat16(NativeMemory.shorts(address, count));
      default -> throw new IllegalArgumentException("no elements of type " + type + " in Java");
    };
  }

  private static Elements of(FloatBuffer values) {
    return new Elements() {
      @Override
      public float get(int index) {
        return values.get(index);
      }

      @Override
      public void put(int index, float value) {
        values.put(index, value);
      }
    };
  }

  private static Elements ofBfloat16(ShortBuffer values) {
    return new Elements() {
      @Override
      public float get(int index) {
        return Float.intBitsToFloat(values.get(index) << Short.SIZE);
      }

      @Override
      public void put(int index, float value) {
        values.put(index, upperHalf(value));
      }
    };
  }

  /** The bits of {@link #toBfloat16}, without the zeros. */
  static short upperHalf(float value) {
    return (short) (Float.floatToRawIntBits(toBfloat16(value)) >>> Short.SIZE);
  }

  /**
   * The nearest float whose lower half is zero, ties to even. What is below the normal numbers
   * becomes 0, as in oneDNN and in the processors' own conversion; a NaN stays one.
   */
  static float toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return Float.intBitsToFloat((bits | 0x400000) & 0xFFFF0000);
    }
    if (Math.abs(value) < Float.MIN_NORMAL) {
      return Math.copySign(0f, value);
    }
    int tie = bits >>> Short.SIZE & 1;
    return Float.intBitsToFloat((bits + 0x7FFF + tie) & 0xFFFF0000);
  }
}
