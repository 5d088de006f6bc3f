package org.residuum.cli.option;

import org.residuum.data.Augmentation;
import org.residuum.network.Shape;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * How to train, where it should not be as the recipe says; {@link RecipeOption} lays what is typed
 * over it.
 */
public final class TrainingFlags {
  /** The optimisers. */
  enum Optimizer {
    sgd,
    adamw
  }

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training data.")
  private Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Examples a step.")
  private Integer batch;

  @Option(
      names = "--min-batch",
      paramLabel = "N",
      description =
          "For small data: halve the batch until an epoch has ten steps, down to this size"
              + " (default: 16 where neither a recipe nor --batch is given).")
  private Integer leastBatch;

  @Option(
      names = "--min-steps",
      paramLabel = "N",
      description = "For small data: as many more epochs as it takes to train for so many steps.")
  private Integer leastSteps;

  @Option(names = "--lr", paramLabel = "RATE", description = "The highest learning rate.")
  private Double rate;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description = "The learning rate's course: constant, step, cosine or one-cycle.")
  private String schedule;

  @Option(
      names = "--warmup",
      paramLabel = "EPOCHS",
      description = "Epochs in which the learning rate rises first.")
  private Double warmup;

  @Option(names = "--optimizer", paramLabel = "sgd|adamw", description = "The optimiser.")
  private Optimizer optimizer;

  @Option(names = "--momentum", paramLabel = "MU", description = "Momentum of sgd, 0 to 1.")
  private Double momentum;

  @Option(
      names = "--nesterov",
      arity = "1",
      paramLabel = "true|false",
      description = "Whether momentum has Nesterov's form (default: true).")
  private Boolean nesterov;

  @Option(names = "--weight-decay", paramLabel = "LAMBDA", description = "Decay of the weights.")
  private Double weightDecay;

  @Option(names = "--decay-all", description = "Let biases and batch norms decay too.")
  private boolean decayAll;

  @Option(
      names = "--label-smoothing",
      paramLabel = "SHARE",
      description = "Share of the target that is spread over all classes.")
  private Double labelSmoothing;

  @Option(
      names = "--clip",
      paramLabel = "NORM",
      description = "The global norm above which gradients are scaled down; 0 for none.")
  private Double clip;

  @Option(
      names = "--average",
      paramLabel = "SHARE",
      description =
          "Average the weights after each of the last epochs, this share of them all; 0 for none.")
  private Double average;

  @Option(
      names = "--augment",
      paramLabel = "CHANGE,...",
      description = {
        "Random changes to training pictures, a list of:",
        "  none, flip, crop[:PIXELS], crop-flip, distort,",
        "  resized-crop[:MIN_AREA[:MAX_AREA]],",
        "  randaugment[:OPERATIONS:MAGNITUDE], 2:9 of 30,",
        "  jitter[:STRENGTH], 0.4,",
        "  jitter:BRIGHTNESS:CONTRAST:SATURATION:HUE,",
        "  erase[:PROBABILITY], 0.25."
      },
      converter = AugmentConverter.class)
  private String augment;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Decides first weights, order and augmentation (default: 0).")
  private long seed;

  public long seed() {
    return seed;
  }

  /** Refuses what no picture could have, before data are opened. */
  static final class AugmentConverter implements ITypeConverter<String> {
    private static final Shape LARGE = Shape.of(3, 4096, 4096);

    @Override
    public String convert(String value) {
      try {
        Augmentation.parse(value, LARGE);
        return value;
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
