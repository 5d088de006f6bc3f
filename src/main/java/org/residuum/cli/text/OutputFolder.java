package org.residuum.cli.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.residuum.format.folder.SavedModel;
import org.residuum.job.FolderLock;

/** The folder that {@code --out} names. */
public final class OutputFolder {
  private OutputFolder() {}

  /**
   * Checks, before any work is done for it, that it is new or may be written over.
   *
   * @param name what the command line calls it, such as {@code --out}
   * @throws CommandFailure where it has files and may not be written over
   */
  public static void check(String name, Path folder, boolean overwrite) throws IOException {
    requireNoFile(name, folder);
    if (!overwrite && isTaken(folder)) {
      throw CommandFailure.failed(
          name + " " + folder + ": it exists and is not empty; name another or add --overwrite");
    }
  }

  /**
   * Keeps others out of it.
   *
   * @throws CommandFailure where another process writes there
   */
  public static FolderLock lock(String name, Path folder) throws IOException {
    requireNoFile(name, folder);
    return lock(name, () -> FolderLock.of(folder));
  }

  /** The same of a saved model's; what killed processes left there is cleared. */
  public static FolderLock lockModel(String name, Path folder) throws IOException {
    requireNoFile(name, folder);
    return lock(name, () -> FolderLock.ofModel(folder));
  }

  private static void requireNoFile(String name, Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw CommandFailure.failed(
          name + " " + folder + ": it is a file; name a folder, which may be new");
    }
  }

  private static FolderLock lock(String name, Lock lock) throws IOException {
    try {
      return lock.take();
    } catch (FolderLock.BusyException e) {
      throw CommandFailure.failed(name + " " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(name + " " + e.getMessage());
    }
  }

  private interface Lock {
    FolderLock take() throws IOException;
  }

  /** The first of {@code name, name-2, name-3, ...} that is free. */
  public static Path free(Path folder) throws IOException {
    Path candidate = folder;
    for (int i = 2; isTaken(candidate); i++) {
      candidate = folder.resolveSibling(folder.getFileName() + "-" + i);
    }
    return candidate;
  }

  private static boolean isTaken(Path folder) throws IOException {
    return Files.isDirectory(folder) ? !SavedModel.isEmpty(folder) : Files.exists(folder);
  }
}
