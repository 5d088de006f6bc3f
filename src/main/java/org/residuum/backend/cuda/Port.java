package org.residuum.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.residuum.backend.Slot;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.op.ChannelsLast;
import org.residuum.network.Shape;

/**
 * An input or output of a slot: what the caller sees, page-locked memory that copies go through,
 * and fp32 device memory at their other end. Images of a free batch size are the same on both
 * sides, (N, H, W, C); four fixed axes are in logical order for the caller.
 */
final class Port {
  private final Shape shape;
  private final ByteBuffer locked;
  private final FloatBuffer seen;
  private final FloatBuffer lockedFloats;
  private final int elements;
  private final long address;
  private final boolean moves;

  /** Null where floats travel. */
  private final Slot.Pictures pictures;

  private Port(Shape shape, ByteBuffer locked, int elements, Slot.Pictures pictures, long address) {
    this.shape = shape;
    this.locked = locked;
    this.elements = elements;
    this.address = address;
    this.pictures = pictures;
    this.lockedFloats =
        pictures == null ? locked.asFloatBuffer().slice(0, elements) : FloatBuffer.allocate(0);
    this.moves = pictures == null && !shape.isBatched() && ChannelsLast.moves(shape);
    this.seen =
        moves
            ? ByteBuffer.allocateDirect(4 * elements).order(ByteOrder.nativeOrder()).asFloatBuffer()
            : lockedFloats;
  }

  /**
   * A port.
   *
   * @param pictures whether bytes travel, not floats
   * @param locked of {@link #bytes}
   * @param address of as many bytes on the device
   */
  Port(Shape shape, int batch, boolean pictures, ByteBuffer locked, long address) {
    this(
        shape,
        locked,
        Math.toIntExact(shape.elements(batch)),
        pictures ? pictures(locked, (int) shape.elements(batch), batch) : null,
        address);
  }

  /** Page-locked bytes, and device bytes: floats, or pictures with their crops. */
  static long bytes(Shape shape, int batch, boolean pictures) {
    long elements = shape.elements(batch);
    return CudaSession.align(
        pictures ? cropsAt(elements) + cropBytes(batch) : Float.BYTES * elements);
  }

  /** Pixels, followed by the crops. */
  private static Slot.Pictures pictures(ByteBuffer locked, int elements, int batch) {
    ByteBuffer crops = locked.slice((int) cropsAt(elements), (int) cropBytes(batch));
    return new Slot.Pictures(
        locked.slice(0, elements), crops.order(ByteOrder.nativeOrder()).asIntBuffer());
  }

  private static long cropsAt(long elements) {
    return (elements + 15) / 16 * 16;
  }

  private static long cropBytes(int batch) {
    return (long) Slot.Pictures.CROP * Integer.BYTES * batch;
  }

  /** Null where floats travel. */
  Slot.Pictures pictures() {
    return pictures;
  }

  long cropsAddress() {
    return address + cropsAt(elements);
  }

  FloatBuffer seen() {
    return seen;
  }

  int elements() {
    return elements;
  }

  long bytes() {
    return pictures == null
        ? 4L * elements
        : cropsAt(elements) + (long) Integer.BYTES * pictures.crops().limit();
  }

  long address() {
    return address;
  }

  /** What copies to the device what the caller wrote. */
  Runnable copyIn(CudaStream stream) {
    Runnable copy = stream.toDevice(address, locked, bytes());
    return moves
        ? () -> {
          ChannelsLast.toDevice(shape, seen, lockedFloats);
          copy.run();
        }
        : copy;
  }

  Runnable copyOut(CudaStream stream) {
    return stream.toHost(locked, address, bytes());
  }

  /** Once the copy is done. */
  void arrived() {
    if (moves) {
      ChannelsLast.toHost(shape, lockedFloats, seen);
    }
  }
}
