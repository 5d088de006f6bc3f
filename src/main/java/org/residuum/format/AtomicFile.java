package org.residuum.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a file whole or not at all: into a temporary file of the same folder, synced to disk, then
 * moved over the old one. A full disk or a crash leaves the old file as it was. A device or a pipe
 * is not replaced but written into.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes the contents; the channel starts empty at position 0. */
  @FunctionalInterface
  public interface Body {
    void writeTo(FileChannel channel) throws IOException;
  }

  public static void write(Path path, Body body) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
      writeInto(path, body);
    } else {
      replace(path, body);
    }
  }

  private static void writeInto(Path device, Body body) throws IOException {
    try (FileChannel channel = FileChannel.open(device, StandardOpenOption.WRITE)) {
      body.writeTo(channel);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      throw new FileSystemException(device.toString(), null, e.getMessage());
    }
  }

  private static void replace(Path path, Body body) throws IOException {
    Path target = Files.isSymbolicLink(path) ? path.toRealPath() : path.toAbsolutePath();
    Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        body.writeTo(channel);
        channel.force(true);
      }
      move(temporary, target);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      throw notWritten(path, e);
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncFolder(target.getParent());
  }

  /** The system's own message, such as a full disk's, names no file. */
  private static IOException notWritten(Path path, IOException cause) {
    String reason = "not written, what was there stays: " + cause.getMessage();
    IOException named = new FileSystemException(path.toString(), null, reason);
    named.initCause(cause);
    return named;
  }

  private static void move(Path temporary, Path target) throws IOException {
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Makes the new name durable; systems that cannot open a folder do it themselves. */
  private static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // The contents are on disk; only the folder's own entry may lag behind.
    }
  }
}
