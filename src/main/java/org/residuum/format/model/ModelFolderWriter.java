package org.residuum.format.model;

import static org.residuum.format.model.ModelFolder.CHECKPOINT;
import static org.residuum.format.model.ModelFolder.FILES;
import static org.residuum.format.model.ModelFolder.LABELS;
import static org.residuum.format.model.ModelFolder.NETWORK;
import static org.residuum.format.model.ModelFolder.PREPROCESSING;
import static org.residuum.format.model.ModelFolder.TRAINING;
import static org.residuum.format.model.ModelFolder.WEIGHTS;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.residuum.format.AtomicFile;
import org.residuum.format.Unfinished;
import org.residuum.format.safetensors.SafeTensors;

/** Writes the folder of a saved model whole or not at all, and removes it. */
final class ModelFolderWriter {
  private final Path folder;

  ModelFolderWriter(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  void checkTarget(boolean overwrite) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      requireWritable(folder.getParent());
      return;
    }
    boolean directory = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    if (!directory || !isEmpty(folder)) {
      if (!overwrite) {
        throw new IOException(
            folder + " exists; choose another folder or ask for it to be overwritten");
      }
      if (!directory || !ModelFolder.isModel(folder)) {
        throw new IOException(
            folder + " exists and is no saved model, so it is not overwritten; choose another");
      }
    }
    requireWritable(folder);
  }

  /** Makes a folder in the nearest one that is there, and removes it. */
  private void requireWritable(Path parent) throws IOException {
    Path existing = parent;
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    try {
      Files.delete(Files.createTempDirectory(existing, ".residuum"));
    } catch (IOException e) {
      String why = Files.isDirectory(existing) ? " takes no new folders" : " is no folder";
      throw new IOException(
          folder + ": cannot be written: " + existing + why + "; choose another folder", e);
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }

  /**
   * Writes the model.
   *
   * @param state null for a training at its end
   */
  void write(SavedModel model, TrainingState state, boolean overwrite) throws IOException {
    checkTarget(overwrite);
    Path fresh = null;
    try {
      fresh = makeFresh();
      fill(fresh, model);
      if (state != null) {
        SafeTensors.write(fresh.resolve(CHECKPOINT), state.tensors(), state.facts());
      }
      install(fresh, overwrite);
    } catch (IOException e) {
      throw new IOException(
          folder + ": cannot save: " + reason(e) + "; free some space or choose another folder", e);
    } finally {
      if (fresh != null) {
        removeModel(fresh);
        Unfinished.remove(fresh);
      }
    }
  }

  /**
   * An empty folder beside this one; within it where there cannot be one beside it, as where only
   * the folder itself is ours.
   */
  private Path makeFresh() throws IOException {
    Files.createDirectories(folder.getParent());
    try {
      return makeFresh(sibling("new"));
    } catch (FileSystemException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
      return makeFresh(folder.resolve(".new-" + UUID.randomUUID()));
    }
  }

  private static Path makeFresh(Path fresh) throws IOException {
    Files.createDirectory(fresh);
    Unfinished.add(fresh);
    return fresh;
  }

  /** Without the names of files that are gone by now. */
  private static String reason(IOException e) {
    if (e.getCause() instanceof IOException cause) {
      return reason(cause);
    }
    if (e instanceof AccessDeniedException) {
      return "no permission for " + e.getMessage();
    }
    if (e instanceof FileAlreadyExistsException) {
      return e.getMessage() + " is no folder";
    }
    String reason = e instanceof FileSystemException file ? file.getReason() : null;
    return reason == null ? e.getMessage() : reason;
  }

  private Path sibling(String purpose) {
    return folder.resolveSibling(
        "." + folder.getFileName() + "." + purpose + "-" + UUID.randomUUID());
  }

  private static void fill(Path fresh, SavedModel model) throws IOException {
    SafeTensors.write(fresh.resolve(WEIGHTS), model.parameters(), Map.of("format", "pt"));
    AtomicFile.writeText(fresh.resolve(NETWORK), NetworkWriter.write(model.network()));
    AtomicFile.writeText(fresh.resolve(LABELS), lines(model.labels()));
    AtomicFile.writeText(fresh.resolve(PREPROCESSING), StringMapJson.write(model.preprocessing()));
    AtomicFile.writeText(fresh.resolve(TRAINING), StringMapJson.write(model.training()));
  }

  private static String lines(List<String> labels) {
    return labels.stream().map(label -> label + "\n").collect(Collectors.joining());
  }

  /**
   * Gives the complete folder its name; the old one steps aside first and comes back on failure.
   */
  private void install(Path fresh, boolean overwrite) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(fresh, folder);
      return;
    }
    if (!overwrite && !fresh.startsWith(folder) && !isEmpty(folder)) {
      throw new FileSystemException(folder.toString(), null, "something else was saved there");
    }
    Path old = sibling("old");
    if (fresh.startsWith(folder) || !stepsAside(old)) {
      installFiles(fresh);
      return;
    }
    try {
      Files.move(fresh, folder);
    } catch (IOException e) {
      Files.move(old, folder);
      throw e;
    }
    keepOtherFiles(old);
    removeModel(old);
  }

  /** Whether the folder could take another name: a mount point cannot. */
  private boolean stepsAside(Path old) {
    try {
      Files.move(folder, old);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** File by file, each whole or not at all, where the folder as a whole cannot be replaced. */
  private void installFiles(Path fresh) throws IOException {
    Files.deleteIfExists(folder.resolve(CHECKPOINT));
    for (String name : FILES) {
      Files.move(fresh.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    if (Files.exists(fresh.resolve(CHECKPOINT))) {
      Files.move(fresh.resolve(CHECKPOINT), folder.resolve(CHECKPOINT));
    }
  }

  private void keepOtherFiles(Path old) throws IOException {
    List<Path> others;
    try (Stream<Path> entries = Files.list(old)) {
      others = entries.filter(path -> !isPart(path.getFileName().toString())).toList();
    }
    for (Path other : others) {
      Files.move(other, folder.resolve(other.getFileName()));
    }
  }

  private static boolean isPart(String name) {
    return FILES.contains(name) || name.equals(CHECKPOINT);
  }

  void delete() throws IOException {
    removeFiles(folder);
    if (isEmpty(folder)) {
      Files.delete(folder);
    }
  }

  private static void removeModel(Path directory) throws IOException {
    removeFiles(directory);
    Files.deleteIfExists(directory);
  }

  private static void removeFiles(Path directory) throws IOException {
    for (String name : FILES) {
      Files.deleteIfExists(directory.resolve(name));
    }
    Files.deleteIfExists(directory.resolve(CHECKPOINT));
  }
}
