package org.residuum.train;

import org.residuum.backend.TrainingSession;
import org.residuum.network.Parameters;

/**
 * A training between two steps: all that decides how it goes on. With the same data, options and
 * backend it ends with bitwise the weights of a training that was never interrupted.
 *
 * @param epoch epochs that are done
 * @param begun the steps of the epoch after them
 * @param parameters the weights at that moment, not averaged
 * @param average of the weights after those epochs that are averaged
 * @param best of the epochs that are done
 */
public record Checkpoint(
    int epoch,
    EpochSoFar begun,
    Parameters parameters,
    TrainingSession.OptimizerState optimizer,
    EpochMean average,
    Best best) {
  /** Before the first step. */
  public static Checkpoint start(Parameters initial) {
    return new Checkpoint(
        0,
        EpochSoFar.NONE,
        initial,
        TrainingSession.OptimizerState.NONE,
        EpochMean.NONE,
        Best.NONE);
  }

  /** The weights to use: their running mean where there is one. */
  public Parameters model() {
    return optimizer.mean().isEmpty() ? parameters : optimizer.mean();
  }

  /**
   * For example {@code epoch 2 of 10}, or in the midst of it {@code epoch 2 of 10, step 5 of 40}.
   */
  public String place(TrainingOptions options, int examples) {
    return begun.steps() == 0
        ? "epoch " + epoch + " of " + options.epochs()
        : "epoch %d of %d, step %d of %d"
            .formatted(epoch + 1, options.epochs(), begun.steps(), options.stepsPerEpoch(examples));
  }

  /**
   * The part of an epoch that is done.
   *
   * @param lossSum of its steps
   * @param right examples that the network told rightly
   * @param seconds that it took
   * @param waitingSeconds of these, without a batch
   * @param normSum of the gradients of its steps
   * @param clipped steps whose norm was above the limit
   */
  public record EpochSoFar(
      int steps,
      double lossSum,
      long right,
      double seconds,
      double waitingSeconds,
      double normSum,
      int clipped) {
    /** Between two epochs. */
    public static final EpochSoFar NONE = new EpochSoFar(0, 0, 0, 0, 0, 0, 0);

    public EpochSoFar {
      if (steps < 0) {
        throw new IllegalArgumentException("the steps of an epoch cannot be " + steps);
      }
    }
  }

  /**
   * The mean of the weights after some epochs.
   *
   * @param weights empty for no epoch
   * @param epochs how many
   */
  public record EpochMean(Parameters weights, int epochs) {
    /** Before the first epoch that is averaged. */
    public static final EpochMean NONE = new EpochMean(Parameters.NONE, 0);
  }

  /**
   * The best epoch so far, by what the options say.
   *
   * @param epoch from 1; 0 for none
   * @param score more is better
   * @param loss decides between epochs of one score, of which small validation sets have many
   * @param weights after it
   */
  public record Best(int epoch, double score, double loss, Parameters weights) {
    /** Before the first epoch, or without validation. */
    public static final Best NONE = new Best(0, Double.NaN, Double.NaN, Parameters.NONE);

    /** The better one, the earlier where they are equal. */
    Best or(Best later) {
      boolean better =
          epoch == 0 || later.score > score || (later.score == score && later.loss < loss);
      return better ? later : this;
    }
  }

  /** Keeps checkpoints of a training, on the thread that trains. */
  @FunctionalInterface
  public interface Keeper {
    /** Keeps none. */
    Keeper NONE = checkpoint -> {};

    /** Takes the state after an epoch, or after a step that was {@link #wanted}. */
    void keep(Checkpoint checkpoint);

    /** Asked after each step but an epoch's last; copying the state takes time. */
    default boolean wanted() {
      return false;
    }
  }
}
