package org.residuum.serve;

import java.util.List;
import java.util.TreeMap;

/**
 * The batch sizes that plans are compiled for, 1, 2, 4, ... and the largest, and how long each
 * takes here. Five examples are a batch of eight with three idle rows, or a batch of four and one
 * behind it, whichever is sooner done.
 */
final class Sizes {
  /** Weight of the newest measurement in the moving average. */
  private static final double NEWEST = 0.2;

  /** Seconds of a run by batch size; negative where there was none yet. */
  private final TreeMap<Integer, Double> seconds = new TreeMap<>();

  private Sizes() {}

  /** The powers of two up to the largest batch, and that. */
  static Sizes upTo(int batch) {
    Sizes sizes = new Sizes();
    for (long size = 1; size < batch; size *= 2) {
      sizes.seconds.put((int) size, -1.0);
    }
    sizes.seconds.put(batch, -1.0);
    return sizes;
  }

  /** One size alone. */
  static Sizes only(int batch) {
    Sizes sizes = new Sizes();
    sizes.seconds.put(batch, -1.0);
    return sizes;
  }

  List<Integer> all() {
    return List.copyOf(seconds.keySet());
  }

  /** The smallest size that holds so many examples. */
  synchronized int holding(int examples) {
    return seconds.ceilingKey(examples);
  }

  /** How many of the waiting examples to run now: all in one batch, or as many as fill a size. */
  synchronized int share(int waiting) {
    Integer full = seconds.floorKey(waiting);
    if (full == null || full == waiting) {
      return waiting;
    }
    double together = estimate(seconds.ceilingKey(waiting));
    double apart = estimate(full) + estimate(seconds.ceilingKey(waiting - full));
    return together <= apart ? waiting : full;
  }

  /** A run of that size has taken so long. */
  synchronized void took(int size, double time) {
    seconds.merge(size, time, (old, now) -> old < 0 ? now : old + NEWEST * (now - old));
  }

  /**
   * As measured, or from the nearest measured size: a run costs about one example beside its own.
   */
  private double estimate(int size) {
    if (seconds.get(size) >= 0) {
      return seconds.get(size);
    }
    int nearest = 0;
    for (int other : seconds.keySet()) {
      boolean nearer = Math.abs(Math.log((double) other / size)) < distance(nearest, size);
      nearest = seconds.get(other) >= 0 && nearer ? other : nearest;
    }
    double example = nearest == 0 ? 1 : seconds.get(nearest) / (nearest + 1);
    return example * (size + 1);
  }

  private static double distance(int other, int size) {
    return other == 0 ? Double.POSITIVE_INFINITY : Math.abs(Math.log((double) other / size));
  }
}
