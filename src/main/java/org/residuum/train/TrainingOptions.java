package org.residuum.train;

import java.util.Objects;
import org.residuum.backend.UpdateRule;
import org.residuum.data.Augmentation;
import org.residuum.data.Mixing;

/**
 * How to train; see {@link #builder()} for one with defaults, {@link Recipe} for those that suit a
 * network and its data. What each option means stands at the {@link Builder}.
 */
public final class TrainingOptions {
  private final Builder options;

  private TrainingOptions(Builder options) {
    requireAtLeastOne("epochs", options.epochs);
    requireAtLeastOne("batch size", options.batch);
    requireAtLeastOne("loader threads", options.loaderThreads);
    Objects.requireNonNull(options.rule, "rule");
    Objects.requireNonNull(options.schedule, "schedule");
    Objects.requireNonNull(options.augmentation, "augmentation");
    Objects.requireNonNull(options.loop, "loop");
    Objects.requireNonNull(options.fineTuning, "fine-tuning");
    Objects.requireNonNull(options.validating, "validating");
    Objects.requireNonNull(options.mixing, "mixing");
    Objects.requireNonNull(options.balance, "balance");
    if (options.validating.patience() > 0 && options.averagedShare > 0) {
      throw new IllegalArgumentException(
          "a training that may end early has no last epochs to average; leave one of both away");
    }
    if (!(options.maxGradientNorm >= 0)) {
      throw new IllegalArgumentException(
          "the largest gradient norm must be at least 0 (0 for none), not "
              + options.maxGradientNorm);
    }
    if (!(options.labelSmoothing >= 0 && options.labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "label smoothing must be at least 0 and below 1, not " + options.labelSmoothing);
    }
    if (!(options.averagedShare >= 0 && options.averagedShare <= 1)) {
      throw new IllegalArgumentException(
          "the averaged share of the epochs must be in 0..1, not " + options.averagedShare);
    }
    if (options.loop.ema() > 0 && options.averagedShare > 0) {
      throw new IllegalArgumentException(
          "a running mean (ema) and an average of the last epochs both take the place of the"
              + " weights; choose one");
    }
    this.options = options;
  }

  static void requireAtLeastOne(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " must be at least 1, not " + value);
    }
  }

  /** Ten epochs of batches of 128, Nesterov momentum 0.9, one cycle to rate 0.1, seed 0. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these. */
  public Builder toBuilder() {
    return new Builder(options);
  }

  /** How many steps an epoch of so many examples has, the last one filled up. */
  public int stepsPerEpoch(int examples) {
    return -Math.floorDiv(-examples, examplesPerStep());
  }

  /** Examples whose gradients an update takes the mean of. */
  public int examplesPerStep() {
    return Math.multiplyExact(batch(), loop().accumulate());
  }

  /** How many last epochs' weights are averaged; below 2, none are. */
  public int averagedEpochs() {
    return (int) Math.round(averagedShare() * epochs());
  }

  public int epochs() {
    return options.epochs;
  }

  public int batch() {
    return options.batch;
  }

  public UpdateRule rule() {
    return options.rule;
  }

  public Schedule schedule() {
    return options.schedule;
  }

  public double maxGradientNorm() {
    return options.maxGradientNorm;
  }

  public double labelSmoothing() {
    return options.labelSmoothing;
  }

  public double averagedShare() {
    return options.averagedShare;
  }

  public long seed() {
    return options.seed;
  }

  public Augmentation augmentation() {
    return options.augmentation;
  }

  public int loaderThreads() {
    return options.loaderThreads;
  }

  public FineTuning fineTuning() {
    return options.fineTuning;
  }

  public boolean recompute() {
    return options.recompute;
  }

  public Validating validating() {
    return options.validating;
  }

  public Mixing mixing() {
    return options.mixing;
  }

  public Balance balance() {
    return options.balance;
  }

  public Loop loop() {
    return options.loop;
  }

  /**
   * How the steps go on.
   *
   * @param accumulate batches whose gradients an update takes the mean of
   * @param ema decay of a running mean of the weights over the steps, which is what is evaluated
   *     and saved; 0 for none
   * @param checkpointSeconds at most so long after a checkpoint the next one is begun, unless the
   *     one before is still being written; 0 for after each step
   */
  public record Loop(int accumulate, double ema, double checkpointSeconds) {
    /** A batch a step, no running mean, a checkpoint every 10 seconds. */
    public static final Loop DEFAULTS = new Loop(1, 0, 10);

    public Loop {
      requireAtLeastOne("batches a step", accumulate);
      UpdateRule.requireDecay(ema);
      if (!(checkpointSeconds >= 0)) {
        throw new IllegalArgumentException(
            "the seconds between checkpoints must be at least 0, not " + checkpointSeconds);
      }
    }

    /** With another number of batches a step. */
    public Loop withAccumulate(int value) {
      return new Loop(value, ema, checkpointSeconds);
    }

    /** With another decay of the running mean. */
    public Loop withEma(double value) {
      return new Loop(accumulate, value, checkpointSeconds);
    }

    /** With another time between checkpoints. */
    public Loop withCheckpointSeconds(double value) {
      return new Loop(accumulate, ema, value);
    }
  }

  /**
   * What the validation part decides.
   *
   * @param metric which epoch is better than another
   * @param patience after so many epochs in a row that are not better than the best one the
   *     training ends; 0 for never
   * @param keepsBest whether the model is that of the best epoch, and not of the last
   */
  public record Validating(Evaluation.Metric metric, int patience, boolean keepsBest) {
    /** By accuracy, all epochs, the last one's model. */
    public static final Validating DEFAULTS = new Validating(Evaluation.Metric.ACCURACY, 0, false);

    public Validating {
      Objects.requireNonNull(metric, "metric");
      if (patience < 0) {
        throw new IllegalArgumentException(
            "the epochs to wait for a better one must be at least 0 (0 for all), not " + patience);
      }
    }

    /** Whether it changes what comes out. */
    public boolean decides() {
      return patience > 0 || keepsBest;
    }
  }

  /** Builds options; each has a default. */
  public static final class Builder {
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
    private boolean recompute;
    private Loop loop = Loop.DEFAULTS;
    private FineTuning fineTuning = FineTuning.NONE;
    private Validating validating = Validating.DEFAULTS;
    private Mixing mixing = Mixing.NONE;
    private Balance balance = Balance.NONE;

    private Builder() {}

    private Builder(Builder other) {
      epochs = other.epochs;
      batch = other.batch;
      rule = other.rule;
      schedule = other.schedule;
      maxGradientNorm = other.maxGradientNorm;
      labelSmoothing = other.labelSmoothing;
      averagedShare = other.averagedShare;
      seed = other.seed;
      augmentation = other.augmentation;
      loaderThreads = other.loaderThreads;
      recompute = other.recompute;
      loop = other.loop;
      fineTuning = other.fineTuning;
      validating = other.validating;
      mixing = other.mixing;
      balance = other.balance;
    }

    /** Passes over the training data; default 10. */
    public Builder epochs(int value) {
      epochs = value;
      return this;
    }

    /** Examples a step; default 128. */
    public Builder batch(int value) {
      batch = value;
      return this;
    }

    /** The optimiser; default SGD with Nesterov momentum 0.9 and decay 5e-4 of the weights. */
    public Builder rule(UpdateRule value) {
      rule = value;
      return this;
    }

    /** The learning rate's course; default one cycle up to 0.1. */
    public Builder schedule(Schedule value) {
      schedule = value;
      return this;
    }

    /** The global norm above which gradients are scaled down; default 0, none. */
    public Builder maxGradientNorm(double value) {
      maxGradientNorm = value;
      return this;
    }

    /** Share of the target that is spread over all classes, 0 to below 1; default 0. */
    public Builder labelSmoothing(double value) {
      labelSmoothing = value;
      return this;
    }

    /**
     * Share of the epochs, the last ones, after each of which the weights are taken for a mean,
     * which the model gets at the end with running statistics measured anew, 0 to 1; default 0,
     * none.
     */
    public Builder averagedShare(double value) {
      averagedShare = value;
      return this;
    }

    /** Decides first weights, order of examples and augmentation; default 0. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Random changes to training pictures; default none. */
    public Builder augmentation(Augmentation value) {
      augmentation = value;
      return this;
    }

    /** What is trained, and how fast; default {@link FineTuning#NONE}. */
    public Builder fineTuning(FineTuning value) {
      fineTuning = value;
      return this;
    }

    /** Threads that load ahead; default 1. The result does not depend on it. */
    public Builder loaderThreads(int value) {
      loaderThreads = value;
      return this;
    }

    /** What the validation part decides; default the accuracy, and neither of both. */
    public Builder validating(Validating value) {
      validating = value;
      return this;
    }

    /** How the examples of a batch are mixed; default {@link Mixing#NONE}. */
    public Builder mixing(Mixing value) {
      mixing = value;
      return this;
    }

    /** How much each class counts; default {@link Balance#NONE}. */
    public Builder balance(Balance value) {
      balance = value;
      return this;
    }

    /** How the steps go on; default {@link Loop#DEFAULTS}. */
    public Builder loop(Loop value) {
      loop = value;
      return this;
    }

    /**
     * Whether activations within segments of the network are computed again in the backward pass,
     * which takes memory for the square root of the depth and a third more time; default not. The
     * result does not depend on it.
     */
    public Builder recompute(boolean value) {
      recompute = value;
      return this;
    }

    /**
     * The options as they are now.
     *
     * @throws IllegalArgumentException naming an option that is out of its range
     */
    public TrainingOptions build() {
      return new TrainingOptions(new Builder(this));
    }
  }
}
