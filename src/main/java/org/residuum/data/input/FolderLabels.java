package org.residuum.data.input;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.residuum.text.FileText;

/** Labels by the folders around a picture. */
final class FolderLabels {
  private final Set<String> classes;

  FolderLabels(List<String> classes) {
    this.classes = new HashSet<>(classes);
  }

  /**
   * The innermost folder whose name is a class's; the innermost of all where none is.
   *
   * @param folders from the outermost
   * @return null where there is none
   */
  String of(List<String> folders) {
    for (int i = folders.size() - 1; i >= 0; i--) {
      if (classes.contains(folders.get(i))) {
        return folders.get(i);
      }
    }
    return folders.isEmpty() ? null : folders.get(folders.size() - 1);
  }

  /** Of an entry of an archive. */
  String of(String entry) {
    List<String> names =
        Arrays.stream(entry.split("/"))
            .filter(name -> !name.isEmpty() && !name.equals(".") && !name.equals(".."))
            .toList();
    return of(names.subList(0, Math.max(0, names.size() - 1)));
  }

  /** Of a file on disk. */
  String of(Path file) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    for (Path at = folder; at != null && at.getFileName() != null; at = at.getParent()) {
      String name = FileText.name(at);
      if (classes.contains(name)) {
        return name;
      }
    }
    return folder == null || folder.getFileName() == null ? null : FileText.name(folder);
  }
}
