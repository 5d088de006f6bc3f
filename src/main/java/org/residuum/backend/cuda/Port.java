package org.residuum.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.residuum.network.Shape;

/**
 * An input or output of a session: what the caller sees, page-locked memory that copies go through,
 * and where the value lies on the device. Images of a free batch size are the same on both sides,
 * (N, H, W, C); four fixed axes are in logical order for the caller.
 */
final class Port {
  private final Shape shape;
  private final ByteBuffer locked;
  private final FloatBuffer seen;
  private final FloatBuffer lockedFloats;
  private final int elements;
  private final boolean moves;

  Port(Shape shape, ByteBuffer locked, int elements) {
    this.shape = shape;
    this.locked = locked;
    this.elements = elements;
    this.lockedFloats = locked.asFloatBuffer().slice(0, elements);
    this.moves = !shape.isBatched() && ChannelsLast.moves(shape);
    this.seen =
        moves
            ? ByteBuffer.allocateDirect(4 * elements).order(ByteOrder.nativeOrder()).asFloatBuffer()
            : lockedFloats;
  }

  FloatBuffer seen() {
    return seen;
  }

  int elements() {
    return elements;
  }

  /** Copies what the caller put there to fp32 device memory. */
  void copyIn(CudaStream stream, long address) {
    if (moves) {
      ChannelsLast.toDevice(shape, seen, lockedFloats);
    }
    stream.copyToDevice(address, locked, 4L * elements);
  }

  void copyOut(CudaStream stream, long address) {
    stream.copyToHost(locked, address, 4L * elements);
  }

  /** Once the copy is done. */
  void arrived() {
    if (moves) {
      ChannelsLast.toHost(shape, lockedFloats, seen);
    }
  }
}
