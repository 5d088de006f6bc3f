package org.residuum.backend.tolerance;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Locale;

/** Compares values with their tolerances and remembers the largest share of one that was used. */
public final class Shares {
  /** What is allowed of the element at an index. */
  @FunctionalInterface
  public interface Tolerance {
    double at(int index);
  }

  private final String title;
  private double largest;
  private String where = "nothing";
  private long compared;

  public Shares(String title) {
    this.title = title;
  }

  /**
   * Fails where an element differs by more than its tolerance, with the case, the seed and the
   * share.
   */
  public void check(
      String what, long seed, double[] expected, double[] actual, Tolerance tolerance) {
    if (expected.length != actual.length) {
      fail(what + ", seed " + seed + ": " + actual.length + " values, not " + expected.length);
    }
    for (int i = 0; i < expected.length; i++) {
      check(what + "[" + i + "]", seed, expected[i], actual[i], tolerance.at(i));
    }
  }

  public void check(String what, long seed, double expected, double actual, double tolerance) {
    double difference = Math.abs(expected - actual);
    double share = difference == 0 ? 0 : difference / tolerance;
    if (!(share <= 1)) {
      fail(
          String.format(
              Locale.ROOT,
              "%s, seed %d: expected %.9g, got %.9g; the difference %.3g is %.2f of the tolerance"
                  + " %.3g",
              what,
              seed,
              expected,
              actual,
              difference,
              share,
              tolerance));
    }
    compared++;
    if (share > largest) {
      largest = share;
      where = what + ", seed " + seed;
    }
  }

  /** The largest share of a tolerance that an element would use. */
  public static double largest(double[] expected, double[] actual, Tolerance tolerance) {
    double most = 0;
    for (int i = 0; i < expected.length; i++) {
      most = Math.max(most, Math.abs(expected[i] - actual[i]) / tolerance.at(i));
    }
    return most;
  }

  /**
   * Fails where a tensor as a whole differs by more than the norm of its tolerances. Coarse
   * roundings flip the masks of ReLUs near 0, and an element of a gradient changes by a whole term
   * that few runs with noise show.
   */
  public void checkNorm(
      String what, long seed, double[] expected, double[] actual, Tolerance tolerance) {
    if (expected.length != actual.length) {
      fail(what + ", seed " + seed + ": " + actual.length + " values, not " + expected.length);
    }
    double difference = 0;
    double allowed = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
      allowed += tolerance.at(i) * tolerance.at(i);
    }
    check(what + ", norm of the error", seed, 0, Math.sqrt(difference), Math.sqrt(allowed));
  }

  /** Prints, once, how near the nearest came; fails where nothing was compared. */
  public void report() {
    if (compared == 0) {
      fail(title + ": nothing was compared");
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %,d values compared, largest share of a tolerance %.3f at %s%n",
        title,
        compared,
        largest,
        where);
  }
}
