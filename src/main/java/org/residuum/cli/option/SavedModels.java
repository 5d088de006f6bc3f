package org.residuum.cli.option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.residuum.backend.lower.Batches;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.data.Preprocessing;
import org.residuum.format.folder.SavedModel;
import org.residuum.network.Shape;

/** Trained networks by the path that {@code --model} gives. */
public final class SavedModels {
  private SavedModels() {}

  /** Whether the text names something on disk and not a network. */
  public static boolean isPath(String model) {
    return !Models.isName(model) && exists(model);
  }

  private static boolean exists(String model) {
    try {
      Path path = Path.of(model);
      SavedModel.adoptLeftovers(path);
      return Files.exists(path);
    } catch (InvalidPathException | IOException e) {
      return false;
    }
  }

  /**
   * Loads a trained network that {@code train} saved.
   *
   * @throws CommandFailure where it is a name without weights, or not there
   */
  public static SavedModel load(String model) throws IOException {
    Path path = path(model);
    if (isForeign(path)) {
      throw CommandFailure.usage(
          "--model "
              + model
              + ": it is no saved model; make one first: residuum convert "
              + model
              + " FOLDER --preset imagenet");
    }
    return folder(path);
  }

  /**
   * Loads a trained network, be it saved here or a file from elsewhere.
   *
   * @param data what {@code --data} said, or null
   * @throws CommandFailure where it is a name without weights, not there, or where a file does not
   *     say how to feed it and the options do not either
   */
  public static SavedModel load(String model, ForeignOptions foreign, String data, Console console)
      throws IOException {
    Path path = path(model);
    if (!isForeign(path)) {
      requireNone(foreign, model);
    }
    SavedModel loaded =
        isForeign(path)
            ? new ForeignModel(path, foreign, Preset.ofData(data)).read(console)
            : folder(path);
    FiniteWeights.check(model, loaded.parameters(), console);
    return loaded;
  }

  /** Whether it is a file from elsewhere: ONNX, or weights alone. */
  public static boolean isForeign(Path path) {
    return !Files.isDirectory(path) && ForeignNetwork.isNamedLikeOne(path);
  }

  /** Refuses what a saved model says itself. */
  public static void requireNone(ForeignOptions foreign, String model) {
    if (foreign.given() != null) {
      throw CommandFailure.usage(
          foreign.given() + ": " + model + " is a saved model, which says all that itself");
    }
  }

  /** What is on disk under {@code --model}. */
  public static Path path(String model) {
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
    return Path.of(model);
  }

  private static SavedModel folder(Path path) throws IOException {
    if (!SavedModel.isSavedModel(path)) {
      throw CommandFailure.failed(
          "--model "
              + path
              + ": neither a saved model, a folder with network.json (see residuum train), nor a"
              + " file .onnx, .pth, .pt, .th or .safetensors");
    }
    return SavedModel.load(path);
  }

  /** Says what a saved model does to pictures; for a file from elsewhere it is said on loading. */
  public static void tell(String model, Preprocessing preprocessing, Console console) {
    if (!isForeign(Path.of(model))) {
      PreprocessingLine.tell(preprocessing, "the model's own", console);
    }
  }

  /** What the model does to an example first. */
  public static Preprocessing preprocessing(SavedModel model, String path) {
    if (model.preprocessing().isEmpty()) {
      throw CommandFailure.failed("--model " + path + ": it has no preprocessing.json");
    }
    Preprocessing preprocessing = Preprocessing.fromMap(model.preprocessing());
    Shape input = Batches.onlyInput(model.network(), "").shape();
    if (!input.equals(Shape.batch(preprocessing.inputShape().toArray()))) {
      throw CommandFailure.failed(
          "--model "
              + path
              + ": its network takes "
              + input
              + ", its preprocessing.json is for "
              + preprocessing.inputShape()
              + "; they are of two models");
    }
    return preprocessing;
  }
}
