package org.residuum.data.input;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.residuum.data.InvalidDataException;

/** A picture that had to be taken out of a stream before anybody asked for it. */
final class HeldInput implements PictureInput {
  /** Pictures that wait in memory; what does not fit waits in temporary files. */
  static final class Room {
    private final long most;
    private final AtomicLong taken = new AtomicLong();

    Room(long most) {
      this.most = most;
    }

    /** Bytes that wait in memory. */
    long taken() {
      return taken.get();
    }

    private boolean take(long bytes) {
      if (taken.addAndGet(bytes) <= most) {
        return true;
      }
      taken.addAndGet(-bytes);
      return false;
    }
  }

  private final String name;
  private final String className;
  private final Room room;
  private byte[] bytes;
  private FileChannel file;

  /**
   * Keeps a picture.
   *
   * @param className its class, or null
   * @throws IOException if there is no room for it in memory or on disk
   */
  HeldInput(String name, String className, byte[] bytes, Room room) throws IOException {
    this.name = name;
    this.className = className;
    this.room = room;
    if (room.take(bytes.length)) {
      this.bytes = bytes;
    } else {
      file = keep(bytes);
    }
  }

  private static FileChannel keep(byte[] bytes) throws IOException {
    Path path = Files.createTempFile("residuum-", ".picture");
    FileChannel file =
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    try {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        file.write(rest);
      }
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<String> label() {
    return Optional.ofNullable(className);
  }

  @Override
  public synchronized byte[] bytes() throws IOException {
    if (file != null) {
      try (FileChannel kept = file) {
        return RangeInput.read(kept, 0, (int) kept.size());
      } catch (IOException e) {
        throw new InvalidDataException(
            name + ": cannot be read back (" + InvalidDataException.reason(e) + "); try again", e);
      } finally {
        file = null;
      }
    }
    if (bytes == null) {
      throw new IllegalStateException(name + ": its bytes were taken before");
    }
    byte[] mine = bytes;
    bytes = null;
    room.taken.addAndGet(-mine.length);
    return mine;
  }

  @Override
  public synchronized void release() {
    if (file != null) {
      close(file);
      file = null;
    } else if (bytes != null) {
      room.taken.addAndGet(-bytes.length);
      bytes = null;
    }
  }

  private static void close(FileChannel file) {
    try {
      file.close();
    } catch (IOException e) {
      // Nobody needs what was in it.
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
