package org.residuum.format.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a file whole or not at all: into a temporary file of the same folder, synced to disk, then
 * moved over the old one. A full disk, a crash or an end by Ctrl-C leaves the old file as it was. A
 * device or a pipe is not replaced but written into.
 */
public final class AtomicFile {
  private static final String REMEDY = "; see that there is room, or name another place";

  private AtomicFile() {}

  /** Writes the contents; the channel starts empty at position 0. */
  @FunctionalInterface
  public interface Body {
    void writeTo(FileChannel channel) throws IOException;
  }

  public static void write(Path path, Body body) throws IOException {
    try {
      if (isDevice(path)) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
          body.writeTo(channel);
        }
      } else {
        replace(path, body);
      }
    } catch (NoSuchFileException e) {
      throw notWritten(path, "its folder is not there" + REMEDY, e);
    } catch (AccessDeniedException e) {
      throw notWritten(path, "no permission" + REMEDY, e);
    } catch (FileSystemException e) {
      throw notWritten(path, e.getReason() + REMEDY, e);
    } catch (IOException e) {
      // What has a class of its own is about what was to be written, and has its own remedy.
      String remedy = e.getClass() == IOException.class ? REMEDY : "";
      throw notWritten(path, e.getMessage() + remedy, e);
    }
  }

  /** A file of text, in UTF-8. */
  public static void writeText(Path path, String text) throws IOException {
    write(
        path,
        channel -> {
          ByteBuffer left = StandardCharsets.UTF_8.encode(text);
          while (left.hasRemaining()) {
            channel.write(left);
          }
        });
  }

  /** Whether it is written into rather than replaced: a device, a pipe, an open file by number. */
  public static boolean isDevice(Path path) {
    return Files.exists(path)
        && !Files.isDirectory(path)
        && (!Files.isRegularFile(path) || path.startsWith("/dev") || path.startsWith("/proc"));
  }

  private static void replace(Path path, Body body) throws IOException {
    Path target = target(path);
    Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    Unfinished.add(temporary);
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        body.writeTo(channel);
        channel.force(true);
      }
      move(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
      Unfinished.remove(temporary);
    }
    syncFolder(target.getParent());
  }

  /** The file that is written, absolute: what a link points to, which need not be there. */
  public static Path target(Path path) throws IOException {
    Path absolute = path.toAbsolutePath();
    if (!Files.isSymbolicLink(path)) {
      return absolute;
    }
    return Files.exists(path)
        ? path.toRealPath()
        : absolute.resolveSibling(Files.readSymbolicLink(path));
  }

  /** The system's own message, such as a full disk's, names no file, or the temporary one. */
  private static IOException notWritten(Path path, String why, IOException cause) {
    String kept = Files.exists(path) ? ", what was there stays" : "";
    String reason = "not written" + kept + ": " + why;
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

  /** Makes new names in a folder durable; systems that cannot open one do it themselves. */
  public static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // The contents are on disk; only the folder's own entry may lag behind.
    }
  }
}
