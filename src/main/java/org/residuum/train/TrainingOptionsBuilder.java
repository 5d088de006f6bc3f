package org.residuum.train;

import org.residuum.backend.UpdateRule;
import org.residuum.data.Augmentation;

/** Builds {@link TrainingOptions}; every option has a default. */
public final class TrainingOptionsBuilder {
  private int epochs = 10;
  private int batch = 128;
  private UpdateRule rule = new UpdateRule.Sgd(0.9, true, 5e-4, false);
  private Schedule schedule = Schedule.OneCycle.of(0.1);
  private double maxGradientNorm;
  private double labelSmoothing;
  private double averagedShare;
  private long seed;
  private Augmentation augmentation = Augmentation.NONE;
  private int loaderThreads = 1;

  TrainingOptionsBuilder() {}

  TrainingOptionsBuilder(TrainingOptions options) {
    epochs = options.epochs();
    batch = options.batch();
    rule = options.rule();
    schedule = options.schedule();
    maxGradientNorm = options.maxGradientNorm();
    labelSmoothing = options.labelSmoothing();
    averagedShare = options.averagedShare();
    seed = options.seed();
    augmentation = options.augmentation();
    loaderThreads = options.loaderThreads();
  }

  /** Passes over the training data; default 10. */
  public TrainingOptionsBuilder epochs(int value) {
    epochs = value;
    return this;
  }

  /** Examples a step; default 128. */
  public TrainingOptionsBuilder batch(int value) {
    batch = value;
    return this;
  }

  /** The optimiser; default SGD with Nesterov momentum 0.9 and decay 5e-4 of the weights. */
  public TrainingOptionsBuilder rule(UpdateRule value) {
    rule = value;
    return this;
  }

  /** The learning rate's course; default one cycle up to 0.1. */
  public TrainingOptionsBuilder schedule(Schedule value) {
    schedule = value;
    return this;
  }

  /** The global norm above which gradients are scaled down; default 0, none. */
  public TrainingOptionsBuilder maxGradientNorm(double value) {
    maxGradientNorm = value;
    return this;
  }

  /** Share of the target that is spread over all classes; default 0. */
  public TrainingOptionsBuilder labelSmoothing(double value) {
    labelSmoothing = value;
    return this;
  }

  /** Share of the epochs, the last ones, whose weights are averaged at the end; default 0. */
  public TrainingOptionsBuilder averagedShare(double value) {
    averagedShare = value;
    return this;
  }

  /** Decides first weights, order and augmentation; default 0. */
  public TrainingOptionsBuilder seed(long value) {
    seed = value;
    return this;
  }

  /** Random changes to training pictures; default none. */
  public TrainingOptionsBuilder augmentation(Augmentation value) {
    augmentation = value;
    return this;
  }

  /** Threads that load ahead; default 1. */
  public TrainingOptionsBuilder loaderThreads(int value) {
    loaderThreads = value;
    return this;
  }

  public TrainingOptions build() {
    return new TrainingOptions(
        epochs,
        batch,
        rule,
        schedule,
        maxGradientNorm,
        labelSmoothing,
        averagedShare,
        seed,
        augmentation,
        loaderThreads);
  }
}
