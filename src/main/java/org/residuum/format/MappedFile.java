package org.residuum.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file mapped into memory, read only. Slices stay valid as long as somebody holds them; the file
 * must not be shortened meanwhile. Files beyond 2 GiB are mapped slice by slice.
 */
public final class MappedFile {
  private final Path path;
  private final long size;
  private final ByteBuffer whole;

  private MappedFile(Path path, long size, ByteBuffer whole) {
    this.path = path;
    this.size = size;
    this.whole = whole;
  }

  /** Maps a file; one that is missing, empty or a folder is an error. */
  public static MappedFile open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "there is no such file");
    }
    if (!Files.isRegularFile(path)) {
      throw new FormatException(path, "is not a regular file; give the path of a model file");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size == 0) {
        throw new FormatException(path, "the file is empty");
      }
      return new MappedFile(path, size, size <= Integer.MAX_VALUE ? map(channel, 0, size) : null);
    }
  }

  /** The same over bytes that are in memory already, under the name {@code path}. */
  public static MappedFile of(Path path, ByteBuffer contents) {
    ByteBuffer whole = contents.slice().asReadOnlyBuffer();
    return new MappedFile(path, whole.limit(), whole);
  }

  public Path path() {
    return path;
  }

  /** In bytes. */
  public long size() {
    return size;
  }

  /**
   * The bytes {@code [offset, offset + length)}, little endian, position 0.
   *
   * @throws FormatException where they reach beyond the end of the file
   */
  public ByteBuffer slice(long offset, long length) throws IOException {
    if (offset < 0 || length < 0 || offset > size - length) {
      throw new FormatException(
          path,
          offset,
          length + " bytes are expected here and the file ends at " + size + "; it is truncated");
    }
    if (length > Integer.MAX_VALUE) {
      throw new FormatException(path, offset, length + " bytes in one piece; the limit is 2^31-1");
    }
    return slicePiece(offset, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private ByteBuffer slicePiece(long offset, long length) throws IOException {
    if (whole != null) {
      return whole.slice((int) offset, (int) length);
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return map(channel, offset, length);
    }
  }

  private static ByteBuffer map(FileChannel channel, long offset, long length) throws IOException {
    return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
  }
}
