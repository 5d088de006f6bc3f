package org.residuum.format.model;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.residuum.format.FormatException;
import org.residuum.format.safetensors.SafeTensors;
import org.residuum.network.Network;

/** The folder of a saved model: its files, and reading them. */
final class ModelFolder {
  static final String WEIGHTS = "model.safetensors";
  static final String NETWORK = "network.json";
  static final String LABELS = "labels.txt";
  static final String PREPROCESSING = "preprocessing.json";
  static final String TRAINING = "training.json";
  static final List<String> FILES = List.of(WEIGHTS, NETWORK, LABELS, PREPROCESSING, TRAINING);

  /** There while a training is not at its end. */
  static final String CHECKPOINT = "checkpoint.safetensors";

  /** A ResNet-152 takes 0.1 MB. */
  private static final long MOST_TEXT_BYTES = 64 << 20;

  private final Path folder;

  ModelFolder(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  static boolean isModel(Path folder) {
    return Files.isRegularFile(folder.resolve(NETWORK));
  }

  SavedModel read() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new FormatException(folder, "no such folder; a saved model is one with " + FILES);
    }
    Network network = NetworkReader.read(file(NETWORK), text(NETWORK));
    SavedModel model =
        new SavedModel(
            network,
            SafeTensors.read(file(WEIGHTS)).parameters(),
            text(LABELS).lines().toList(),
            StringMapJson.read(file(PREPROCESSING), text(PREPROCESSING)),
            hasFile(TRAINING) ? StringMapJson.read(file(TRAINING), text(TRAINING)) : Map.of());
    try {
      ModelParts.check(model);
    } catch (IllegalArgumentException e) {
      throw new FormatException(folder, e.getMessage() + "; the files are not of one model");
    }
    return model;
  }

  Optional<TrainingState> readState() throws IOException {
    if (!hasFile(CHECKPOINT)) {
      return Optional.empty();
    }
    SafeTensors file = SafeTensors.read(folder.resolve(CHECKPOINT));
    return Optional.of(new TrainingState(file.parameters(), file.metadata()));
  }

  private boolean hasFile(String name) {
    return Files.isRegularFile(folder.resolve(name));
  }

  private Path file(String name) throws IOException {
    if (!hasFile(name)) {
      throw new FormatException(folder, "no file " + name + "; a saved model has " + FILES);
    }
    return folder.resolve(name);
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
