package org.residuum.data.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.residuum.data.source.scan.PictureScan;
import org.residuum.data.source.scan.PictureTree;
import org.residuum.text.FileText;

/** The pictures in a folder and below it, by path. */
final class FolderInputs implements PictureInputs {
  private final Path root;
  private final PictureTree tree;
  private final FolderLabels labels;

  FolderInputs(Path root, FolderLabels labels) {
    this.root = root;
    this.tree = new PictureTree(root, PictureScan.countOfNothing());
    this.labels = labels;
  }

  @Override
  public PictureInput next() {
    PictureTree.Found found = tree.next();
    if (found == null) {
      return null;
    }
    return found.unreadable() == null
        ? new FileInput(found.path(), labels.of(found.path()))
        : FailedInput.because(FileText.of(found.path()), found.unreadable());
  }

  /** Walks through all, but only where the file looks like a picture. */
  @Override
  public boolean reads(Path file) throws IOException {
    if (!FileInput.looksLikePicture(file)) {
      return false;
    }
    PictureTree all = new PictureTree(root, PictureScan.countOfNothing());
    for (PictureTree.Found found = all.next(); found != null; found = all.next()) {
      if (Files.exists(found.path()) && Files.isSameFile(found.path(), file)) {
        return true;
      }
    }
    return false;
  }
}
