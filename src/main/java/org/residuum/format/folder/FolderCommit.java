package org.residuum.format.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.residuum.format.file.AtomicFile;
import org.residuum.format.file.Unfinished;

/** Makes complete, synced files the model of a folder, in one step. */
final class FolderCommit {
  private final Path folder;
  private final Path saved;

  FolderCommit(Path folder) {
    this.folder = folder;
    saved = new FolderFiles(folder).saved();
  }

  /**
   * Decides for the files in {@code staged}; see {@link FolderFiles}.
   *
   * @param staged a folder within this one, which is gone afterwards
   */
  void commit(Path staged) throws IOException {
    synchronized (FolderCommit.class) { // Two threads that save one model.
      finish();
      AtomicFile.syncFolder(staged);
      if (!Unfinished.remove(staged)) {
        throw new IOException("the process is being ended");
      }
      Files.move(staged, saved, StandardCopyOption.ATOMIC_MOVE);
      AtomicFile.syncFolder(folder);
      finish();
    }
  }

  /** Moves what was decided to where it belongs, from wherever this was cut short. */
  void finish() throws IOException {
    if (!Files.isDirectory(saved)) {
      return;
    }
    for (String name : FolderFiles.ALL) {
      if (Files.exists(saved.resolve(name))) {
        Files.move(saved.resolve(name), folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      }
    }
    for (String name : FolderFiles.OPTIONAL) {
      Path file = folder.resolve(name);
      if (Files.exists(file) && Files.size(file) == 0) {
        Files.delete(file);
      }
    }
    AtomicFile.syncFolder(folder);
    Leftovers.deleteTree(saved);
  }
}
