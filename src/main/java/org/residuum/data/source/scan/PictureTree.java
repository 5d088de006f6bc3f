package org.residuum.data.source.scan;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.residuum.data.decode.PictureFormat;

/**
 * The picture files in a folder and below it, in the order of their paths, found as they are asked
 * for: no more than the names in the folders on the way to the next one are held. Nothing that it
 * meets ends it. Links are followed; one that leads to a folder above itself, or from behind a link
 * to what another link led to, is left out, so that rings of links end.
 */
public final class PictureTree {
  /** What is on disk. */
  interface Disk {
    /** The real one. */
    Disk REAL = new Disk() {};

    default DirectoryStream<Path> list(Path folder) throws IOException {
      return Files.newDirectoryStream(folder);
    }

    /** Of what a link leads to; of the link itself where it leads nowhere. */
    default BasicFileAttributes attributes(Path path) throws IOException {
      try {
        return Files.readAttributes(path, BasicFileAttributes.class);
      } catch (IOException e) {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      }
    }
  }

  /** What of a folder is looked at; of the rest nothing is noted. */
  public interface Choice {
    /** All of it. */
    Choice ALL = new Choice() {};

    /** Whether anything in a folder may be wanted. */
    default boolean enters(Path folder) {
      return true;
    }

    /** Whether a file is wanted, if it is a picture or a source. */
    default boolean takes(Path file) {
      return true;
    }

    /** Whether a file is given though it is no picture, but one that holds some. */
    default boolean isSource(Path file) {
      return false;
    }
  }

  /**
   * A picture, a source of some, or a folder that cannot be read.
   *
   * @param unreadable why not; else null
   */
  public record Found(Path path, String unreadable) {}

  /** Folders sort by what is in them: {@code a-b.png} is before {@code a/b.png}. */
  private static final Comparator<Path> BY_CONTENTS =
      Comparator.comparing(PictureTree::somethingWithin);

  private final Path root;
  private final PictureScan scan;
  private final Choice choice;
  private final Disk disk;
  private final Deque<Folder> open = new ArrayDeque<>();

  /** Keys of the folders that links led to. */
  private final Set<Object> linked = new HashSet<>();

  private boolean begun;

  /**
   * @param root a folder
   * @param scan notes what is taken and what is left out
   */
  public PictureTree(Path root, PictureScan scan) {
    this(root, scan, Choice.ALL);
  }

  /** The same of what is chosen. */
  public PictureTree(Path root, PictureScan scan, Choice choice) {
    this(root, scan, choice, Disk.REAL);
  }

  PictureTree(Path root, PictureScan scan, Choice choice, Disk disk) {
    this.root = root;
    this.scan = scan;
    this.choice = choice;
    this.disk = disk;
  }

  /** A folder whose entries are being given. */
  private static final class Folder {
    final Path path;
    final Object key;
    final boolean behindLink;
    final List<Path> entries = new ArrayList<>();
    final PriorityQueue<Path> folders = new PriorityQueue<>(BY_CONTENTS);
    int next;

    Folder(Path path, Object key, boolean behindLink) {
      this.path = path;
      this.key = key;
      this.behindLink = behindLink;
    }

    /** The next entry that was not looked at, unless a folder comes before it. */
    Path entry() {
      if (next == entries.size()
          || (!folders.isEmpty()
              && somethingWithin(folders.peek()).compareTo(entries.get(next)) < 0)) {
        return null;
      }
      return entries.set(next++, null);
    }
  }

  private static Path somethingWithin(Path folder) {
    return folder.resolve("x");
  }

  /** The next one, or null where there are no more. */
  public Found next() {
    if (!begun) {
      begun = true;
      Found unreadable = enterRoot();
      if (unreadable != null) {
        return unreadable;
      }
    }
    while (!open.isEmpty()) {
      Folder folder = open.peek();
      Path entry = folder.entry();
      Found found = null;
      if (entry != null) {
        found = look(entry, folder);
      } else if (folder.folders.isEmpty()) {
        open.pop();
      } else {
        found = enter(folder.folders.remove(), folder);
      }
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private Found enterRoot() {
    try {
      return list(new Folder(root, key(root, disk.attributes(root)), false));
    } catch (IOException e) {
      return unreadable(root, e);
    }
  }

  private static Object key(Path folder, BasicFileAttributes attributes) throws IOException {
    Object key = attributes.fileKey();
    return key == null ? folder.toRealPath() : key; // Windows has no keys.
  }

  private Found look(Path path, Folder folder) {
    BasicFileAttributes attributes;
    try {
      attributes = disk.attributes(path);
    } catch (IOException e) {
      return failed(path, e);
    }
    if (attributes.isDirectory()) {
      if (!choice.enters(path)) {
        return null;
      }
      if (PictureNames.isHidden(path)) {
        scan.leaveOut(LeftOut.Kind.HIDDEN_FOLDER, PictureNames.folder(path));
      } else {
        folder.folders.add(path);
      }
      return null;
    }
    return choice.takes(path) ? file(path, attributes) : null;
  }

  private Found file(Path file, BasicFileAttributes attributes) {
    if (PictureNames.isHidden(file)) {
      scan.leaveOut(LeftOut.Kind.HIDDEN_FILE, "");
    } else if (attributes.isOther()) { // Opening a pipe would wait for ever.
      scan.leaveOut(LeftOut.Kind.SPECIAL, "");
    } else if (choice.isSource(file)) {
      return new Found(file, null);
    } else if (PictureNames.isPicture(file)) {
      return take(file, PictureNames.kind(file));
    } else if (!attributes.isRegularFile()) {
      scan.leaveOut(LeftOut.Kind.BROKEN_LINK, "");
    } else if (attributes.size() == 0) {
      scan.leaveOut(LeftOut.Kind.EMPTY, "");
    } else {
      return sortByContent(file);
    }
    return null;
  }

  private Found sortByContent(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      Optional<String> format = PictureFormat.byContent(in.readNBytes(PictureFormat.HEAD_BYTES));
      if (format.isPresent()) {
        return take(file, format.get() + " by content");
      }
      scan.leaveOut(LeftOut.Kind.OTHER, PictureNames.kind(file));
      return null;
    } catch (IOException e) { // It may be a picture: reading it will say why not.
      return take(file, PictureNames.kind(file));
    }
  }

  private Found failed(Path path, IOException failure) {
    boolean folder = Files.isDirectory(path);
    if (!(folder ? choice.enters(path) : choice.takes(path))) {
      return null;
    }
    if (PictureNames.isHidden(path)) {
      scan.leaveOut(
          folder ? LeftOut.Kind.HIDDEN_FOLDER : LeftOut.Kind.HIDDEN_FILE,
          folder ? PictureNames.folder(path) : "");
      return null;
    }
    return folder ? unreadable(path, failure) : take(path, PictureNames.kind(path));
  }

  private Found take(Path file, String kind) {
    scan.take(file, kind);
    return new Found(file, null);
  }

  private Found unreadable(Path folder, IOException failure) {
    return new Found(folder, scan.cannotLookInto(folder, failure).reason());
  }

  private Found enter(Path path, Folder parent) {
    try {
      Object key = key(path, disk.attributes(path));
      if (open.stream().anyMatch(above -> above.key.equals(key))) {
        scan.leaveOut(LeftOut.Kind.CIRCLE, "");
        return null;
      }
      boolean link = Files.isSymbolicLink(path);
      if (link && !linked.add(key) && parent.behindLink) {
        scan.leaveOut(LeftOut.Kind.REPEATED, "");
        return null;
      }
      return list(new Folder(path, key, parent.behindLink || link));
    } catch (IOException e) {
      return unreadable(path, e);
    }
  }

  /** Lists a folder; what was listed before a failure is given after it. */
  private Found list(Folder folder) {
    IOException failure = null;
    try (DirectoryStream<Path> entries = disk.list(folder.path)) {
      entries.forEach(folder.entries::add);
    } catch (DirectoryIteratorException e) {
      failure = e.getCause();
    } catch (IOException e) {
      failure = e;
    }
    folder.entries.sort(null);
    open.push(folder);
    return failure == null ? null : unreadable(folder.path, failure);
  }
}
