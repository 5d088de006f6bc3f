package org.residuum.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import org.residuum.bench.Sample;

/**
 * Times work that a device does after the host has asked for it: so many times that a round takes
 * long enough.
 *
 * @param rounds that count
 * @param seconds that a round takes, at least; as much goes before, to warm up
 */
record Stopwatch(int rounds, double seconds) {
  private static final int MOST_REPEATS = 10_000;

  /** How long the device, or the caller, takes for work that is asked for again and again. */
  @FunctionalInterface
  interface Clock {
    /** Seconds for all repeats together. */
    double seconds(Runnable ask, int repeats);
  }

  /** Work and the clock that it is timed by. */
  record Work(Clock clock, Runnable ask) {
    double time(int repeats) {
      return clock.seconds(ask, repeats);
    }
  }

  /** The host's clock, for calls that return when their work is done. */
  static double onHost(Runnable ask, int repeats) {
    long start = System.nanoTime();
    for (int i = 0; i < repeats; i++) {
      ask.run();
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** Seconds each, a value a round. */
  Sample time(Clock clock, Runnable ask) {
    return inTurn(List.of(new Work(clock, ask))).get(0);
  }

  /** The same for several that take turns, so that what disturbs the device disturbs all alike. */
  List<Sample> inTurn(List<Work> works) {
    List<Integer> repeats = new ArrayList<>();
    List<double[]> times = new ArrayList<>();
    for (Work work : works) {
      repeats.add(warmUp(work));
      times.add(new double[rounds]);
    }
    for (int round = 0; round < rounds; round++) {
      for (int turn = 0; turn < works.size(); turn++) {
        int i = (round + turn) % works.size();
        times.get(i)[round] = works.get(i).time(repeats.get(i)) / repeats.get(i);
      }
    }
    return times.stream().map(Sample::new).toList();
  }

  private int warmUp(Work work) {
    work.time(1);
    double fastest = Double.MAX_VALUE;
    double spent = 0;
    do {
      double once = work.time(1);
      fastest = Math.min(fastest, once);
      spent += once;
    } while (spent < seconds);
    return (int) Math.max(1, Math.min(MOST_REPEATS, Math.ceil(seconds / fastest)));
  }
}
