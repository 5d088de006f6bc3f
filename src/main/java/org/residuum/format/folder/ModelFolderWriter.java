package org.residuum.format.folder;

import static org.residuum.format.folder.FolderFiles.CHECKPOINT;
import static org.residuum.format.folder.FolderFiles.LABELS;
import static org.residuum.format.folder.FolderFiles.NETWORK;
import static org.residuum.format.folder.FolderFiles.PREPROCESSING;
import static org.residuum.format.folder.FolderFiles.RECIPE;
import static org.residuum.format.folder.FolderFiles.TRAINING;
import static org.residuum.format.folder.FolderFiles.WEIGHTS;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.residuum.data.Preprocessing;
import org.residuum.format.TrainingNotes;
import org.residuum.format.file.AtomicFile;
import org.residuum.format.file.Unfinished;
import org.residuum.format.safetensors.SafeTensors;

/** Writes the folder of a saved model whole or not at all, and removes it. */
final class ModelFolderWriter {
  private final Path folder;

  ModelFolderWriter(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  void checkTarget(boolean overwrite) throws IOException {
    if (!Files.exists(folder)) {
      requireWritable(folder);
      return;
    }
    boolean directory = Files.isDirectory(folder);
    if (!directory || !new Leftovers(folder).isAll()) {
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
  private void requireWritable(Path path) throws IOException {
    Path existing = path;
    while (!Files.exists(existing)) {
      if (Files.isSymbolicLink(existing)) {
        throw new IOException(
            folder + ": " + existing + " is a link to nothing; remove it or choose another folder");
      }
      existing = existing.getParent();
    }
    try {
      Files.delete(Files.createDirectory(existing.resolve(Leftovers.trial(folder))));
    } catch (IOException e) {
      String why = Files.isDirectory(existing) ? " takes no new folders" : " is no folder";
      throw new IOException(
          folder + ": cannot be written: " + existing + why + "; choose another folder", e);
    }
  }

  /**
   * Writes the model.
   *
   * @param state null for a training at its end
   */
  void write(SavedModel model, TrainingState state, boolean overwrite) throws IOException {
    checkTarget(overwrite);
    boolean isNew = !Files.exists(folder);
    Path staged = folder.resolve(FolderFiles.SAVING + UUID.randomUUID());
    try {
      Files.createDirectories(folder);
      AtomicFile.syncFolder(folder.getParent());
      Unfinished.add(staged);
      Files.createDirectory(staged);
      fill(staged, model, state);
      if (!overwrite && !new Leftovers(folder).isAll()) {
        throw new FileSystemException(folder.toString(), null, "something else was saved there");
      }
      new FolderCommit(folder).commit(staged);
    } catch (IOException e) {
      throw new IOException(
          folder + ": cannot save: " + reason(e) + "; free some space or choose another folder", e);
    } finally {
      remove(staged, isNew);
    }
  }

  /** What a failure left. */
  private void remove(Path staged, boolean isNew) throws IOException {
    Unfinished.remove(staged);
    if (Files.exists(staged)) {
      Leftovers.deleteTree(staged);
    }
    if (isNew && Files.isDirectory(folder) && isEmpty()) {
      Files.delete(folder);
    }
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
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

  private static void fill(Path staged, SavedModel model, TrainingState state) throws IOException {
    SafeTensors.write(staged.resolve(WEIGHTS), model.parameters(), Map.of("format", "pt"));
    AtomicFile.writeText(staged.resolve(NETWORK), NetworkWriter.write(model.network()));
    AtomicFile.writeText(staged.resolve(LABELS), lines(model.labels()));
    AtomicFile.writeText(staged.resolve(PREPROCESSING), StringMapJson.write(aroundNetwork(model)));
    AtomicFile.writeText(
        staged.resolve(TRAINING),
        StringMapJson.write(model.training().map(NotesText::of).orElse(Map.of())));
    AtomicFile.writeText(
        staged.resolve(RECIPE),
        model.training().map(notes -> notes.others().get(TrainingNotes.RECIPE)).orElse(""));
    if (state == null) {
      AtomicFile.writeText(staged.resolve(CHECKPOINT), "");
    } else {
      SafeTensors.write(staged.resolve(CHECKPOINT), state.tensors(), state.facts());
    }
  }

  /** What happens to an example first, and to the outputs at last. */
  private static Map<String, String> aroundNetwork(SavedModel model) {
    Map<String, String> map = new LinkedHashMap<>();
    model.preprocessing().map(Preprocessing::toMap).ifPresent(map::putAll);
    map.putAll(model.outputs().toMap());
    return map;
  }

  private static String lines(List<String> labels) {
    return labels.stream().map(label -> label + "\n").collect(Collectors.joining());
  }

  /** The network's file goes first: without it the others are no model that could be wrong. */
  void delete() throws IOException {
    new FolderCommit(folder).finish();
    Files.deleteIfExists(folder.resolve(NETWORK));
    for (String name : FolderFiles.ALL) {
      Files.deleteIfExists(folder.resolve(name));
    }
    new Leftovers(folder).clear();
    if (isEmpty()) {
      Files.delete(folder);
    }
  }
}
