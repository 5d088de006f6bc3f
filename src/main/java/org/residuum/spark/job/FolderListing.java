package org.residuum.spark.job;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.residuum.data.decode.PictureFormat;
import org.residuum.text.Units;

/**
 * The paths of the pictures in folders and below them, by their endings. Spark's own listing leaves
 * out all that begins with an underscore, such as the {@code _DSC0001.JPG} of cameras.
 */
final class FolderListing {
  private static final String HIDDEN = ".";

  private final List<String> pictures = new ArrayList<>();
  private long left;

  private FolderListing() {}

  /**
   * Lists folders, files and patterns of them.
   *
   * @throws FileNotFoundException where there is no picture
   */
  static List<String> of(List<String> places, Configuration hadoop, Consumer<String> notices)
      throws IOException {
    FolderListing listing = new FolderListing();
    for (String place : places) {
      FileSystem files = new Path(place).getFileSystem(hadoop);
      for (FileStatus found : SourceKind.found(files, place)) {
        if (found.isDirectory()) {
          listing.walk(files, files.makeQualified(found.getPath()));
        } else {
          listing.take(found.getPath(), found.getPath().getName());
        }
      }
    }
    String others = Units.count(listing.left, "other file");
    if (listing.pictures.isEmpty()) {
      throw new FileNotFoundException(
          "%s: no pictures (%s)%s; name another folder, or a list of paths as @LIST"
              .formatted(
                  String.join(", ", places),
                  String.join(", ", PictureFormat.ENDINGS),
                  listing.left == 0 ? "" : ", but " + others));
    }
    notices.accept(
        Units.count(listing.pictures.size(), "picture")
            + (listing.left == 0 ? "" : "; left out: " + others));
    Collections.sort(listing.pictures);
    return listing.pictures;
  }

  private void walk(FileSystem files, Path folder) throws IOException {
    int root = folder.toString().length();
    if (files.getUri().getScheme().equals("file")) {
      walkLocal(files, folder, root, new ArrayDeque<>());
      return;
    }
    RemoteIterator<LocatedFileStatus> all = files.listFiles(folder, true);
    while (all.hasNext()) {
      Path file = all.next().getPath();
      take(file, file.toString().substring(root));
    }
  }

  /**
   * Of local files listFiles asks for permissions, by a process of {@code ls} for each: 3.5 ms.
   *
   * @param above real paths of the folders above; a link to one of them is passed over
   */
  private void walkLocal(FileSystem files, Path folder, int root, Deque<java.nio.file.Path> above)
      throws IOException {
    java.nio.file.Path real = java.nio.file.Path.of(folder.toUri().getPath()).toRealPath();
    if (above.contains(real)) {
      return;
    }
    above.push(real);
    for (FileStatus found : files.listStatus(folder)) {
      Path path = found.getPath();
      if (found.isDirectory()) {
        walkLocal(files, path, root, above);
      } else {
        take(path, path.toString().substring(root));
      }
    }
    above.pop();
  }

  /** A file, if neither it nor a folder below the root is hidden. */
  private void take(Path file, String below) {
    String name = file.getName();
    int dot = name.lastIndexOf('.');
    String ending = name.substring(dot + 1).toLowerCase(Locale.ROOT);
    if (dot > 0
        && PictureFormat.ENDINGS.contains(ending)
        && !below.startsWith(HIDDEN)
        && !below.contains(Path.SEPARATOR + HIDDEN)) {
      pictures.add(file.toString().replaceFirst("^file:/*", "/"));
    } else {
      left++;
    }
  }
}
