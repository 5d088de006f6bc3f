package org.residuum.data.input.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * What a gzip file unpacks to, up to where it must be a bomb: pictures are compressed themselves,
 * so that much more than the file's size comes only of what was made to fill memory or time.
 */
public final class GuardedGzip extends InputStream {
  private static final int BUFFER = 1 << 16;

  /** Unpacked bytes that no ratio is asked for. */
  private static final long FREE = 1L << 30;

  private static final int MOST_RATIO = 200;

  private final Counted packed;
  private final InputStream unpacked;
  private final long free;
  private long given;

  public GuardedGzip(Path file) throws IOException {
    this(Files.newInputStream(file), FREE);
  }

  GuardedGzip(InputStream file, long free) throws IOException {
    this.free = free;
    packed = new Counted(file);
    try {
      unpacked = new GZIPInputStream(packed, BUFFER);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Whether a file begins like one. */
  public static boolean matches(byte[] head) {
    return head.length > 2 && head[0] == 0x1f && head[1] == (byte) 0x8b && head[2] == 8;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    int count = unpacked.read(into, from, length);
    given += Math.max(0, count);
    if (given > free && given / MOST_RATIO > packed.count) {
      throw new IOException(
          String.format(
              Locale.ROOT, "a bomb: %,d bytes packed into %,d so far", given, packed.count));
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    unpacked.close();
  }

  /** Counts what is read. */
  private static final class Counted extends FilterInputStream {
    private long count;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int read = super.read(into, from, length);
      count += Math.max(0, read);
      return read;
    }
  }
}
