package org.residuum.cli.option;

import java.util.function.Supplier;
import org.residuum.backend.UpdateRule;
import org.residuum.cli.text.CommandFailure;
import org.residuum.data.Augmentation;
import org.residuum.data.Dataset;
import org.residuum.network.Shape;
import org.residuum.text.NearestName;
import org.residuum.text.Units;
import org.residuum.train.Schedule;
import org.residuum.train.TrainingOptions;
import picocli.CommandLine.Option;

/** How to train, where it should not be as the recipe for the network and its data says. */
public final class TrainingFlags {
  private static final double SGD_RATE = 0.1;
  private static final double ADAMW_RATE = 0.002;
  private static final double MOMENTUM = 0.9;
  private static final double WEIGHT_DECAY = 5e-4;
  private static final double ADAMW_DECAY = 0.01;

  /** The optimisers. */
  enum Optimizer {
    sgd,
    adamw
  }

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training data.")
  private Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Examples a step.")
  private Integer batch;

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

  @Option(
      names = "--momentum",
      paramLabel = "MU",
      description = "Momentum of sgd, 0 to 1 (Nesterov's form above 0).")
  private Double momentum;

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

  /** The recipe with what was asked for instead. */
  public TrainingOptions apply(TrainingOptions recipe, Dataset training, int loaderThreads) {
    try {
      TrainingOptions.Builder builder = recipe.toBuilder().seed(seed).loaderThreads(loaderThreads);
      int passes = epochs == null ? recipe.epochs() : epochs;
      named("--epochs", epochs, () -> builder.epochs(passes).build());
      named("--batch", batch, () -> builder.batch(batch(recipe, training)).build());
      builder.rule(rule(recipe)).schedule(schedule(recipe, passes));
      if (labelSmoothing != null) {
        named(
            "--label-smoothing",
            labelSmoothing,
            () -> builder.labelSmoothing(labelSmoothing).build());
      }
      if (clip != null) {
        named("--clip", clip, () -> builder.maxGradientNorm(clip).build());
      }
      if (average != null) {
        named("--average", average, () -> builder.averagedShare(average).build());
      }
      if (augment != null) {
        builder.augmentation(named("--augment", augment, () -> augmentation(training)));
      }
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }

  /** A rule that is broken by what an option says names the option. */
  private static <T> T named(String option, Object value, Supplier<T> work) {
    try {
      return work.get();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(option + " " + value + ": " + e.getMessage());
    }
  }

  private int batch(TrainingOptions recipe, Dataset training) {
    if (batch != null && batch > training.size()) {
      throw new IllegalArgumentException(
          training.name() + " has " + training.size() + " examples to train on; at most that many");
    }
    return batch == null ? Math.min(recipe.batch(), training.size()) : batch;
  }

  private boolean isAdamW(TrainingOptions recipe) {
    return optimizer == null
        ? recipe.rule() instanceof UpdateRule.AdamW
        : optimizer == Optimizer.adamw;
  }

  private UpdateRule rule(TrainingOptions recipe) {
    boolean adamW = isAdamW(recipe);
    boolean same = adamW == recipe.rule() instanceof UpdateRule.AdamW;
    double usual = adamW ? ADAMW_DECAY : WEIGHT_DECAY;
    double decay = weightDecay != null ? weightDecay : same ? recipe.rule().weightDecay() : usual;
    boolean all = decayAll || (same && recipe.rule().decayAll());
    if (adamW) {
      if (momentum != null) {
        throw new IllegalArgumentException("--momentum is for --optimizer sgd");
      }
      return named("--weight-decay", decay, () -> adamW(recipe.rule(), decay, all));
    }
    double usualMomentum =
        recipe.rule() instanceof UpdateRule.Sgd known ? known.momentum() : MOMENTUM;
    double mu = momentum == null ? usualMomentum : momentum;
    named("--momentum", mu, () -> new UpdateRule.Sgd(mu, mu > 0, 0, all));
    return named("--weight-decay", decay, () -> new UpdateRule.Sgd(mu, mu > 0, decay, all));
  }

  private static UpdateRule adamW(UpdateRule recipe, double decay, boolean all) {
    return recipe instanceof UpdateRule.AdamW known
        ? new UpdateRule.AdamW(known.beta1(), known.beta2(), known.epsilon(), decay, all)
        : new UpdateRule.AdamW(0.9, 0.999, 1e-8, decay, all);
  }

  private Schedule schedule(TrainingOptions recipe, int passes) {
    boolean same = isAdamW(recipe) == recipe.rule() instanceof UpdateRule.AdamW;
    double usual = isAdamW(recipe) ? ADAMW_RATE : SGD_RATE;
    double peak = rate != null ? rate : same ? recipe.schedule().peak() : usual;
    Schedule course =
        named(
            "--lr",
            peak,
            () ->
                schedule == null
                    ? recipe.schedule().withPeak(peak)
                    : schedule(schedule, peak, passes));
    if (warmup != null && warmup >= passes) {
      throw new IllegalArgumentException(
          "--warmup "
              + warmup
              + ": the training has "
              + Units.count(passes, "epoch")
              + "; warm up for less");
    }
    return warmup == null ? course : named("--warmup", warmup, () -> course.withWarmup(warmup));
  }

  private static Schedule schedule(String name, double peak, int passes) {
    if (!Schedule.NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "--schedule "
              + name
              + ": no such schedule"
              + NearestName.didYouMean(name, Schedule.NAMES)
              + " (known: "
              + String.join(", ", Schedule.NAMES)
              + ")");
    }
    return Schedule.named(name, peak, passes);
  }

  private Augmentation augmentation(Dataset training) {
    return Augmentation.parse(augment, training.exampleShape());
  }

  /** Refuses what no picture could have, before data are opened. */
  static final class AugmentConverter implements picocli.CommandLine.ITypeConverter<String> {
    private static final Shape LARGE = Shape.of(3, 4096, 4096);

    @Override
    public String convert(String value) {
      try {
        Augmentation.parse(value, LARGE);
        return value;
      } catch (IllegalArgumentException e) {
        throw new picocli.CommandLine.TypeConversionException(e.getMessage());
      }
    }
  }
}
