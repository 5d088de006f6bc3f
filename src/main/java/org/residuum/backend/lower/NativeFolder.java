package org.residuum.backend.lower;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Finds a folder from which native libraries can be loaded. */
public final class NativeFolder {
  private NativeFolder() {}

  /**
   * The first folder that takes the libraries.
   *
   * @param bytes that still have to be written into a folder
   * @throws IOException if none does; the message names each and the reason
   */
  public static Path first(List<Path> folders, ToLongFunction<Path> bytes) throws IOException {
    List<String> refusals = new ArrayList<>();
    for (Path folder : folders) {
      Optional<String> refusal = refusal(folder, bytes.applyAsLong(folder));
      if (refusal.isEmpty()) {
        return folder;
      }
      refusals.add(refusal.get());
    }
    throw new IOException(String.join("; ", refusals));
  }

  /** Creates the folder; returns the reason if libraries of that size cannot be loaded from it. */
  public static Optional<String> refusal(Path folder, long bytes) {
    try {
      createPrivate(folder);
      Path probe = Files.createTempFile(folder, "probe", "", forOwner(folder));
      try {
        return refusal(folder, probe, bytes);
      } finally {
        Files.deleteIfExists(probe);
      }
    } catch (IOException e) {
      return Optional.of(folder + " cannot be written (" + e + ")");
    }
  }

  private static Optional<String> refusal(Path folder, Path probe, long bytes) throws IOException {
    if (!Files.getOwner(folder).equals(Files.getOwner(probe))) {
      return Optional.of(folder + " belongs to another user, " + Files.getOwner(folder).getName());
    }
    // The system denies this for files on a file system that is mounted noexec.
    if (!Files.isExecutable(probe)) {
      return Optional.of(folder + " is mounted noexec, so no library in it can be loaded");
    }
    long free = Files.getFileStore(folder).getUsableSpace();
    return free >= bytes
        ? Optional.empty()
        : Optional.of(
            folder
                + " has "
                + (free >> 20)
                + " MB free, "
                + ((bytes >> 20) + 1)
                + " MB are needed");
  }

  /** What others may write, others may make us execute. */
  public static void createPrivate(Path folder) throws IOException {
    Files.createDirectories(folder, forOwner(folder));
  }

  private static FileAttribute<?>[] forOwner(Path folder) {
    boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[] {};
  }

  /** Our folder in that for temporary files. */
  public static Path temporary(String name) {
    return FileSystems.getDefault()
        .getPath(
            System.getProperty("java.io.tmpdir"), name + "-" + System.getProperty("user.name"));
  }
}
