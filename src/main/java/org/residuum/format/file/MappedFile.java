package org.residuum.format.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.residuum.format.FormatException;

/**
 * A file mapped into memory, read only. Slices stay valid as long as somebody holds them; the file
 * must not be shortened meanwhile. A buffer reaches 2 GiB at most, so longer files are mapped in
 * windows that overlap by half: a slice of up to 1 GiB lies whole in one of them.
 */
public final class MappedFile {
  private static final int WINDOW_SHIFT = 30;

  private final Path path;
  private final long size;
  private final ByteBuffer[] windows;

  /** When the file was last changed before it was opened; null for bytes in memory. */
  private final FileTime changed;

  private MappedFile(Path path, long size, ByteBuffer[] windows, FileTime changed) {
    this.changed = changed;
    this.path = path;
    this.size = size;
    this.windows = windows;
  }

  /** One look, so that a file which goes away between two is said to be missing, not odd. */
  private static BasicFileAttributes attributes(Path path) throws NoSuchFileException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class);
    } catch (IOException e) {
      NoSuchFileException missing =
          new NoSuchFileException(path.toString(), null, "there is no such file");
      missing.initCause(e);
      throw missing;
    }
  }

  /** Maps a file; one that is missing, empty or a folder is an error. */
  public static MappedFile open(Path path) throws IOException {
    if (!attributes(path).isRegularFile()) {
      throw new FormatException(path, "is not a regular file; give the path of a model file");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size == 0) {
        throw new FormatException(path, "the file is empty");
      }
      return new MappedFile(path, size, map(channel, size), Files.getLastModifiedTime(path));
    }
  }

  private static ByteBuffer[] map(FileChannel channel, long size) throws IOException {
    ByteBuffer[] windows = new ByteBuffer[(int) (size - 1 >>> WINDOW_SHIFT) + 1];
    for (int i = 0; i < windows.length; i++) {
      long start = (long) i << WINDOW_SHIFT;
      long length = Math.min(size - start, Integer.MAX_VALUE);
      windows[i] = channel.map(FileChannel.MapMode.READ_ONLY, start, length);
    }
    return windows;
  }

  /** The same over bytes that are in memory already, under the name {@code path}. */
  public static MappedFile of(Path path, ByteBuffer contents) {
    ByteBuffer whole = contents.slice().asReadOnlyBuffer();
    return new MappedFile(path, whole.limit(), new ByteBuffer[] {whole}, null);
  }

  /** Reads something out of a file. */
  @FunctionalInterface
  public interface Reading<T> {
    T of(MappedFile file) throws IOException;
  }

  /**
   * Reads from the file and checks that it is still the one that was opened.
   *
   * @throws FormatException where the file was written to or cut meanwhile
   */
  public <T> T read(Reading<T> reading) throws IOException {
    T result;
    try {
      result = reading.of(this);
    } catch (IOException | InternalError e) {
      // A page of a mapping that the file no longer has is an InternalError.
      if (isUnchanged() && e instanceof IOException broken) {
        throw broken;
      }
      throw changed(e);
    }
    if (!isUnchanged()) {
      throw changed(null);
    }
    return result;
  }

  private boolean isUnchanged() {
    try {
      return changed == null
          || Files.size(path) == size && Files.getLastModifiedTime(path).equals(changed);
    } catch (IOException e) {
      return false;
    }
  }

  private FormatException changed(Throwable cause) {
    FormatException changed =
        new FormatException(
            path, "it changed while it was read; wait until it is written, then read it again");
    changed.initCause(cause);
    return changed;
  }

  /** Whether it was made of bytes in memory, so that no folder belongs to it. */
  public boolean isInMemory() {
    return changed == null;
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
    int window = (int) Math.min(offset >>> WINDOW_SHIFT, windows.length - 1);
    int start = (int) (offset - ((long) window << WINDOW_SHIFT));
    if (length > windows[window].limit() - start) {
      throw new FormatException(path, offset, length + " bytes in one piece; the limit is 1 GiB");
    }
    return windows[window].slice(start, (int) length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
