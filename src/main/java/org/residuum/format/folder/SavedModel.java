package org.residuum.format.folder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.residuum.data.Outputs;
import org.residuum.data.Preprocessing;
import org.residuum.format.TrainingNotes;
import org.residuum.network.Network;
import org.residuum.network.Parameters;

/**
 * A trained network with all that is needed to use it. On disk it is a folder: {@code
 * model.safetensors}, {@code network.json} (the flat list of nodes), {@code labels.txt} (a class a
 * line), {@code preprocessing.json} and {@code training.json}; while its training is not at its end
 * also {@code checkpoint.safetensors}, see {@link TrainingState}.
 *
 * @param network as described, before any pass
 * @param parameters a tensor for each of the network's parameters
 * @param labels class names in the order of the logits; may be empty where they are not known
 * @param preprocessing what happens to an example first; empty where it is not known
 * @param training how the weights came about; empty where it is not known
 * @param outputs what the logits stand for, classes mostly
 */
public record SavedModel(
    Network network,
    Parameters parameters,
    List<String> labels,
    Optional<Preprocessing> preprocessing,
    Optional<TrainingNotes> training,
    Outputs outputs) {
  /** A file that may be in a folder while it is written, so that others keep out. */
  public static final String LOCK = ".lock";

  /** A folder beside a model, with TensorBoard's files of its training. */
  public static final String EVENTS = "tensorboard";

  /** Files beside a model that tell of its training. */
  public static final List<String> HISTORY = List.of("history.csv", "history.jsonl");

  public SavedModel {
    labels = List.copyOf(labels);
  }

  /** A classifier. */
  public SavedModel(
      Network network,
      Parameters parameters,
      List<String> labels,
      Optional<Preprocessing> preprocessing,
      Optional<TrainingNotes> training) {
    this(network, parameters, labels, preprocessing, training, Outputs.CLASSES);
  }

  /**
   * Reads a folder; the weights are read-only views of the mapped file.
   *
   * @throws org.residuum.format.FormatException for a file that is missing, of another version or
   *     does not fit the others
   */
  public static SavedModel load(Path folder) throws IOException {
    return new ModelFolder(folder).read();
  }

  /** What a training that was saved in its midst needs to go on; empty for one at its end. */
  public static Optional<TrainingState> loadState(Path folder) throws IOException {
    return new ModelFolder(folder).readState();
  }

  /** Whether a folder looks like a saved model. */
  public static boolean isSavedModel(Path folder) {
    return ModelFolder.isModel(folder);
  }

  /** Whether a folder holds nothing but what processes left there that were killed. */
  public static boolean isEmpty(Path folder) throws IOException {
    return new Leftovers(folder).isAll();
  }

  /**
   * Checks, before long work, that {@link #save} could write there.
   *
   * @throws IOException with the remedy, as {@link #save} would
   */
  public static void checkTarget(Path folder, boolean overwrite) throws IOException {
    new ModelFolderWriter(folder).checkTarget(overwrite);
  }

  /**
   * Checks, before long work, that {@link #save} would take these parts.
   *
   * @throws IllegalArgumentException where they do not fit each other, or a label is no line
   */
  public void check() {
    ModelParts.check(this);
  }

  /**
   * Writes the folder. The files are complete and on disk before a single renaming makes them the
   * model there, so that a full disk, a crash or a kill leaves either the model that was there or
   * the new one, whole; who reads meanwhile gets one of them. Files in the folder that are not part
   * of a model are kept. One process at a time writes a folder.
   *
   * @param overwrite whether a saved model that is there may be replaced
   * @throws IOException where the folder exists and is not to be, or cannot be, replaced, or the
   *     disk is full
   * @throws IllegalArgumentException where the parts do not fit each other
   */
  public void save(Path folder, boolean overwrite) throws IOException {
    check();
    new ModelFolderWriter(folder).write(this, null, overwrite);
  }

  /** The same in the midst of a training, with what it needs to go on. */
  public void save(Path folder, boolean overwrite, TrainingState state) throws IOException {
    check();
    new ModelFolderWriter(folder).write(this, state, overwrite);
  }

  /**
   * Uses or removes what processes that were killed left in a folder that is to be written; nobody
   * else may be writing there.
   */
  public static void clearLeftovers(Path folder) throws IOException {
    new Leftovers(folder).clear();
  }

  /**
   * Gives a folder that is missing its name back, where an earlier version was killed saving it.
   */
  public static void adoptLeftovers(Path folder) throws IOException {
    new Leftovers(folder).adopt();
  }

  /** Removes a saved model's files, and its folder where nothing else is in it. */
  public static void delete(Path folder) throws IOException {
    new ModelFolderWriter(folder).delete();
  }
}
