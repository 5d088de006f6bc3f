package org.residuum.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.residuum.Model;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.format.FormatException;
import org.residuum.network.Architectures;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;

/**
 * What a training starts from.
 *
 * @param name of the network or of the saved model
 * @param preprocessing of the examples, measured or the saved model's
 */
public record StartingPoint(
    String name, Network network, Parameters parameters, Preprocessing preprocessing) {
  private static final int LARGEST_SMALL_IMAGE = 64;

  /**
   * A published network with fresh weights.
   *
   * @param model a name of {@link Architectures}, or null for one that suits the data
   * @throws TrainingException where the data have no two classes
   * @throws IllegalArgumentException for an unknown name or one that does not fit the data
   */
  public static StartingPoint fresh(String model, Dataset training, long seed) throws IOException {
    requireClasses(training);
    String name = model == null ? suited(training.exampleShape()) : model;
    Architectures.Request request =
        new Architectures.Request(training.exampleShape(), training.labels().size(), null);
    try {
      return fresh(name, Architectures.build(name, request), false, training, seed);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("model " + name + ": " + e.getMessage(), e);
    }
  }

  /**
   * A network of one's own with fresh weights.
   *
   * @param name for messages and notes
   * @param identityBlocks whether each residual branch starts as zero
   */
  public static StartingPoint fresh(
      String name, Network network, boolean identityBlocks, Dataset training, long seed)
      throws IOException {
    requireClasses(training);
    Parameters fresh = new Initializer(seed, identityBlocks).initialize(network);
    return new StartingPoint(name, network, fresh, measured(training));
  }

  /**
   * A trained model to train on.
   *
   * @param name for messages and notes
   * @throws TrainingException where its classes are not the data's, its weights are not finite, or
   *     its preprocessing is not known
   */
  public static StartingPoint of(String name, Model model, Dataset training)
      throws TrainingException {
    requireClasses(training);
    if (!model.labels().equals(training.labels())) {
      throw new TrainingException(
          "model "
              + name
              + ": its classes "
              + model.labels()
              + " are not the data's "
              + training.labels());
    }
    if (!model.parameters().notFinite().isEmpty()) {
      throw new TrainingException(
          "model "
              + name
              + ": weights that are not finite cannot be trained: "
              + model.parameters().notFinite().get(0)
              + "; start from another checkpoint");
    }
    try {
      return new StartingPoint(
          name, model.network(), model.parameters(), model.requirePreprocessing());
    } catch (FormatException e) {
      throw new TrainingException("model " + e.getMessage(), e);
    }
  }

  /**
   * Checks that there is something to tell apart.
   *
   * @throws TrainingException where there are no two classes
   */
  public static void requireClasses(Dataset training) throws TrainingException {
    if (training.labels().size() < 2) {
      throw new TrainingException(
          "data: "
              + training.name()
              + " has one class, "
              + String.join("", training.labels())
              + "; a classifier needs at least two: a folder each, or two labels in the column");
    }
  }

  /** The name of a network that suits examples of that shape. */
  public static String suited(Shape example) {
    if (example.rank() == 1) {
      return "mlp";
    }
    int side = Math.max(example.extent(1), example.extent(2));
    return side <= LARGEST_SMALL_IMAGE ? "resnet20" : "resnet18";
  }

  private static Preprocessing measured(Dataset training) throws IOException {
    try {
      return Preprocessing.of(training);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
