package org.residuum.data.source.scan;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.residuum.data.decode.PictureFormat;

/** Sorts what lies below a folder into pictures and the rest; nothing that it meets ends it. */
final class PictureWalk extends SimpleFileVisitor<Path> {
  private final Path root;
  private final PictureScan scan;

  PictureWalk(Path root, PictureScan scan) {
    this.root = root;
    this.scan = scan;
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
    if (folder.equals(root) || !PictureNames.isHidden(folder)) {
      return FileVisitResult.CONTINUE;
    }
    scan.leaveOut(LeftOut.Kind.HIDDEN_FOLDER, PictureNames.folder(folder));
    return FileVisitResult.SKIP_SUBTREE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path folder, IOException failure) {
    if (failure != null) { // The rest of its entries is unknown.
      scan.cannotLookInto(folder, failure);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    if (PictureNames.isHidden(file)) {
      scan.leaveOut(LeftOut.Kind.HIDDEN_FILE, "");
    } else if (attributes.isOther()) { // Opening a pipe would wait for ever.
      scan.leaveOut(LeftOut.Kind.SPECIAL, "");
    } else if (PictureNames.isPicture(file)) {
      scan.take(file, PictureNames.kind(file));
    } else if (!attributes.isRegularFile()) {
      scan.leaveOut(LeftOut.Kind.BROKEN_LINK, "");
    } else if (attributes.size() == 0) {
      scan.leaveOut(LeftOut.Kind.EMPTY, "");
    } else {
      sortByContent(file);
    }
    return FileVisitResult.CONTINUE;
  }

  private void sortByContent(Path file) {
    try {
      Optional<String> format = PictureFormat.byContent(head(file));
      if (format.isPresent()) {
        scan.take(file, format.get() + " by content");
      } else {
        scan.leaveOut(LeftOut.Kind.OTHER, PictureNames.kind(file));
      }
    } catch (IOException e) { // It may be a picture: reading it will say why not.
      scan.take(file, PictureNames.kind(file));
    }
  }

  private static byte[] head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(PictureFormat.HEAD_BYTES);
    }
  }

  @Override
  public FileVisitResult visitFileFailed(Path path, IOException failure) {
    if (PictureNames.isHidden(path) && !path.equals(root)) {
      boolean folder = Files.isDirectory(path);
      scan.leaveOut(
          folder ? LeftOut.Kind.HIDDEN_FOLDER : LeftOut.Kind.HIDDEN_FILE,
          folder ? PictureNames.folder(path) : "");
    } else if (failure instanceof FileSystemLoopException) { // Its target is being visited.
      scan.leaveOut(LeftOut.Kind.CIRCLE, "");
    } else if (Files.isDirectory(path)) {
      scan.cannotLookInto(path, failure);
    } else {
      scan.take(path, PictureNames.kind(path));
    }
    return FileVisitResult.CONTINUE;
  }
}
