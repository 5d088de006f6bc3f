package org.residuum.format.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.WritableByteChannel;
import org.residuum.network.Tensor;

/** Streams a tensor's elements, little endian, through a small buffer. */
public final class TensorBytes {
  private static final int CHUNK_BYTES = 1 << 18;

  private TensorBytes() {}

  /** Writes all elements in row-major order, converted to {@code type}. */
  public static void write(Tensor tensor, FloatType type, WritableByteChannel channel)
      throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer values = tensor.data().duplicate();
    while (values.hasRemaining()) {
      chunk.clear();
      type.encode(values, chunk);
      chunk.flip();
      while (chunk.hasRemaining()) {
        channel.write(chunk);
      }
    }
  }
}
