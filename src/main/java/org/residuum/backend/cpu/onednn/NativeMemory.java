package org.residuum.backend.cpu.onednn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;

/** A run of bytes off the heap, zeroed, aligned to a page; freed by {@link #close}. */
public final class NativeMemory implements AutoCloseable {
  private static final long ALIGNMENT = 4096;

  private final BytePointer allocation;
  private final long base;

  /**
   * Allocates.
   *
   * @throws OutOfMemoryError where it were more than JavaCPP allows, by default as much as the
   *     largest heap, or than there is
   */
  public NativeMemory(long bytes) {
    this(allocate(Math.max(bytes, 64) + ALIGNMENT));
    Pointer.memset(allocation, 0, allocation.capacity());
  }

  private NativeMemory(BytePointer allocation) {
    this.allocation = allocation;
    this.base = (allocation.address() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** The same, but not zeroed: for bytes that are all written before they are read. */
  public static NativeMemory unwritten(long bytes) {
    return new NativeMemory(allocate(Math.max(bytes, 64) + ALIGNMENT));
  }

  private static BytePointer allocate(long bytes) {
    try {
      return new BytePointer(bytes);
    } catch (OutOfMemoryError e) {
      Error named =
          new OutOfMemoryError(
              String.format(
                  Locale.ROOT,
                  "%.2f GB off the heap asked for, %.2f in use, %.2f allowed",
                  bytes / 1e9,
                  Pointer.totalBytes() / 1e9,
                  Pointer.maxBytes() / 1e9));
      named.initCause(e);
      throw named;
    }
  }

  public long address(long offset) {
    return base + offset;
  }

  /** A pointer to memory that another object owns. */
  public static Pointer at(long address) {
    return new Address(address);
  }

  /**
   * A buffer of zeros.
   *
   * @param owned takes the memory
   */
  public static FloatBuffer floats(int elements, List<NativeMemory> owned) {
    NativeMemory memory = new NativeMemory(4L * elements);
    owned.add(memory);
    return floats(memory.base, elements);
  }

  /** The first floats of direct memory, a view that keeps it. */
  public static FloatBuffer floats(ByteBuffer direct, long elements) {
    return direct.order(ByteOrder.nativeOrder()).asFloatBuffer().slice(0, (int) elements);
  }

  /** The floats at an address, a view. */
  public static FloatBuffer floats(long address, long elements) {
    if (elements > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          elements + " floats do not fit into one buffer; use a smaller batch");
    }
    return new FloatPointer(at(address)).capacity(elements).asBuffer();
  }

  /** The 16-bit numbers at an address, a view. */
  static ShortBuffer shorts(long address, long elements) {
    if (elements > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          elements + " numbers do not fit into one buffer; use a smaller batch");
    }
    return new ShortPointer(at(address)).capacity(elements).asBuffer();
  }

  @Override
  public void close() {
    allocation.close();
  }

  private static final class Address extends Pointer {
    Address(long address) {
      this.address = address;
    }
  }
}
