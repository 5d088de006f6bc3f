package org.residuum.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.residuum.backend.TrainingBackend;
import org.residuum.data.Dataset;
import org.residuum.train.FineTuning;
import org.residuum.train.Schedule;
import org.residuum.train.Trainer;
import org.residuum.train.TrainingListener;
import org.residuum.train.TrainingOptions;

/**
 * Looks for a learning rate: trains for some steps in which the rate grows exponentially, from far
 * too small to far too large, and says where the loss falls fastest (Smith 2017, "Cyclical learning
 * rates for training neural networks", section 3.3; the form of fastai's {@code lr_find}). The
 * weights of the search are thrown away.
 */
public final class RateFinder {
  /** What the mean of the losses keeps of itself at each step. */
  private static final double KEPT = 0.9;

  /** The search ends where the mean is so many times the least one. */
  private static final double DIVERGED = 4;

  /** The first steps, of which too few went into the mean: one in so many. */
  private static final int UNSTEADY = 10;

  /** The fall at a step is that from so many steps before it to as many behind: one in so many. */
  private static final int REACH = 20;

  /** With fewer steps no curve is seen. */
  private static final int FEWEST = 20;

  private final TrainingBackend backend;
  private final StartingPoint start;
  private final Dataset training;
  private final Consumer<TrainingListener.TrainingStep> listener;

  /**
   * The rates to try.
   *
   * @param steps how many, each larger than the one before by the same factor
   */
  public record Range(double from, double to, int steps) {
    /** Eight decades in a hundred steps, as fastai has them. */
    public static final Range USUAL = new Range(1e-7, 10, 100);

    public Range {
      if (!(from > 0 && from < to && to < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "rates from " + from + " to " + to + ": the first is above 0 and below the last");
      }
      if (steps < FEWEST) {
        throw new IllegalArgumentException(
            "a search takes at least " + FEWEST + " steps, not " + steps);
      }
    }
  }

  /**
   * One step of the search.
   *
   * @param loss of the batch, before the step
   * @param mean of the losses up to it, the latest of which count most
   */
  public record Point(double rate, double loss, double mean) {}

  /**
   * What was found.
   *
   * @param points in the order of their rates
   * @param steepest the rate at which the mean falls fastest; empty where it does not fall
   * @param beforeMinimum a tenth of the rate at which the mean is least; empty likewise
   * @param isWhole whether the largest rate was reached before the loss grew too large
   */
  public record Found(
      List<Point> points, OptionalDouble steepest, OptionalDouble beforeMinimum, boolean isWhole) {
    public Found {
      points = List.copyOf(points);
    }

    /**
     * The highest rate to train with: well before the least loss. Where that lies far along a
     * plateau, ten times the rate of the steepest fall.
     */
    public OptionalDouble suggestion() {
      return steepest.isPresent()
          ? OptionalDouble.of(Math.min(10 * steepest.getAsDouble(), beforeMinimum.getAsDouble()))
          : OptionalDouble.empty();
    }
  }

  /**
   * A search.
   *
   * @param listener hears of each step
   */
  public RateFinder(
      TrainingBackend backend,
      StartingPoint start,
      Dataset training,
      Consumer<TrainingListener.TrainingStep> listener) {
    this.backend = backend;
    this.start = start;
    this.training = training;
    this.listener = listener;
  }

  /**
   * Runs the search.
   *
   * @param options of the training to find a rate for; schedule, epochs and whatever concerns the
   *     weights at the end do not matter, and parts that are to be trained later stay frozen
   * @throws IOException where an example cannot be read
   */
  public Found find(TrainingOptions options, Range range) throws IOException {
    Course course = new Course(range);
    Trainer trainer =
        new Trainer(backend, start.network(), searching(options, range))
            .outputs(start.outputs())
            .listener(course)
            .stopWhen(course::isOver);
    try {
      trainer.train(training, null, start.preprocessing(), start.parameters());
    } catch (Trainer.DivergedException e) {
      return course.found(false);
    }
    return course.found(course.points.size() >= range.steps());
  }

  private TrainingOptions searching(TrainingOptions options, Range range) {
    int stepsPerEpoch = options.stepsPerEpoch(training.size());
    FineTuning tuning = options.fineTuning();
    Map<String, Integer> now = new LinkedHashMap<>(tuning.unfreeze());
    List<String> frozen = new ArrayList<>(tuning.freeze());
    now.forEach((part, epoch) -> frozen.addAll(epoch > 1 ? List.of(part) : List.of()));
    now.values().removeIf(epoch -> epoch > 1);
    return options.toBuilder()
        .epochs((range.steps() + stepsPerEpoch - 1) / stepsPerEpoch)
        .schedule(new Schedule.Exponential(range.from(), range.to(), range.steps()))
        .fineTuning(tuning.withFrozen(frozen, now))
        .loop(options.loop().withEma(0))
        .averagedShare(0)
        .validating(TrainingOptions.Validating.DEFAULTS)
        .build();
  }

  /** The steps so far. */
  private final class Course implements TrainingListener {
    private final Range range;
    private final List<Point> points = new ArrayList<>();
    private double sum;
    private double least = Double.POSITIVE_INFINITY;

    Course(Range range) {
      this.range = range;
    }

    /** A mean that starts at 0 is too small at first, by a factor that is known. */
    @Override
    public void step(TrainingStep step) {
      sum = KEPT * sum + (1 - KEPT) * step.loss();
      double mean = sum / (1 - Math.pow(KEPT, points.size() + 1));
      points.add(new Point(step.learningRate(), step.loss(), mean));
      least = Math.min(least, mean);
      listener.accept(step);
    }

    boolean isOver() {
      return points.size() >= range.steps()
          || points.get(points.size() - 1).mean() > DIVERGED * least;
    }

    Found found(boolean isWhole) {
      int first = Math.min(points.size(), range.steps() / UNSTEADY);
      List<Point> steady = points.subList(first, points.size());
      int reach = Math.max(1, range.steps() / REACH);
      int lowest = lowest(steady);
      boolean falls = lowest >= 2 * reach;
      return new Found(
          points,
          falls ? OptionalDouble.of(steepest(steady, reach, lowest)) : OptionalDouble.empty(),
          falls ? OptionalDouble.of(steady.get(lowest).rate() / 10) : OptionalDouble.empty(),
          isWhole);
    }
  }

  private static int lowest(List<Point> points) {
    int lowest = 0;
    for (int i = 1; i < points.size(); i++) {
      lowest = points.get(i).mean() < points.get(lowest).mean() ? i : lowest;
    }
    return lowest;
  }

  /** By differences over a tenth of the steps, which single batches do not sway. */
  private static double steepest(List<Point> points, int reach, int lowest) {
    int at =
        IntStream.rangeClosed(reach, lowest - reach)
            .reduce((a, b) -> fall(points, b, reach) > fall(points, a, reach) ? b : a)
            .orElseThrow();
    return points.get(at).rate();
  }

  private static double fall(List<Point> points, int at, int reach) {
    return points.get(at - reach).mean() - points.get(at + reach).mean();
  }
}
