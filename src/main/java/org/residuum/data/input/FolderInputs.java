package org.residuum.data.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.residuum.data.source.scan.PictureScan;
import org.residuum.data.source.scan.PictureTree;
import org.residuum.text.FileText;

/** The pictures in a folder and below it, by path. */
final class FolderInputs extends NestingInputs {
  private final Path root;
  private final PictureTree.Choice choice;
  private final Options options;
  private final PictureTree tree;
  private final FolderLabels labels;

  /** All of them. */
  FolderInputs(Path root, Options options) {
    this(root, PictureTree.Choice.ALL, options);
  }

  /** Those that match a pattern, and those in archives that do. */
  FolderInputs(Glob glob, Options options) {
    this(glob.root(), glob, options);
  }

  private FolderInputs(Path root, PictureTree.Choice choice, Options options) {
    this.root = root;
    this.choice = choice;
    this.options = options;
    this.tree = new PictureTree(root, PictureScan.countOfNothing(), choice);
    this.labels = new FolderLabels(options.classes());
  }

  @Override
  PictureInput step() {
    PictureTree.Found found = tree.next();
    if (found == null) {
      return null;
    }
    String name = FileText.of(found.path());
    if (found.unreadable() != null) {
      return FailedInput.because(name, found.unreadable());
    }
    if (choice.isSource(found.path())) {
      try {
        enter(SourceKind.nested(found.path(), options));
        return null;
      } catch (IOException e) {
        return FailedInput.unopened(name, e);
      }
    }
    return new FileInput(found.path(), name, labels.of(found.path()));
  }

  /** Walks through all, but only where the file looks like a picture or a source. */
  @Override
  public boolean reads(Path file) throws IOException {
    if (!FileInput.looksLikePicture(file) && !choice.isSource(file)) {
      return false;
    }
    PictureTree all = new PictureTree(root, PictureScan.countOfNothing(), choice);
    for (PictureTree.Found found = all.next(); found != null; found = all.next()) {
      if (Files.exists(found.path()) && Files.isSameFile(found.path(), file)) {
        return true;
      }
    }
    return false;
  }
}
