package org.residuum.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.residuum.Model;
import org.residuum.data.Dataset;
import org.residuum.data.Outputs;
import org.residuum.data.Preprocessing;
import org.residuum.data.Task;
import org.residuum.format.FormatException;
import org.residuum.network.Architectures;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.initial.Head;
import org.residuum.network.initial.Initializer;
import org.residuum.train.Recipe;

/**
 * What a training starts from.
 *
 * @param name of the network or of the saved model
 * @param preprocessing of the examples, measured or the saved model's
 * @param outputs what the network's outputs stand for
 * @param freshHead the last layer of a pretrained network, where it was replaced by a fresh one
 * @param origin of weights that were trained before: the setting that named them and their name,
 *     such as {@code init r18.pth}
 */
public record StartingPoint(
    String name,
    Network network,
    Parameters parameters,
    Preprocessing preprocessing,
    Outputs outputs,
    Optional<String> freshHead,
    Optional<String> origin) {
  private static final int LARGEST_SMALL_IMAGE = 64;

  /** Of pretrained weights to that of fresh ones. */
  public static final double PRETRAINED_RATE = 0.1;

  /** What starts from fresh weights. */
  public StartingPoint(
      String name, Network network, Parameters parameters, Preprocessing preprocessing) {
    this(name, network, parameters, preprocessing, Outputs.CLASSES);
  }

  /** The same for outputs that stand for something else than classes. */
  public StartingPoint(
      String name,
      Network network,
      Parameters parameters,
      Preprocessing preprocessing,
      Outputs outputs) {
    this(name, network, parameters, preprocessing, outputs, Optional.empty(), Optional.empty());
  }

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
    Initializer usual = new Initializer(seed, identityBlocks);
    Initializer initial = training.task() == Task.REGRESSION ? usual.small() : usual;
    Parameters fresh = initial.initialize(network);
    if (training.task() != Task.CLASSIFY) {
      Head.of(network).ifPresent(head -> head.clear(fresh));
    }
    return new StartingPoint(name, network, fresh, measured(training), Outputs.of(training));
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
    requireTask(name, model, training);
    if (!model.labels().equals(training.labels())) {
      throw new TrainingException(
          "model "
              + name
              + ": its classes "
              + model.labels()
              + " are not the data's "
              + training.labels()
              + "; start from it with init "
              + name
              + " instead, which gives it a new last layer");
    }
    requireFinite(name, model);
    try {
      return new StartingPoint(
          name,
          model.network(),
          model.parameters(),
          model.requirePreprocessing(),
          model.outputs(),
          Optional.empty(),
          Optional.of("model " + name));
    } catch (FormatException e) {
      throw new TrainingException("model " + e.getMessage(), e);
    }
  }

  /**
   * A pretrained model of whatever classes, to be trained on data of one's own. Its last layer is
   * kept where its labels are the data's; else a fresh one takes its place.
   *
   * @param name for messages and notes
   * @param model with its preprocessing
   * @param keepsHead whether the last layer is kept; null where the labels decide
   * @param seed decides the weights of a fresh layer
   * @throws TrainingException where it is no classifier that ends in a {@link Head}, takes examples
   *     of another shape, its weights are not finite, or its preprocessing is not known
   */
  public static StartingPoint pretrained(
      String name, Model model, Dataset training, Boolean keepsHead, long seed) throws IOException {
    requireClasses(training);
    requireFinite(name, model);
    Head head =
        Head.of(model.network())
            .orElseThrow(
                () ->
                    new TrainingException(
                        "init "
                            + name
                            + ": it ends in no dense layer or averaged 1x1 convolution that gives a"
                            + " score a class; start from a classifier"));
    boolean same = model.outputs().task() == training.task();
    boolean kept =
        keepsHead == null
            ? same && model.labels().equals(training.labels())
            : keepsHead.booleanValue();
    if (kept) {
      requireTask(name, model, training);
    }
    if (kept && head.classes() != training.labels().size()) {
      throw new TrainingException(
          "init %s: it tells %s classes apart, the data have %s; its last layer cannot be kept"
              .formatted(name, head.classes(), training.labels().size()));
    }
    Head.Replaced start =
        kept
            ? head.kept(model.parameters())
            : head.fresh(
                model.parameters(),
                training.labels().size(),
                training.task() == Task.CLASSIFY,
                seed);
    if (!kept && training.task() != Task.CLASSIFY) {
      Head.of(start.network()).ifPresent(fresh -> fresh.clear(start.parameters()));
    }
    try {
      return new StartingPoint(
          name,
          start.network(),
          start.parameters(),
          model.requirePreprocessing(),
          kept ? model.outputs() : Outputs.of(training),
          kept ? Optional.empty() : Optional.of(head.layer().name()),
          Optional.of("init " + name));
    } catch (FormatException e) {
      throw new TrainingException("init " + e.getMessage(), e);
    }
  }

  private static void requireTask(String name, Model model, Dataset training)
      throws TrainingException {
    Task task = model.outputs().task();
    if (task != training.task()) {
      throw new TrainingException(
          "model %s: it was trained for task %s, this is task %s; start from it with init %s instead, which gives it a new last layer"
              .formatted(name, task, training.task(), name));
    }
  }

  private static void requireFinite(String name, Model model) throws TrainingException {
    if (!model.parameters().notFinite().isEmpty()) {
      throw new TrainingException(
          "model "
              + name
              + ": weights that are not finite cannot be trained: "
              + model.parameters().notFinite().get(0)
              + "; start from another checkpoint");
    }
  }

  /**
   * Checks that there is something to tell apart.
   *
   * @throws TrainingException where there are no two classes
   */
  public static void requireClasses(Dataset training) throws TrainingException {
    if (training.task() != Task.CLASSIFY) {
      if (training.labels().isEmpty()) {
        throw new TrainingException("data: no row of " + training.name() + " has a label");
      }
      return;
    }
    if (training.labels().size() < 2) {
      throw new TrainingException(
          "data: "
              + training.name()
              + " has one class, "
              + String.join("", training.labels())
              + "; a classifier needs at least two: a folder each, or two labels in the column");
    }
  }

  /** A recipe for fresh weights as it suits pretrained ones, at {@link #PRETRAINED_RATE}. */
  public Recipe fineTuned(Recipe recipe, Dataset training) {
    return fineTuned(recipe, PRETRAINED_RATE, recipe.batchShare(training));
  }

  /**
   * A recipe for fresh weights at a share of its rate. A fresh last layer makes up for the first
   * share, not for the second.
   *
   * @param recipe which is not {@link Recipe#isAutomatic}
   * @param rate the rate of pretrained weights to that of fresh ones
   * @param batchShare that of small batches to the recipe's, see {@link Recipe#batchShare}
   */
  public Recipe fineTuned(Recipe recipe, double rate, double batchShare) {
    double divisor = 1 / rate;
    Map<String, String> tuned = new LinkedHashMap<>();
    tuned.put("lr", String.valueOf(recipe.rate() * batchShare / divisor));
    freshHead.ifPresent(
        layer -> {
          String own = recipe.asMap().get("rate-of");
          tuned.put("rate-of", layer + "=" + divisor + (own == null ? "" : "," + own));
        });
    return recipe.with(tuned);
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
