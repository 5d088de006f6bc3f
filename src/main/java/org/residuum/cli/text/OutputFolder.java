package org.residuum.cli.text;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.residuum.format.folder.SavedModel;
import org.residuum.text.Units;

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
    if (!overwrite && isTaken(folder)) {
      throw CommandFailure.failed(
          name + " " + folder + ": it exists and is not empty; name another or add --overwrite");
    }
  }

  /**
   * Checks, before any work is done for it, that there is room.
   *
   * @throws CommandFailure where there is not
   */
  public static void requireRoom(Path folder, long bytes) throws IOException {
    Path existing = folder.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    FileStore store = Files.getFileStore(existing);
    if (store.getTotalSpace() > 0 && store.getUsableSpace() < bytes) {
      throw CommandFailure.failed(
          "--out "
              + folder
              + ": "
              + Units.bytes(store.getUsableSpace())
              + " are free there, the model takes "
              + Units.bytes(bytes)
              + "; free some or name another place");
    }
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
