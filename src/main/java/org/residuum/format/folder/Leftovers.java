package org.residuum.format.folder;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.residuum.format.tensorboard.EventFile;

/**
 * What processes that were killed left in a model's folder, and what earlier versions left beside
 * it: those wrote a whole folder there, {@code .NAME.new-UUID}, and made room for it by renaming
 * the other to {@code .NAME.old-UUID}.
 */
final class Leftovers {
  private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  /** Half a saving, or a file that was not whole yet. */
  private static final Pattern WITHIN =
      Pattern.compile(
          "\\.(saving|new)-" + UUID + "|\\.[^/]+\\.(safetensors|json|txt|html|new)[.-]" + UUID);

  private static final int LONGEST_NAME = 100;

  private final Path folder;

  Leftovers(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /** A name that is tried, beside a folder or within it, to see whether more can be written. */
  static String trial(Path folder) {
    String name = folder.getFileName().toString();
    return "."
        + name.substring(0, Math.min(LONGEST_NAME, name.length()))
        + ".new-"
        + java.util.UUID.randomUUID();
  }

  /** Whether the folder has nothing else, but what a training told that left no model. */
  boolean isAll() throws IOException {
    for (Path entry : entries(folder)) {
      if (!isOne(entry) && !entry.endsWith(SavedModel.LOCK) && !isHistory(entry)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHistory(Path entry) throws IOException {
    return SavedModel.HISTORY.contains(entry.getFileName().toString())
        || (entry.endsWith(SavedModel.EVENTS)
            && Files.isDirectory(entry)
            && EventFile.isAll(entry));
  }

  /** Whether an entry of a model's folder is something that nobody needs any more. */
  private static boolean isOne(Path entry) {
    return WITHIN.matcher(entry.getFileName().toString()).matches();
  }

  /** Uses what is whole and removes the rest; nobody else may be writing there. */
  void clear() throws IOException {
    adopt();
    if (!Files.isDirectory(folder)) {
      return;
    }
    new FolderCommit(folder).finish();
    for (Path entry : entries(folder)) {
      if (isOne(entry)) {
        deleteTree(entry);
      }
    }
    for (Path old : beside("old")) {
      moveOtherFiles(old);
      deleteTree(old);
    }
    for (Path fresh : beside("new")) {
      deleteTree(fresh);
    }
  }

  /** What was in the folder and is no part of a model. */
  private void moveOtherFiles(Path old) throws IOException {
    for (Path entry : entries(old)) {
      Path place = folder.resolve(entry.getFileName());
      if (!FolderFiles.ALL.contains(entry.getFileName().toString()) && !Files.exists(place)) {
        Files.move(entry, place);
      }
    }
  }

  /** Where there is no folder, the newest whole one beside it gets its name. */
  void adopt() throws IOException {
    if (Files.exists(folder)) {
      return;
    }
    for (String kind : List.of("new", "old")) {
      for (Path candidate : beside(kind)) {
        if (isWhole(candidate)) {
          Files.move(candidate, folder);
          return;
        }
      }
    }
  }

  private static boolean isWhole(Path candidate) {
    try {
      ModelFolder model = new ModelFolder(candidate);
      model.read();
      model.readState();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Folders of that kind beside this one, the newest first. */
  private List<Path> beside(String kind) throws IOException {
    Path parent = folder.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      return List.of();
    }
    Pattern name =
        Pattern.compile(Pattern.quote("." + folder.getFileName() + "." + kind + "-") + UUID);
    return entries(parent).stream()
        .filter(entry -> name.matcher(entry.getFileName().toString()).matches())
        .filter(Files::isDirectory)
        .sorted(Comparator.comparing(Leftovers::time).reversed())
        .toList();
  }

  private static FileTime time(Path path) {
    try {
      return Files.getLastModifiedTime(path);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  static void deleteTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException error)
              throws IOException {
            if (error != null) {
              throw error;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
