package org.residuum.cli.text;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.residuum.format.file.AtomicFile;

/** The file that a command is to write its result into. */
public final class OutputFile {
  private OutputFile() {}

  /**
   * Checks, before any work is done for it, that it can be written and is new or may be replaced;
   * makes the folder that it goes to. Devices and pipes need no leave.
   *
   * @param name what the command line calls it, such as {@code --out}
   * @throws CommandFailure naming the file, what is wrong with it and the remedy
   */
  public static void prepare(String name, Path file, boolean overwrite) {
    if (AtomicFile.isDevice(file)) {
      return;
    }
    if (file.toString().equals("-")) {
      throw CommandFailure.usage(name + " -: name a file");
    }
    if (Files.isDirectory(file)) {
      throw CommandFailure.failed(name + " " + file + ": it is a folder; name a file in it");
    }
    if (Files.isRegularFile(file) && !overwrite) {
      throw exists(name, file);
    }
    requireWritable(name, file);
  }

  /**
   * Keeps other jobs from writing the same file until it is closed.
   *
   * @param file that {@link #prepare} has checked, or null
   * @return null for a device or where there is no file: nothing to keep others from
   * @throws CommandFailure where another job writes it
   */
  public static PartFile claim(String name, Path file, boolean overwrite, Console console)
      throws IOException {
    return file == null || AtomicFile.isDevice(file)
        ? null
        : PartFile.claim(name, file, overwrite, console);
  }

  /**
   * Whether a file has its name, so that there is nothing to resume; what its job may have left
   * beside it goes.
   */
  public static boolean isWhole(String name, Path file) throws IOException {
    return !AtomicFile.isDevice(file) && Files.isRegularFile(file) && PartFile.isWhole(name, file);
  }

  /** Writing has failed: a full disk, a limit. */
  static CommandFailure failed(String name, Path file, IOException e) {
    String reason =
        e instanceof FileSystemException named && named.getReason() != null
            ? named.getReason()
            : String.valueOf(e.getMessage());
    return CommandFailure.failed(
        name + " " + file + ": " + reason + "; make room or name another place", e);
  }

  static CommandFailure exists(String name, Path file) {
    return CommandFailure.failed(
        name + " " + file + ": it exists; name another file or add --overwrite");
  }

  /** Files are replaced, not written over, so it is the folder that must be writable. */
  private static void requireWritable(String name, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    try {
      folder = AtomicFile.target(file).getParent();
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, ".residuum", null));
    } catch (IOException e) {
      throw CommandFailure.failed(
          name + " " + file + ": " + folder + " takes no new files; name another place", e);
    }
  }
}
