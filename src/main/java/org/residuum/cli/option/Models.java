package org.residuum.cli.option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.residuum.LoadOptions;
import org.residuum.Model;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.OptionNames;
import org.residuum.data.Preprocessing;
import org.residuum.format.FormatException;
import org.residuum.format.folder.SavedModel;
import org.residuum.format.metadata.BesideModel;
import org.residuum.network.Architectures;
import org.residuum.network.Network;
import org.residuum.text.Units;

/** What {@code --model} names: a network by name, or a trained one on disk. */
public final class Models {
  private Models() {}

  /** Whether the text names something on disk and not a network. */
  public static boolean isPath(String model) {
    return !Architectures.isName(model) && exists(model);
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
   * Builds the network of that name.
   *
   * @throws CommandFailure for an unknown name or one that does not fit the data
   */
  public static Network build(String name, Architectures.Request request) {
    if (!Architectures.isName(name)) {
      throw unknown("--model", name);
    }
    try {
      return Architectures.build(name, request);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--model " + name + ": " + OptionNames.in(e.getMessage()));
    }
  }

  static CommandFailure unknown(String option, String name) {
    return CommandFailure.usage(
        option + " " + name + ": no such model or file" + Architectures.known(name));
  }

  /** What is on disk under {@code --model}; for a folder from a hub the model in it. */
  public static Path path(String model) {
    if (model == null) {
      throw CommandFailure.usage("--model is missing: name a saved model's folder");
    }
    if (Architectures.isName(model)) {
      throw CommandFailure.usage(
          "--model "
              + model
              + ": a network by name has no trained weights; train it first: residuum train --model"
              + " "
              + model
              + " --data ... --out runs/mine, then --model runs/mine");
    }
    if (!exists(model)) {
      throw unknown("--model", model);
    }
    Path path = Path.of(model);
    return SavedModel.isSavedModel(path) ? path : BesideModel.modelIn(path).orElse(path);
  }

  /**
   * Opens what is on disk, with a warning where its weights are not all finite.
   *
   * @param arch what a file from elsewhere does not say itself
   * @param size height and width of the pictures that weights alone are for, or null
   */
  public static Model load(String model, ArchOptions arch, int[] size, Console console)
      throws IOException {
    Path path = path(model);
    Model loaded = load(path, arch.options(path, size, console));
    FiniteWeights.check(model, loaded.parameters(), console);
    return loaded;
  }

  private static Model load(Path path, LoadOptions options) throws IOException {
    try {
      return Model.load(path, options);
    } catch (FormatException e) {
      if (Model.isModel(path)) {
        throw e;
      }
      throw CommandFailure.failed("--model " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw OptionNames.usage(e);
    }
  }

  /**
   * Opens a trained network that {@code train} saved.
   *
   * @throws CommandFailure where it is a name without weights, or not there
   */
  public static Model saved(String model) throws IOException {
    Path path = path(model);
    if (Model.isFile(path)) {
      throw CommandFailure.usage(
          "--model "
              + model
              + ": it is a file from elsewhere; start from it with --init "
              + model
              + ", which keeps its last layer or makes a new one for the data's classes");
    }
    return load(path, LoadOptions.DEFAULTS);
  }

  /**
   * Opens a classifier, be it saved here or a file from elsewhere, with what happens to an example
   * first.
   *
   * @param data what {@code --data} said, or null
   * @throws CommandFailure where it is a name without weights, not there, no classifier, or where a
   *     file does not say how to feed it and the options do not either
   */
  public static Model classifier(String model, ForeignOptions foreign, String data, Console console)
      throws IOException {
    Path path = path(model);
    boolean file = Model.isFile(path);
    if (!file) {
      requireNone(foreign, model);
    }
    Preset preset = file ? Preset.ofData(data) : null;
    Model loaded = load(model, foreign.arch(), preset == null ? null : preset.size(), console);
    if (file) {
      requireClassifier(loaded);
      return named(loaded, foreign, path)
          .withPreprocessing(new Normalization(path, foreign, preset).of(loaded, console));
    }
    return fitted(loaded, foreign);
  }

  /** A saved model with pictures fitted as the options say. */
  public static Model fitted(Model saved, ForeignOptions foreign) {
    return saved.withPreprocessing(foreign.fitting().over(preprocessing(saved)));
  }

  private static void requireClassifier(Model model) {
    try {
      model.requireClassifier();
    } catch (FormatException e) {
      throw CommandFailure.failed("--model " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--model " + OptionNames.in(e.getMessage()));
    }
  }

  private static Model named(Model model, ForeignOptions foreign, Path path) throws IOException {
    List<String> labels = foreign.labels();
    if (labels.isEmpty()) {
      return model;
    }
    if (labels.size() != model.classes()) {
      throw CommandFailure.failed(
          "--labels "
              + foreign.labelsFile()
              + ": it names "
              + Units.count(labels.size(), "label")
              + ", "
              + path
              + " tells "
              + model.classes()
              + " classes apart; write a line for each");
    }
    return model.withLabels(labels);
  }

  /** Refuses what a saved model says itself. */
  public static void requireNone(ForeignOptions foreign, String model) {
    if (foreign.given() != null) {
      throw CommandFailure.usage(
          foreign.given() + ": " + model + " is a saved model, which says all that itself");
    }
  }

  /** Says what a saved model does to pictures; for a file from elsewhere it is said on loading. */
  public static void tell(String model, Preprocessing preprocessing, Console console) {
    if (!Model.isFile(path(model))) {
      PreprocessingLine.tell(preprocessing, "the model's own", console);
    }
  }

  /** What the model does to an example first. */
  public static Preprocessing preprocessing(Model model) {
    try {
      return model.requirePreprocessing();
    } catch (FormatException e) {
      throw CommandFailure.failed("--model " + e.getMessage(), e);
    }
  }
}
