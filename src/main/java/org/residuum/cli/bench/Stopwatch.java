package org.residuum.cli.bench;

import java.util.Arrays;

/** Repeats a run for some time and keeps how long each took. */
final class Stopwatch {
  private static final int WARM_UP = 3;
  private static final int FEWEST = 5;
  private static final int MOST = 1_000_000;

  private Stopwatch() {}

  /**
   * Runs three times uncounted, then until the time is over and at least five times.
   *
   * @param seconds to go on for
   * @return seconds of each run that counts
   */
  static double[] time(Runnable run, double seconds) {
    for (int i = 0; i < WARM_UP; i++) {
      run.run();
    }
    double[] times = new double[64];
    int count = 0;
    long began = System.nanoTime();
    long last = began;
    while (count < FEWEST || (count < MOST && last - began < 1e9 * seconds)) {
      run.run();
      long now = System.nanoTime();
      times = count == times.length ? Arrays.copyOf(times, 2 * count) : times;
      times[count++] = (now - last) / 1e9;
      last = now;
    }
    return Arrays.copyOf(times, count);
  }
}
