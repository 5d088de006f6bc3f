package org.residuum.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.residuum.Model;
import org.residuum.cli.option.Models;
import org.residuum.cli.text.CommandFailure;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.network.Architectures;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;

/**
 * What a training starts from.
 *
 * @param name what {@code --model} said, or what was chosen
 * @param preprocessing of the examples, measured or the saved model's
 */
record StartingPoint(
    String name, Network network, Parameters parameters, Preprocessing preprocessing) {
  private static final int LARGEST_SMALL_IMAGE = 64;

  /**
   * A saved model to train on, or a fresh network for the data.
   *
   * @param model a name, a saved model's folder, or null for one that suits the data
   * @param shortcut null for the published one
   */
  static StartingPoint of(
      String model,
      ResidualBlocks.Shortcut shortcut,
      boolean identityBlocks,
      Dataset training,
      long seed)
      throws IOException {
    requireClasses(training);
    if (model != null && Models.isPath(model)) {
      return saved(model, training);
    }
    String name = model == null ? suited(training.exampleShape()) : model;
    Architectures.Request request =
        new Architectures.Request(training.exampleShape(), training.labels().size(), shortcut);
    Network network = Models.build(name, request);
    Parameters fresh = new Initializer(seed, identityBlocks).initialize(network);
    return new StartingPoint(name, network, fresh, measured(training));
  }

  private static void requireClasses(Dataset training) {
    if (training.labels().size() < 2) {
      throw CommandFailure.failed(
          "--data: "
              + training.name()
              + " has one class, "
              + String.join("", training.labels())
              + "; a classifier needs at least two: a folder each, or two labels in the column");
    }
  }

  private static String suited(Shape example) {
    if (example.rank() == 1) {
      return "mlp";
    }
    int side = Math.max(example.extent(1), example.extent(2));
    return side <= LARGEST_SMALL_IMAGE ? "resnet20" : "resnet18";
  }

  private static StartingPoint saved(String path, Dataset training) throws IOException {
    Model model = Models.saved(path);
    if (!model.labels().equals(training.labels())) {
      throw CommandFailure.failed(
          "--model "
              + path
              + ": its classes "
              + model.labels()
              + " are not the data's "
              + training.labels());
    }
    if (!model.parameters().notFinite().isEmpty()) {
      throw CommandFailure.failed(
          "--model "
              + path
              + ": weights that are not finite cannot be trained: "
              + model.parameters().notFinite().get(0)
              + "; start from another checkpoint");
    }
    return new StartingPoint(
        path, model.network(), model.parameters(), Models.preprocessing(model));
  }

  private static Preprocessing measured(Dataset training) throws IOException {
    try {
      return Preprocessing.of(training);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
