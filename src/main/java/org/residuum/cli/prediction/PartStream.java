package org.residuum.cli.prediction;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.Function;
import org.residuum.cli.text.CommandFailure;

/** Gathers what is written to a part, however often its writer flushes or closes. */
final class PartStream extends OutputStream {
  private final FileChannel channel;
  private final Function<IOException, CommandFailure> failed;
  private final ByteBuffer pending = ByteBuffer.allocate(1 << 16);

  /**
   * Writes to a file.
   *
   * @param failed says that it could not be written
   */
  PartStream(FileChannel channel, Function<IOException, CommandFailure> failed) {
    this.channel = channel;
    this.failed = failed;
  }

  @Override
  public void write(int value) {
    if (!pending.hasRemaining()) {
      drain();
    }
    pending.put((byte) value);
  }

  @Override
  public void write(byte[] bytes, int from, int count) {
    if (count > pending.remaining()) {
      drain();
    }
    if (count <= pending.remaining()) {
      pending.put(bytes, from, count);
    } else {
      write(ByteBuffer.wrap(bytes, from, count));
    }
  }

  private void write(ByteBuffer left) {
    try {
      while (left.hasRemaining()) {
        channel.write(left);
      }
    } catch (IOException e) {
      throw failed.apply(e);
    }
  }

  /** Writes what is pending. */
  void drain() {
    write(pending.flip());
    pending.clear();
  }
}
