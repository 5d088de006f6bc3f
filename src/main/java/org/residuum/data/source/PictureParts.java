package org.residuum.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.residuum.data.InvalidDataException;
import org.residuum.data.source.scan.LeftOut;
import org.residuum.data.source.scan.PictureNames;
import org.residuum.data.source.scan.PictureScan;

/**
 * Which folders of a picture data set hold its parts: {@code train} or {@code training}, {@code
 * test} or {@code testing}, and {@code val}, {@code valid}, {@code validation} or {@code dev}, in
 * whatever letters. Without a test part the validation part stands in for it.
 *
 * @param train the training part, or null where there is none; the data set itself where it has no
 *     parts
 * @param test the test part, or null where there is none
 * @param validation the validation part, or null where there is none
 * @param beside folders that are no part
 * @param scan what else lies beside them
 */
record PictureParts(Path train, Path test, Path validation, List<Path> beside, PictureScan scan) {

  /** The parts and their names. */
  private enum Part {
    TRAIN("train", "training"),
    TEST("test", "testing"),
    VALIDATION("val", "valid", "validation", "dev");

    private final List<String> names;

    Part(String... names) {
      this.names = List.of(names);
    }
  }

  static PictureParts find(Path root) throws IOException {
    PictureScan scan = PictureScan.nothing();
    Map<Part, List<Path>> parts = new EnumMap<>(Part.class);
    List<Path> others = new ArrayList<>();
    for (Path entry : ClassFolders.entries(root)) {
      if (!Files.isDirectory(entry)) {
        scan.leaveOutBeside(entry);
      } else if (PictureNames.isHidden(entry)) {
        scan.leaveOut(LeftOut.Kind.HIDDEN_FOLDER, PictureNames.folder(entry));
      } else {
        group(entry, parts, others);
      }
    }
    if (parts.isEmpty() || areClasses(parts, others)) {
      requireNoParts(others);
      return new PictureParts(root, null, null, List.of(), PictureScan.nothing());
    }
    return arrange(root, parts, others, scan);
  }

  /** What models are tested by, or null where a share of the training part is it. */
  Path tested() {
    return test != null ? test : validation;
  }

  private static void group(Path folder, Map<Part, List<Path>> parts, List<Path> others) {
    String name = folder.getFileName().toString().toLowerCase(Locale.ROOT);
    for (Part part : Part.values()) {
      if (part.names.contains(name)) {
        parts.computeIfAbsent(part, none -> new ArrayList<>()).add(folder);
        return;
      }
    }
    others.add(folder);
  }

  /** Classes may have such names, too: {@code bus}, {@code car}, {@code train}. */
  private static boolean areClasses(Map<Part, List<Path>> parts, List<Path> others)
      throws IOException {
    for (List<Path> folders : parts.values()) {
      for (Path folder : folders) {
        if (hasFolders(folder)) {
          return false;
        }
      }
    }
    return !others.isEmpty();
  }

  /** A class of two parts would be learned and tested by the same pictures. */
  private static void requireNoParts(List<Path> classes) throws IOException {
    for (Path folder : classes) {
      Map<Part, List<Path>> within = new EnumMap<>(Part.class);
      if (Files.isReadable(folder)) {
        for (Path entry : ClassFolders.entries(folder)) {
          if (Files.isDirectory(entry)) {
            group(entry, within, new ArrayList<>());
          }
        }
      }
      if (within.size() > 1) {
        throw new InvalidDataException(
            ("%s: %s in what would be a class; name folder:%s if that is the data"
                    + " set, or put the parts above the classes, as train/cat")
                .formatted(
                    folder,
                    names(within.values().stream().map(paths -> paths.get(0)).toList()),
                    folder));
      }
    }
  }

  private static boolean hasFolders(Path folder) throws IOException {
    return ClassFolders.entries(folder).stream()
        .anyMatch(entry -> Files.isDirectory(entry) && !PictureNames.isHidden(entry));
  }

  private static PictureParts arrange(
      Path root, Map<Part, List<Path>> parts, List<Path> others, PictureScan scan)
      throws IOException {
    Path train = only(root, parts, Part.TRAIN);
    Path test = only(root, parts, Part.TEST);
    Path validation = only(root, parts, Part.VALIDATION);
    List<Path> found = Stream.of(train, test, validation).filter(Objects::nonNull).toList();
    if (found.size() == 1) {
      requireNoPictures(root, found.get(0), others);
    }
    return new PictureParts(train, test, validation, others, scan);
  }

  private static Path only(Path root, Map<Part, List<Path>> parts, Part part)
      throws InvalidDataException {
    List<Path> folders = parts.getOrDefault(part, List.of());
    if (folders.size() > 1) {
      throw new InvalidDataException(
          "%s: %s would be the same part; name one of them otherwise, or move it away"
              .formatted(root, names(folders)));
    }
    return folders.isEmpty() ? null : folders.get(0);
  }

  /** A part alone beside folders of pictures may just as well be a class among them. */
  private static void requireNoPictures(Path root, Path part, List<Path> others)
      throws IOException {
    List<Path> filled = new ArrayList<>();
    for (Path other : others) {
      if (!PictureScan.below(other).pictures().isEmpty()) {
        filled.add(other);
      }
    }
    if (!filled.isEmpty()) {
      throw new InvalidDataException(
          ("%s: %s may be a part of the data or a class like %s; name folder:%s"
                  + " if that holds the classes, or name it otherwise if it is one")
              .formatted(root, names(List.of(part)), names(filled), part));
    }
  }

  private static String names(List<Path> folders) {
    return String.join(" and ", folders.stream().map(path -> path.getFileName() + "/").toList());
  }
}
