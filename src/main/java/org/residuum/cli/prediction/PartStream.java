package org.residuum.cli.prediction;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Gathers what is written to a part, however often its writer flushes or closes. */
final class PartStream extends OutputStream {
  private final FileChannel channel;
  private final ByteBuffer pending = ByteBuffer.allocate(1 << 16);

  PartStream(FileChannel channel) {
    this.channel = channel;
  }

  @Override
  public void write(int value) throws IOException {
    if (!pending.hasRemaining()) {
      drain();
    }
    pending.put((byte) value);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    if (count > pending.remaining()) {
      drain();
    }
    if (count <= pending.remaining()) {
      pending.put(bytes, from, count);
    } else {
      write(ByteBuffer.wrap(bytes, from, count));
    }
  }

  private void write(ByteBuffer left) throws IOException {
    while (left.hasRemaining()) {
      channel.write(left);
    }
  }

  /** Writes what is pending. */
  void drain() throws IOException {
    write(pending.flip());
    pending.clear();
  }
}
