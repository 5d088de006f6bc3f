package org.residuum.train;

import java.util.List;
import java.util.Locale;

/**
 * The learning rate of each step. Steps count from 0 over the whole training; lengths are given in
 * epochs.
 */
public sealed interface Schedule {
  /** The names that {@link #named} knows. */
  List<String> NAMES = List.of("constant", "step", "cosine", "one-cycle");

  /** The highest rate. */
  double peak();

  /** The same course scaled to another highest rate. */
  Schedule withPeak(double rate);

  /**
   * The rate of one step.
   *
   * @param step 0 to {@code steps - 1}
   * @param steps the whole course
   * @param stepsPerEpoch how many steps an epoch has
   */
  double rate(int step, int steps, int stepsPerEpoch);

  /** The same after a linear rise over the first epochs; it then has that much less time. */
  default Schedule withWarmup(double epochs) {
    return epochs == 0 ? this : new Warmup(this, epochs);
  }

  /**
   * A schedule with the usual form: constant; a tenth after half and three quarters of the course;
   * half a cosine to 0; one cycle.
   *
   * @throws IllegalArgumentException for an unknown name
   */
  static Schedule named(String name, double peak, int epochs) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "constant" -> new Constant(peak);
      case "step" -> new Step(peak, 0.1, List.of(epochs * 0.5, epochs * 0.75));
      case "cosine" -> new Cosine(peak, 0);
      case "one-cycle" -> OneCycle.of(peak);
      default ->
          throw new IllegalArgumentException(
              "unknown schedule '" + name + "'; known: " + String.join(", ", NAMES));
    };
  }

  /** Always the same rate. */
  record Constant(double peak) implements Schedule {
    public Constant {
      requirePositive("learning rate", peak);
    }

    @Override
    public Constant withPeak(double rate) {
      return new Constant(rate);
    }

    @Override
    public double rate(int step, int steps, int stepsPerEpoch) {
      return peak;
    }
  }

  /**
   * Multiplied by {@code factor} at each milestone, as PyTorch's {@code MultiStepLR}.
   *
   * @param milestones epochs, in ascending order
   */
  record Step(double peak, double factor, List<Double> milestones) implements Schedule {
    public Step {
      requirePositive("learning rate", peak);
      requirePositive("factor", factor);
      milestones = List.copyOf(milestones);
    }

    @Override
    public Step withPeak(double rate) {
      return new Step(rate, factor, milestones);
    }

    @Override
    public double rate(int step, int steps, int stepsPerEpoch) {
      long passed =
          milestones.stream().filter(epoch -> step >= Math.round(epoch * stepsPerEpoch)).count();
      return peak * Math.pow(factor, passed);
    }
  }

  /**
   * low + (peak - low) (1 + cos(π step / steps)) / 2 (Loshchilov and Hutter 2017, equation 5,
   * without restarts).
   */
  record Cosine(double peak, double low) implements Schedule {
    public Cosine {
      requirePositive("learning rate", peak);
      if (!(low >= 0 && low <= peak)) {
        throw new IllegalArgumentException(
            "the lowest rate must be in 0.." + peak + ", not " + low);
      }
    }

    @Override
    public Cosine withPeak(double rate) {
      return new Cosine(rate, low * (rate / peak));
    }

    @Override
    public double rate(int step, int steps, int stepsPerEpoch) {
      return cosine(peak, low, (double) step / steps);
    }
  }

  /**
   * from (peak / from)^(step / (steps - 1)): each step's rate is that of the one before times the
   * same factor, whatever the length of the course; the peak from then on. It is for a search for a
   * rate (Smith 2017, "Cyclical learning rates for training neural networks", section 3.3).
   *
   * @param steps from the lowest rate to the peak
   */
  record Exponential(double from, double peak, int steps) implements Schedule {
    public Exponential {
      requirePositive("first learning rate", from);
      requirePositive("learning rate", peak);
      requirePositive("steps less one", steps - 1);
    }

    @Override
    public Exponential withPeak(double rate) {
      return new Exponential(from * (rate / peak), rate, steps);
    }

    @Override
    public double rate(int step, int steps, int stepsPerEpoch) {
      return step >= this.steps - 1
          ? peak
          : from * Math.pow(peak / from, step / (this.steps - 1.0));
    }
  }

  /**
   * From {@code peak / start} up to the peak and down to {@code peak / start / end}, both along
   * half a cosine (Smith 2018, "A disciplined approach to neural network hyper-parameters", section
   * 4; the shape of PyTorch's {@code OneCycleLR}). A course too short to rise, of up to three steps
   * with the usual share, is that of {@link Cosine}: no step is lost at the low end.
   *
   * @param rise share of the steps that go up
   */
  record OneCycle(double peak, double rise, double start, double end) implements Schedule {
    public OneCycle {
      requirePositive("learning rate", peak);
      requirePositive("start divisor", start);
      requirePositive("end divisor", end);
      if (!(rise > 0 && rise < 1)) {
        throw new IllegalArgumentException("the rising share must be between 0 and 1, not " + rise);
      }
    }

    /** PyTorch's defaults: three tenths up, from a 25th, to a 10,000th of that. */
    public static OneCycle of(double peak) {
      return new OneCycle(peak, 0.3, 25, 1e4);
    }

    @Override
    public OneCycle withPeak(double rate) {
      return new OneCycle(rate, rise, start, end);
    }

    @Override
    public double rate(int step, int steps, int stepsPerEpoch) {
      double top = rise * steps - 1;
      double initial = peak / start;
      if (top < 0) {
        return cosine(peak, initial / end, (double) step / steps);
      }
      if (step < top) {
        return cosine(initial, peak, step / top);
      }
      return cosine(peak, initial / end, (step - top) / (steps - 1 - top));
    }
  }

  /**
   * peak (step + 1) / (w + 1) for w steps of warm-up (Goyal et al. 2017, section 2.2), then another
   * schedule over the steps that remain. A rise that would take the whole course takes half of it.
   *
   * @param epochs length of the rise
   */
  record Warmup(Schedule then, double epochs) implements Schedule {
    public Warmup {
      requirePositive("warm-up", epochs);
    }

    @Override
    public double peak() {
      return then.peak();
    }

    @Override
    public Warmup withPeak(double rate) {
      return new Warmup(then.withPeak(rate), epochs);
    }

    @Override
    public double rate(int step, int steps, int stepsPerEpoch) {
      long asked = Math.round(epochs * stepsPerEpoch);
      int rise = (int) (asked < steps ? asked : steps / 2);
      if (step < rise) {
        return then.rate(0, steps - rise, stepsPerEpoch) * (step + 1) / (rise + 1);
      }
      return then.rate(step - rise, steps - rise, stepsPerEpoch);
    }
  }

  private static double cosine(double from, double to, double share) {
    return to + (from - to) * (1 + Math.cos(Math.PI * share)) / 2;
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(what + " must be above 0 and finite, not " + value);
    }
  }
}
