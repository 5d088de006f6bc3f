package org.residuum.train;

import org.residuum.backend.UpdateRule;
import org.residuum.data.Augmentation;
import org.residuum.data.Dataset;
import org.residuum.network.Network;
import org.residuum.network.Shape;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Conv2d;

/** Options that suit a kind of network and data; where they were measured is in the user guide. */
public enum Recipe {
  /** Dense networks on vectors and coloured or large pictures. */
  DENSE(
      TrainingOptions.builder()
          .epochs(30)
          .batch(64)
          .rule(new UpdateRule.AdamW(0.9, 0.999, 1e-8, 0.5, false))
          .schedule(Schedule.OneCycle.of(2e-3))
          .labelSmoothing(0.1)
          .build()),

  /**
   * Dense networks on small grey pictures, which are mostly characters: they see each in a thousand
   * hands, since shifts and turns mean nothing to them.
   */
  DENSE_GREY(DENSE.options.toBuilder().epochs(40).build()),

  /** Convolutional networks on small grey pictures, which are mostly characters: no mirroring. */
  SMALL_GREY(
      TrainingOptions.builder()
          .epochs(3)
          .batch(64)
          .rule(new UpdateRule.Sgd(0.9, true, 5e-4, false))
          .schedule(Schedule.OneCycle.of(0.1))
          .augmentation(new Augmentation(1, false))
          .build()),

  /** Convolutional networks on small colour pictures (He et al. 2015, section 4.2). */
  SMALL_COLOUR(
      TrainingOptions.builder()
          .epochs(10)
          .batch(128)
          .rule(new UpdateRule.Sgd(0.9, true, 5e-4, false))
          .schedule(Schedule.OneCycle.of(0.2))
          .augmentation(new Augmentation(4, true))
          .build()),

  /** Convolutional networks on pictures of over 64 pixels. */
  LARGE(
      TrainingOptions.builder()
          .epochs(20)
          .batch(32)
          .rule(new UpdateRule.Sgd(0.9, true, 1e-4, false))
          .schedule(new Schedule.Cosine(0.0125, 0).withWarmup(1))
          .labelSmoothing(0.1)
          .augmentation(new Augmentation(16, true))
          .build());

  private static final int SMALL = 64;
  private static final int SMALLEST_BATCH = 16;
  private static final int FEWEST_STEPS = 10;

  private final TrainingOptions options;

  Recipe(TrainingOptions options) {
    this.options = options;
  }

  /** The recipe for a network and its training data. */
  public static Recipe of(Network network, Dataset training) {
    Shape example = training.exampleShape();
    boolean convolutional = network.nodes().stream().anyMatch(node -> node.op() instanceof Conv2d);
    boolean small = example.rank() == 3 && Math.max(example.extent(1), example.extent(2)) <= SMALL;
    boolean grey = example.rank() == 3 && example.extent(0) == 1;
    if (!convolutional || example.rank() != 3) {
      return small && grey ? DENSE_GREY : DENSE;
    }
    if (!small) {
      return LARGE;
    }
    return grey ? SMALL_GREY : SMALL_COLOUR;
  }

  /** The options; {@link TrainingOptions#toBuilder()} changes some of them. */
  public TrainingOptions options() {
    return options;
  }

  /**
   * The same for data: batches small enough for ten steps an epoch, pictures padded by a quarter of
   * their shorter side at most, characters distorted by their size.
   */
  public TrainingOptions options(Dataset training) {
    int batch = batch(training.size());
    return options.toBuilder().batch(batch).augmentation(augmentation(training)).build();
  }

  /** Halved until an epoch has ten steps, down to 16, of which more examples make better steps. */
  private int batch(int examples) {
    int batch = options.batch();
    while (batch / 2 >= SMALLEST_BATCH && examples < FEWEST_STEPS * batch) {
      batch /= 2;
    }
    return Math.max(1, Math.min(batch, examples));
  }

  /**
   * The same for a network too: without batch norm, convolutions take rates this high only with
   * gradients scaled down to a norm of 1 (Pascanu et al. 2013, algorithm 1).
   */
  public TrainingOptions options(Network network, Dataset training) {
    TrainingOptions suited = options(training);
    boolean normalised = network.nodes().stream().anyMatch(node -> node.op() instanceof BatchNorm);
    boolean sgd = suited.rule() instanceof UpdateRule.Sgd;
    return normalised || !sgd ? suited : suited.toBuilder().maxGradientNorm(1).build();
  }

  private Augmentation augmentation(Dataset training) {
    Shape example = training.exampleShape();
    if (example.rank() != 3) {
      return options.augmentation();
    }
    int side = Math.min(example.extent(1), example.extent(2));
    if (this == DENSE_GREY) {
      return Augmentation.of(Augmentation.Distortion.ofSide(side));
    }
    Augmentation usual = options.augmentation();
    return new Augmentation(
        Math.min(usual.padAndCrop(), side / 4),
        usual.horizontalFlip(),
        usual.distortion(),
        usual.changes());
  }
}
