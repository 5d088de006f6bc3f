package org.residuum.data.input.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A file whose skipped parts are not read, and never skipped beyond its end. */
public final class SeekingStream extends InputStream {
  private static final int BUFFER = 1 << 13;

  private final FileChannel file;
  private final long size;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).limit(0);

  /** The position to return to; -1 where there is none. */
  private long marked = -1;

  public SeekingStream(Path path) throws IOException {
    file = FileChannel.open(path);
    size = file.size();
  }

  @Override
  public int read() throws IOException {
    return buffer.hasRemaining() || fill() ? buffer.get() & 255 : -1;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!buffer.hasRemaining() && !fill()) {
      return -1;
    }
    int count = Math.min(length, buffer.remaining());
    buffer.get(into, from, count);
    return count;
  }

  private boolean fill() throws IOException {
    buffer.clear();
    int count = file.read(buffer);
    buffer.flip();
    return count > 0;
  }

  @Override
  public long skip(long bytes) throws IOException {
    if (bytes <= buffer.remaining()) {
      buffer.position(buffer.position() + (int) Math.max(0, bytes));
      return Math.max(0, bytes);
    }
    long at = file.position() - buffer.remaining();
    long skipped = Math.max(0, Math.min(bytes, size - at));
    file.position(at + skipped);
    buffer.limit(0);
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return true;
  }

  @Override
  public synchronized void mark(int most) {
    try {
      marked = file.position() - buffer.remaining();
    } catch (IOException e) {
      marked = -1;
    }
  }

  @Override
  public synchronized void reset() throws IOException {
    if (marked < 0) {
      throw new IOException("no place to return to");
    }
    file.position(marked);
    buffer.limit(0);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
