package org.residuum.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.residuum.data.Preprocessing;
import org.residuum.format.model.SavedModel;

/** Trained networks by the path that {@code --model} gives. */
final class SavedModels {
  private SavedModels() {}

  /** Whether the text names something on disk and not a network. */
  static boolean isPath(String model) {
    return !Models.isName(model) && exists(model);
  }

  private static boolean exists(String model) {
    try {
      return Files.exists(Path.of(model));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * Loads a trained network.
   *
   * @throws CommandFailure where it is a name without weights, or not there
   */
  static SavedModel load(String model) throws IOException {
    if (model == null) {
      throw CommandFailure.usage("--model is missing: name a saved model's folder");
    }
    if (Models.isName(model)) {
      throw CommandFailure.usage(
          "--model "
              + model
              + ": a network by name has no trained weights; train it first: residuum train --model"
              + " "
              + model
              + " --data ... --out runs/mine, then --model runs/mine");
    }
    if (!exists(model)) {
      throw Models.unknown(model);
    }
    Path path = Path.of(model);
    if (!SavedModel.isSavedModel(path)) {
      throw CommandFailure.failed(
          "--model " + model + ": not a saved model; it has no network.json (see residuum train)");
    }
    return SavedModel.load(path);
  }

  /** What the model does to an example first. */
  static Preprocessing preprocessing(SavedModel model, String path) {
    if (model.preprocessing().isEmpty()) {
      throw CommandFailure.failed("--model " + path + ": it has no preprocessing.json");
    }
    return Preprocessing.fromMap(model.preprocessing());
  }
}
