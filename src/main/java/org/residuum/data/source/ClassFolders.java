package org.residuum.data.source;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.residuum.data.InvalidDataException;
import org.residuum.data.source.scan.LeftOut;
import org.residuum.data.source.scan.PictureNames;
import org.residuum.data.source.scan.PictureScan;
import org.residuum.text.FileText;

/** The pictures below a folder a class, and what else is there. */
final class ClassFolders {
  /** The weights of a saved model. */
  private static final String MODEL = "model.safetensors";

  private final Path root;
  private final Map<String, List<Path>> pictures = new TreeMap<>();
  private final Map<String, String> empty = new TreeMap<>();
  private final PictureScan scan = PictureScan.nothing();

  private ClassFolders(Path root) {
    this.root = root;
  }

  /** Walks through them all. */
  static ClassFolders of(Path root) throws IOException {
    ClassFolders classes = new ClassFolders(root);
    for (Path entry : entries(root)) {
      classes.add(entry);
    }
    if (classes.pictures.isEmpty() && classes.empty.isEmpty()) {
      classes.scan.requireReadable();
      throw new InvalidDataException(
          "%s: no folders in it%s; folder:DIR needs a folder a class, DIR/cat/1.jpg"
              .formatted(
                  root, classes.scan.leftOut().isEmpty() ? "" : ", but " + classes.scan.leftOut()));
    }
    return classes;
  }

  /** What is in a folder, sorted. */
  static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new InvalidDataException(
          "%s: the folder cannot be read (%s); give leave to, or name another"
              .formatted(folder, InvalidDataException.reason(e)),
          e);
    }
  }

  /** What a training saved beside its classes is none of them. */
  private void add(Path entry) throws IOException {
    if (!Files.isDirectory(entry)) {
      scan.leaveOutBeside(entry);
    } else if (PictureNames.isHidden(entry)) {
      scan.leaveOut(LeftOut.Kind.HIDDEN_FOLDER, PictureNames.folder(entry));
    } else if (leadsAbove(entry)) {
      scan.leaveOut(LeftOut.Kind.CIRCLE, "");
    } else {
      PictureScan below = PictureScan.below(entry);
      if (below.pictures().isEmpty() && Files.exists(entry.resolve(MODEL))) {
        scan.leaveOut(LeftOut.Kind.MODEL, "");
        return;
      }
      scan.addAll(below);
      String name = FileText.name(entry); // Unique, also where the locale has no such letters.
      if (!below.pictures().isEmpty()) {
        pictures.put(name, below.pictures());
      } else if (below.unreadableFolders().isEmpty()) {
        empty.put(name, below.nothingBelow());
      }
    }
  }

  /** A link to the folder itself or one around it would make all pictures a class once more. */
  private boolean leadsAbove(Path folder) throws IOException {
    return Files.isSymbolicLink(folder) && root.toRealPath().startsWith(folder.toRealPath());
  }

  Path root() {
    return root;
  }

  /** The classes that have pictures, sorted. */
  Set<String> names() {
    return pictures.keySet();
  }

  List<Path> pictures(String name) {
    return pictures.getOrDefault(name, List.of());
  }

  PictureScan scan() {
    return scan;
  }

  /**
   * Itself.
   *
   * @throws InvalidDataException if a class has nothing to learn from
   */
  ClassFolders requireFilled() throws InvalidDataException {
    if (!empty.isEmpty()) {
      String first = empty.keySet().iterator().next();
      throw new InvalidDataException(
          "%s: %s%s; add some or remove the folder"
              .formatted(
                  root + File.separator + first, empty.get(first), butFirst(empty.keySet())));
    }
    return this;
  }

  /**
   * Checks that there is no class but these.
   *
   * @throws InvalidDataException naming those there are
   */
  void requireAmong(List<String> labels) throws InvalidDataException {
    Set<String> others = new TreeSet<>(names());
    others.addAll(empty.keySet());
    labels.forEach(others::remove);
    if (!others.isEmpty()) {
      throw new InvalidDataException(
          "%s: no such class%s; the classes are %s; rename or remove the folder"
              .formatted(
                  root + File.separator + others.iterator().next(),
                  butFirst(others),
                  String.join(", ", labels)));
    }
  }

  private static String butFirst(Set<String> names) {
    return names.size() == 1
        ? ""
        : " (nor " + String.join(", ", names.stream().skip(1).toList()) + ")";
  }
}
