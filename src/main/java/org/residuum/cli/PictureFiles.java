package org.residuum.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Finds pictures by their names. */
final class PictureFiles {
  private static final Set<String> ENDINGS =
      Set.of("png", "jpg", "jpeg", "jpe", "gif", "bmp", "webp", "tif", "tiff", "wbmp");

  private PictureFiles() {}

  /**
   * The files given, and the pictures in the folders given and all below them, a folder's in the
   * order of their names. Hidden files and folders are left out.
   *
   * @throws CommandFailure where a path does not exist or nothing is found
   */
  static List<Path> find(List<Path> paths) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        collect(path, found);
      } else if (Files.isRegularFile(path)) {
        found.add(path);
      } else {
        throw CommandFailure.failed("--data " + path + ": no such picture or folder");
      }
    }
    if (found.isEmpty()) {
      throw CommandFailure.failed(
          "--data "
              + paths.get(0)
              + ": no pictures in it or below; looked for *."
              + String.join(", *.", ENDINGS.stream().sorted().toList()));
    }
    return found;
  }

  private static void collect(Path folder, List<Path> found) throws IOException {
    List<Path> entries;
    try (Stream<Path> stream = Files.list(folder)) {
      entries = stream.filter(entry -> !isHidden(entry)).sorted().toList();
    }
    for (Path entry : entries) {
      if (Files.isDirectory(entry)) {
        if (!Files.isSymbolicLink(entry)) {
          collect(entry, found);
        }
      } else if (ENDINGS.contains(ending(entry))) {
        found.add(entry);
      }
    }
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  private static String ending(Path path) {
    String name = path.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
