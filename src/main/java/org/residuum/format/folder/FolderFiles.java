package org.residuum.format.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Which files make up the model in a folder. They have to be of one saving, and a folder cannot be
 * replaced in one step. So a saving writes all of them into {@code .saving-UUID} within the folder
 * and renames that to {@code .saved}: this one step decides. From then on a file in {@code .saved}
 * stands for the one of its name in the folder, until it is moved there. At each moment the files
 * that count are thus all of one saving, whoever is killed when.
 */
final class FolderFiles {
  static final String WEIGHTS = "model.safetensors";
  static final String NETWORK = "network.json";
  static final String LABELS = "labels.txt";
  static final String PREPROCESSING = "preprocessing.json";
  static final String TRAINING = "training.json";

  /** There where the training's settings are known; else as {@link #CHECKPOINT}. */
  static final String RECIPE = "recipe.txt";

  /**
   * There while a training is not at its end. An empty one in {@code .saved} says that there is
   * none any more.
   */
  static final String CHECKPOINT = "checkpoint.safetensors";

  /** What every model has. */
  static final List<String> MODEL = List.of(WEIGHTS, NETWORK, LABELS, PREPROCESSING, TRAINING);

  /** What an empty file in {@code .saved} says that there is none of. */
  static final List<String> OPTIONAL = List.of(RECIPE, CHECKPOINT);

  static final List<String> ALL =
      List.of(WEIGHTS, NETWORK, LABELS, PREPROCESSING, TRAINING, RECIPE, CHECKPOINT);

  static final String SAVING = ".saving-";
  static final String SAVED = ".saved";

  private final Path folder;

  FolderFiles(Path folder) {
    this.folder = folder;
  }

  Path saved() {
    return folder.resolve(SAVED);
  }

  /** The file that counts, which need not be there. */
  Path of(String name) {
    Path saved = saved().resolve(name);
    return Files.exists(saved) ? saved : folder.resolve(name);
  }

  boolean has(String name) {
    try {
      BasicFileAttributes file = attributes(name);
      return file.isRegularFile() && (file.size() > 0 || !OPTIONAL.contains(name));
    } catch (IOException e) {
      return false;
    }
  }

  /** Tells one saving from another: equal as long as no file was replaced or written over. */
  List<Object> state() throws IOException {
    List<Object> state = new ArrayList<>();
    for (String name : ALL) {
      try {
        BasicFileAttributes file = attributes(name);
        state.add(new Version(file.fileKey(), file.lastModifiedTime(), file.size()));
      } catch (NoSuchFileException e) {
        state.add("none");
      }
    }
    return state;
  }

  /** What a move from {@code .saved} does not change. */
  private record Version(Object key, FileTime time, long size) {}

  private BasicFileAttributes attributes(String name) throws IOException {
    try {
      return Files.readAttributes(saved().resolve(name), BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      return Files.readAttributes(folder.resolve(name), BasicFileAttributes.class);
    }
  }
}
