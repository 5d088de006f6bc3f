package org.residuum.format.folder;

import static org.residuum.format.folder.FolderFiles.CHECKPOINT;
import static org.residuum.format.folder.FolderFiles.LABELS;
import static org.residuum.format.folder.FolderFiles.MODEL;
import static org.residuum.format.folder.FolderFiles.NETWORK;
import static org.residuum.format.folder.FolderFiles.PREPROCESSING;
import static org.residuum.format.folder.FolderFiles.RECIPE;
import static org.residuum.format.folder.FolderFiles.TRAINING;
import static org.residuum.format.folder.FolderFiles.WEIGHTS;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.residuum.data.Outputs;
import org.residuum.data.Preprocessing;
import org.residuum.format.FormatException;
import org.residuum.format.TrainingNotes;
import org.residuum.format.safetensors.SafeTensors;
import org.residuum.network.Network;

/** Reads the folder of a saved model, whole even while it is replaced. */
final class ModelFolder {
  /** A ResNet-152 takes 0.1 MB. */
  private static final long MOST_TEXT_BYTES = 64 << 20;

  /** How often to read again when a saving came between. */
  private static final int MOST_READINGS = 20;

  private final Path folder;
  private final FolderFiles files;

  ModelFolder(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
    files = new FolderFiles(this.folder);
  }

  static boolean isModel(Path folder) {
    return new FolderFiles(folder).has(NETWORK);
  }

  SavedModel read() throws IOException {
    return undisturbed(this::readModel);
  }

  Optional<TrainingState> readState() throws IOException {
    return undisturbed(this::readCheckpoint);
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  /**
   * Reads until the files are those of one saving from the first to the last. A file that is moved
   * to its place amid its reading keeps its state, so a fault counts once it is there again.
   */
  private <T> T undisturbed(Reading<T> reading) throws IOException {
    IOException disturbance = null;
    for (int i = 0; i < MOST_READINGS; i++) {
      List<Object> before = files.state();
      try {
        T result = reading.read();
        if (before.equals(files.state())) {
          return result;
        }
      } catch (NoSuchFileException e) {
        disturbance = e; // It was moved to its place between two steps of reading.
      } catch (IOException | IllegalArgumentException e) {
        boolean again =
            disturbance != null && Objects.equals(disturbance.getMessage(), e.getMessage());
        if (again && before.equals(files.state())) {
          throw e;
        }
        disturbance = e instanceof IOException io ? io : new IOException(e.getMessage(), e);
      }
    }
    FormatException busy =
        new FormatException(folder, "it is written all the time; read it when that is over");
    busy.initCause(disturbance);
    throw busy;
  }

  private SavedModel readModel() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new FormatException(folder, "no such folder; a saved model is one with " + MODEL);
    }
    Network network = NetworkReader.read(file(NETWORK), text(NETWORK));
    Map<String, String> around = StringMapJson.read(file(PREPROCESSING), text(PREPROCESSING));
    Outputs outputs = read(PREPROCESSING, around, Outputs::takenFrom).orElse(Outputs.CLASSES);
    SavedModel model =
        new SavedModel(
            network,
            SafeTensors.read(file(WEIGHTS)).parameters(),
            text(LABELS).lines().toList(),
            read(PREPROCESSING, around, Preprocessing::fromMap),
            notes(),
            outputs);
    try {
      ModelParts.check(model);
    } catch (IllegalArgumentException e) {
      throw new FormatException(folder, e.getMessage() + "; the files are not of one model");
    }
    return model;
  }

  private Optional<TrainingNotes> notes() throws IOException {
    if (!files.has(TRAINING)) {
      return Optional.empty();
    }
    Map<String, String> recipe =
        files.has(RECIPE) ? Map.of(TrainingNotes.RECIPE, text(RECIPE)) : Map.of();
    return map(
        TRAINING,
        facts -> {
          Map<String, String> all = new LinkedHashMap<>(facts);
          all.putAll(recipe);
          return NotesText.parse(all);
        });
  }

  /** A map of texts as what it says; an empty one says nothing. */
  private <T> Optional<T> map(String name, Function<Map<String, String>, T> record)
      throws IOException {
    return read(name, StringMapJson.read(file(name), text(name)), record);
  }

  private <T> Optional<T> read(
      String name, Map<String, String> map, Function<Map<String, String>, T> record)
      throws IOException {
    try {
      return map.isEmpty() ? Optional.empty() : Optional.of(record.apply(map));
    } catch (IllegalArgumentException e) {
      throw new FormatException(file(name), e.getMessage());
    }
  }

  private Optional<TrainingState> readCheckpoint() throws IOException {
    if (!files.has(CHECKPOINT)) {
      return Optional.empty();
    }
    SafeTensors file = SafeTensors.read(files.of(CHECKPOINT));
    return Optional.of(new TrainingState(file.parameters(), file.metadata()));
  }

  private Path file(String name) throws IOException {
    if (!files.has(name)) {
      throw new FormatException(folder, "no file " + name + "; a saved model has " + MODEL);
    }
    return files.of(name);
  }

  private String text(String name) throws IOException {
    Path file = file(name);
    long bytes = Files.size(file);
    if (bytes > MOST_TEXT_BYTES) {
      throw new FormatException(file, bytes + " bytes; the limit is " + MOST_TEXT_BYTES);
    }
    try {
      return Files.readString(file);
    } catch (MalformedInputException e) {
      throw new FormatException(file, "not UTF-8 text");
    }
  }
}
