package org.residuum.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.residuum.format.Unfinished;

/**
 * Keeps a second training out of a folder while one writes it, by a lock on a file beside it. Where
 * there can be no such file, or no locks, nothing is kept out.
 */
final class FolderLock implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
    if (channel != null) {
      Unfinished.add(file);
    }
  }

  /**
   * Locks.
   *
   * @throws CommandFailure where another process has it
   */
  static FolderLock of(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    Path file = absolute.resolveSibling("." + absolute.getFileName() + ".lock");
    FileChannel channel = open(file);
    if (channel == null || isLocked(channel)) {
      return new FolderLock(file, channel);
    }
    throw CommandFailure.failed(
        "--out " + folder + ": another training writes there; wait for its end or name another");
  }

  private static FileChannel open(Path file) {
    try {
      Files.createDirectories(file.getParent());
      return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      return null;
    }
  }

  /** Whether it is ours, or there is no locking here. */
  private static boolean isLocked(FileChannel channel) {
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
      }
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** Gives the folder free. */
  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
      Files.deleteIfExists(file);
      Unfinished.remove(file);
    }
  }
}
