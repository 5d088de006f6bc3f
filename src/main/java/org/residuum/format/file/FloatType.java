package org.residuum.format.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.residuum.network.ElementType;

/** The floating-point types of model files, and their conversion from and to 32-bit floats. */
public enum FloatType {
  F32(4) {
    @Override
    public float decode(ByteBuffer bytes, int index) {
      return bytes.getFloat(index);
    }

    @Override
    void encode(float value, ByteBuffer target) {
      target.putFloat(value);
    }
  },
  F64(8) {
    @Override
    public float decode(ByteBuffer bytes, int index) {
      return (float) bytes.getDouble(index);
    }

    @Override
    void encode(float value, ByteBuffer target) {
      target.putDouble(value);
    }
  },
  /** IEEE binary16. */
  F16(2) {
    @Override
    public float decode(ByteBuffer bytes, int index) {
      return SmallFloats.fromHalf(bytes.getShort(index));
    }

    @Override
    void encode(float value, ByteBuffer target) {
      target.putShort(SmallFloats.toHalf(value));
    }
  },
  /** The upper half of a 32-bit float. */
  BF16(2) {
    @Override
    public float decode(ByteBuffer bytes, int index) {
      return Float.intBitsToFloat(bytes.getShort(index) << 16);
    }

    @Override
    void encode(float value, ByteBuffer target) {
      target.putShort(SmallFloats.toBfloat16(value));
    }
  },
  /** 4 bits of exponent, 3 of mantissa, no infinities: PyTorch's {@code float8_e4m3fn}. */
  F8_E4M3(1) {
    @Override
    public float decode(ByteBuffer bytes, int index) {
      return SmallFloats.fromE4m3(bytes.get(index));
    }
  },
  /** 5 bits of exponent, 2 of mantissa: PyTorch's {@code float8_e5m2}. */
  F8_E5M2(1) {
    @Override
    public float decode(ByteBuffer bytes, int index) {
      return SmallFloats.fromHalf((short) (bytes.get(index) << 8));
    }
  };

  private static final int CHUNK = 4096;

  private final int bytes;

  FloatType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * The type of numbers once they are read: of those that Residuum has, the one that holds them.
   */
  public ElementType type() {
    return switch (this) {
      case F16, F8_E4M3, F8_E5M2 -> ElementType.F16;
      case BF16 -> ElementType.BF16;
      default -> ElementType.F32;
    };
  }

  /**
   * The type that weights of Residuum's are written in.
   *
   * @throws IllegalArgumentException for what is no floating-point type
   */
  public static FloatType of(ElementType type) {
    return switch (type) {
      case F32 -> F32;
      case F16 -> F16;
      case BF16 -> BF16;
      default ->
          throw new IllegalArgumentException(
              "weights are written as float32, float16 or bfloat16, not as " + type);
    };
  }

  /** The size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** The element that starts at byte {@code index}, in the buffer's byte order. */
  public abstract float decode(ByteBuffer bytes, int index);

  /** Appends one value, rounded to nearest even, in the target's byte order. */
  void encode(float value, ByteBuffer target) {
    throw new IllegalArgumentException(this + " is read only; write F32, F16 or BF16");
  }

  /**
   * All elements of {@code source}, in its byte order: a view without a copy for {@link #F32}, else
   * converted, off the heap (where many tensors just over half a region would waste G1's memory).
   */
  public FloatBuffer decode(ByteBuffer source) {
    if (this == F32) {
      return source.asFloatBuffer();
    }
    int elements = source.remaining() / bytes;
    FloatBuffer values = allocate(elements);
    float[] chunk = new float[Math.min(elements, CHUNK)];
    for (int done = 0; done < elements; done += chunk.length) {
      int count = Math.min(chunk.length, elements - done);
      decode(source, source.position() + done * bytes, bytes, chunk, count);
      values.put(chunk, 0, count);
    }
    return values.rewind();
  }

  /**
   * Converts {@code count} elements.
   *
   * @param start the byte of the first
   * @param step bytes from one to the next
   */
  public void decode(ByteBuffer source, int start, int step, float[] target, int count) {
    for (int i = 0; i < count; i++) {
      target[i] = decode(source, start + i * step);
    }
  }

  /** Zeros outside the heap. */
  public static FloatBuffer allocate(int elements) {
    long size = (long) elements * Float.BYTES;
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(elements + " elements in one tensor; the limit is 2^29-1");
    }
    return ByteBuffer.allocateDirect((int) size).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  /** Whether a value that is finite becomes an infinity in this type. */
  public boolean overflows(float value) {
    float first = // Half way between the largest number and the next power of two.
        switch (this) {
          case F16 -> 65520;
          case BF16 -> Float.intBitsToFloat(0x7f7f8000);
          default -> Float.POSITIVE_INFINITY;
        };
    return Float.isFinite(value) && Math.abs(value) >= first;
  }

  /** Moves as many values as fit from {@code source} to {@code target}. */
  public void encode(FloatBuffer source, ByteBuffer target) {
    while (source.hasRemaining() && target.remaining() >= bytes) {
      encode(source.get(), target);
    }
  }
}
