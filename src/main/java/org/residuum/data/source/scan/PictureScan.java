package org.residuum.data.source.scan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.decode.PictureFormat;
import org.residuum.text.Units;

/**
 * The picture files among files and below folders, and what was left out. A file is taken by its
 * ending, or else by its first bytes; what is named like a picture is taken whatever it holds, so
 * that reading it tells what is wrong. Links are followed. Hidden files and folders, those that
 * start with a dot or that systems leave behind such as {@code __MACOSX}, are left out unless they
 * are named themselves.
 */
public final class PictureScan {
  /** Whether pictures are listed, not only counted. */
  private final boolean lists;

  private final List<Path> pictures = new ArrayList<>();
  private final Set<Path> folders = new HashSet<>();
  private long count;
  private final Map<String, Integer> kinds = new TreeMap<>();
  private final List<UnreadableFolder> unreadableFolders = new ArrayList<>();
  private final LeftOut leftOut = new LeftOut();

  /** A folder whose contents are unknown. */
  public record UnreadableFolder(Path folder, String reason) {}

  private PictureScan(boolean lists) {
    this.lists = lists;
  }

  /**
   * Looks at each in turn: a file is taken as it is, a folder is walked through, its pictures
   * sorted. A file that is not there is taken too where its name is a picture's, unless there is
   * nothing else.
   *
   * @param filesAndFolders at least one
   * @throws InvalidDataException if a name is neither a file's nor a folder's, or there is no
   *     picture at all
   */
  public static PictureScan of(List<Path> filesAndFolders) throws IOException {
    PictureScan scan = look(filesAndFolders, new PictureScan(true));
    scan.requireSome(filesAndFolders);
    return scan;
  }

  /**
   * The same, only counted: {@link #pictures} is empty, so that any number takes no memory. That
   * there are none is no mistake yet.
   */
  public static PictureScan count(List<Path> filesAndFolders) throws IOException {
    return look(filesAndFolders, new PictureScan(false));
  }

  /**
   * Checks that there are pictures.
   *
   * @param looked where they were looked for
   */
  public void requireSome(List<Path> looked) throws InvalidDataException {
    if (count == 0) {
      throw nothing(looked);
    }
  }

  private static PictureScan look(List<Path> filesAndFolders, PictureScan scan) throws IOException {
    for (Path path : filesAndFolders) {
      if (Files.isDirectory(path)) {
        scan.walk(path);
      } else if (Files.isRegularFile(path) || isVanished(path)) {
        scan.take(path, PictureNames.kind(path));
      } else {
        throw notThere(path);
      }
    }
    if (filesAndFolders.stream().allMatch(PictureScan::isVanished)) {
      throw notThere(filesAndFolders.get(0));
    }
    return scan;
  }

  /** What there is below a folder, which may be nothing. */
  public static PictureScan below(Path folder) throws IOException {
    PictureScan scan = nothing();
    scan.walk(folder);
    return scan;
  }

  /** To be added to. */
  public static PictureScan nothing() {
    return new PictureScan(true);
  }

  /** To be added to, only counting. */
  public static PictureScan countOfNothing() {
    return new PictureScan(false);
  }

  public void addAll(PictureScan other) {
    count += other.count;
    folders.addAll(other.folders);
    pictures.addAll(other.pictures);
    other.kinds.forEach((kind, count) -> kinds.merge(kind, count, Integer::sum));
    unreadableFolders.addAll(other.unreadableFolders);
    leftOut.addAll(other.leftOut);
  }

  private void walk(Path folder) {
    PictureTree tree = new PictureTree(folder, this);
    while (tree.next() != null) {
      // Each is noted here.
    }
  }

  /**
   * A picture to be read.
   *
   * @param kind its ending, or what its content says
   */
  void take(Path file, String kind) {
    if (lists) {
      pictures.add(file);
    }
    folders.add(Objects.requireNonNullElse(file.getParent(), Path.of("")));
    take(kind);
  }

  /** The same where it lies in no folder. */
  public void take(String kind) {
    count++;
    kinds.merge(kind, 1, Integer::sum);
  }

  public void leaveOut(LeftOut.Kind kind, String name) {
    leftOut.add(kind, name);
  }

  /** A file beside the folders of a data set, be it a picture or not. */
  public void leaveOutBeside(Path file) {
    if (PictureNames.isHidden(file)) {
      leaveOut(LeftOut.Kind.HIDDEN_FILE, "");
    } else if (Files.exists(file)) {
      leaveOut(LeftOut.Kind.BESIDE, PictureNames.kind(file));
    } else {
      leaveOut(LeftOut.Kind.BROKEN_LINK, "");
    }
  }

  UnreadableFolder cannotLookInto(Path folder, IOException failure) {
    leftOut.add(LeftOut.Kind.UNREADABLE_FOLDER);
    UnreadableFolder unreadable =
        new UnreadableFolder(
            folder,
            "the folder cannot be read ("
                + InvalidDataException.reason(failure)
                + "); give leave to, or move it away");
    unreadableFolders.add(unreadable);
    return unreadable;
  }

  /** How many pictures there are. */
  public long count() {
    return count;
  }

  private static boolean isVanished(Path path) {
    return Files.notExists(path) && PictureNames.isPicture(path);
  }

  private static InvalidDataException notThere(Path path) {
    return new InvalidDataException(
        path
            + (Files.exists(path)
                ? ": a device or a pipe; name picture files or folders"
                : ": no such folder or file"));
  }

  /**
   * Itself.
   *
   * @throws InvalidDataException if there is a folder that cannot be read
   */
  public PictureScan requireReadable() throws InvalidDataException {
    if (!unreadableFolders.isEmpty()) {
      UnreadableFolder first = unreadableFolders.get(0);
      throw new InvalidDataException(first.folder() + ": " + first.reason());
    }
    return this;
  }

  private InvalidDataException nothing(List<Path> looked) throws InvalidDataException {
    requireReadable();
    String where = looked.get(0) + (looked.size() > 1 ? " and the other folders" : "");
    return new InvalidDataException(
        where + ": " + nothingBelow() + "; add some or name another folder");
  }

  /** For errors: which endings there are none of, and what there is instead. */
  public String nothingBelow() {
    return "no pictures (%s)%s"
        .formatted(
            String.join(", ", PictureFormat.ENDINGS), leftOut.isEmpty() ? "" : ", but " + leftOut);
  }

  /** The files to be read, those of a folder sorted. */
  public List<Path> pictures() {
    return Collections.unmodifiableList(pictures);
  }

  /** The folders that could not be listed, or not to their end. */
  public List<UnreadableFolder> unreadableFolders() {
    return Collections.unmodifiableList(unreadableFolders);
  }

  /** The same as files that cannot be used. */
  public List<Dataset.SkippedFile> unreadable() {
    return unreadableFolders.stream()
        .map(one -> new Dataset.SkippedFile(one.folder(), one.reason()))
        .toList();
  }

  public LeftOut leftOut() {
    return leftOut;
  }

  /** For example {@code 3,871 pictures (3,500 .jpg, 371 .png)}. */
  public String counted() {
    return Units.count(count, "picture")
        + (kinds.isEmpty() ? "" : " (" + LeftOut.list(kinds) + ")");
  }

  /** For the end of a sentence; empty where nothing was left out. */
  public String leftOutToo() {
    return leftOut.isEmpty() ? "" : "; left out: " + leftOut;
  }

  /**
   * For example {@code 3,871 pictures (3,500 .jpg, 371 .png) in 12 folders; left out: 14 other
   * files (8 .txt, 6 .json)}.
   */
  @Override
  public String toString() {
    return counted() + " in " + Units.count(folders.size(), "folder") + leftOutToo();
  }
}
