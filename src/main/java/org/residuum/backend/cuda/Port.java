package org.residuum.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
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

  private Port(Shape shape, ByteBuffer locked, int elements, long address) {
    this.shape = shape;
    this.locked = locked;
    this.elements = elements;
    this.address = address;
    this.lockedFloats = locked.asFloatBuffer().slice(0, elements);
    this.moves = !shape.isBatched() && ChannelsLast.moves(shape);
    this.seen =
        moves
            ? ByteBuffer.allocateDirect(4 * elements).order(ByteOrder.nativeOrder()).asFloatBuffer()
            : lockedFloats;
  }

  /**
   * A port with page-locked memory of its own.
   *
   * @param address of its device memory
   */
  static Port open(CudaDriver driver, Shape shape, int batch, long address) {
    int elements = Math.toIntExact(shape.elements(batch));
    return new Port(shape, driver.allocateHost(Math.max(4, 4L * elements)), elements, address);
  }

  FloatBuffer seen() {
    return seen;
  }

  int elements() {
    return elements;
  }

  long bytes() {
    return 4L * elements;
  }

  long address() {
    return address;
  }

  /** Copies what the caller put there. */
  void copyIn(CudaStream stream) {
    if (moves) {
      ChannelsLast.toDevice(shape, seen, lockedFloats);
    }
    stream.copyToDevice(address, locked, bytes());
  }

  void copyOut(CudaStream stream) {
    stream.copyToHost(locked, address, bytes());
  }

  /** Once the copy is done. */
  void arrived() {
    if (moves) {
      ChannelsLast.toHost(shape, lockedFloats, seen);
    }
  }

  void close(CudaDriver driver) {
    driver.freeHost(locked);
  }
}
