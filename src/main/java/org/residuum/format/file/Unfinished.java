package org.residuum.format.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Temporary files, and folders of them, that the end of the process removes, as by Ctrl-C. */
public final class Unfinished {
  private static final Set<Path> PATHS = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Unfinished::deleteAll));
  }

  private Unfinished() {}

  /** Whatever comes to be there is temporary. */
  public static void add(Path path) {
    PATHS.add(path);
  }

  /**
   * It is removed, or has its name.
   *
   * @return false where the end of the process has taken it to remove it
   */
  public static boolean remove(Path path) {
    return PATHS.remove(path);
  }

  private static void deleteAll() {
    for (Path path : PATHS) {
      if (PATHS.remove(path)) {
        delete(path);
      }
    }
  }

  private static void delete(Path path) {
    try {
      if (Files.isDirectory(path)) {
        for (Path file : list(path)) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // The process ends; there is nobody to tell.
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
