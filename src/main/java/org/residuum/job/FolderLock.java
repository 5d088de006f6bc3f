package org.residuum.job;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.residuum.format.file.Unfinished;
import org.residuum.format.folder.SavedModel;

/**
 * Keeps a second process from writing a folder while one does, by a lock on a file beside it, or
 * within it where there can be none beside it. The lock ends with its process, however that ends;
 * the file that a killed one leaves is taken over. Where there can be no such file, or no locks,
 * nothing is kept out.
 */
public final class FolderLock implements AutoCloseable {
  /** The byte that is locked, far behind what others read to learn whose the lock is. */
  private static final long BYTE = Long.MAX_VALUE - 1;

  private final Path folder;
  private final Path file;
  private final FileChannel channel;
  private final FileChannel witness;

  private FolderLock(Path folder, Path file, FileChannel channel, FileChannel witness) {
    this.folder = folder;
    this.file = file;
    this.channel = channel;
    this.witness = witness;
    if (channel != null) {
      Unfinished.add(file);
    }
  }

  /** Another has the folder. */
  public static final class BusyException extends IOException {
    private static final long serialVersionUID = 1;

    private BusyException(String message) {
      super(message);
    }
  }

  /**
   * Locks a folder, which need not exist yet.
   *
   * @throws BusyException where another process has it, or this one already
   * @throws IllegalArgumentException for the root of a file system
   */
  public static FolderLock of(Path folder) throws IOException {
    Path place = place(folder);
    if (place.getFileName() == null) {
      throw new IllegalArgumentException(folder + ": name a folder within it");
    }
    Path beside = place.resolveSibling("." + place.getFileName() + ".lock");
    Optional<FolderLock> lock = lock(folder, beside);
    if (lock.isEmpty() && Files.isDirectory(place)) {
      lock = lock(folder, place.resolve(SavedModel.LOCK));
    }
    return lock.orElseGet(() -> new FolderLock(folder, beside, null, null));
  }

  /** Locks a saved model's folder, and clears what trainings left there that were killed. */
  public static FolderLock ofModel(Path folder) throws IOException {
    FolderLock lock = of(folder);
    try {
      TrainingFolder.clear(folder);
      return lock;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** The folder as it was named. */
  public Path folder() {
    return folder;
  }

  /** One name for a folder, whatever links lead to it. */
  private static Path place(Path folder) throws IOException {
    Path absolute = folder.toAbsolutePath().normalize();
    return Files.isDirectory(absolute) ? absolute.toRealPath() : absolute;
  }

  /** Empty where there can be no such file. */
  private static Optional<FolderLock> lock(Path folder, Path file) throws IOException {
    while (true) {
      FileChannel channel = open(file);
      if (channel == null) {
        return Optional.empty();
      }
      if (!isLocked(channel)) {
        channel.close();
        throw new BusyException(
            folder
                + ": another process writes there"
                + owner(file)
                + "; wait for its end or name another");
      }
      FileChannel witness = witness(file, channel);
      if (witness != null) {
        return Optional.of(new FolderLock(folder, file, channel, witness));
      }
      channel.close(); // The one before had removed the file when we came to lock it.
    }
  }

  private static FileChannel open(Path file) {
    try {
      Files.createDirectories(file.getParent());
      return FileChannel.open(
          file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      return null;
    }
  }

  /** Whether it is ours, or there is no locking here. */
  private static boolean isLocked(FileChannel channel) {
    try {
      FileLock lock = channel.tryLock(BYTE, 1, false);
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Writes who has it, and opens what is under this name by now. That stays open with the lock:
   * under POSIX a process loses its locks on a file once it closes any opening of it.
   *
   * @return null where another file is there
   */
  private static FileChannel witness(Path file, FileChannel locked) throws IOException {
    String mark = ProcessHandle.current().pid() + " " + UUID.randomUUID();
    try {
      locked.truncate(0);
      locked.write(ByteBuffer.wrap(mark.getBytes(StandardCharsets.US_ASCII)), 0);
    } catch (IOException e) {
      return locked; // A full disk: there is no telling.
    }
    try {
      FileChannel seen = FileChannel.open(file, StandardOpenOption.READ);
      ByteBuffer text = ByteBuffer.allocate(mark.length() + 1);
      seen.read(text, 0);
      if (mark.equals(new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII))) {
        return seen;
      }
      seen.close();
      return null;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static String owner(Path file) {
    String pid = text(file).split(" ", -1)[0];
    return pid.matches("\\d+") ? " (" + pid + ")" : "";
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  /** Gives the folder free: removes the file while nobody else can have locked it. */
  @Override
  public void close() throws IOException {
    if (channel != null) {
      Files.deleteIfExists(file);
      channel.close();
      witness.close();
      Unfinished.remove(file);
    }
  }
}
