package org.residuum.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import org.residuum.bench.Sample;

/**
 * Times work that a device does after the host has asked for it: so many times that a round takes
 * long enough, with one wait at the end.
 *
 * @param rounds that count
 * @param seconds that a round takes, at least; as much goes before, to warm up
 */
record Stopwatch(int rounds, double seconds) {
  private static final int MOST_REPEATS = 10_000;

  /** Seconds each, a value a round. */
  Sample time(Runnable ask, Runnable await) {
    return inTurn(List.of(ask), await).get(0);
  }

  /** The same for several that take turns, so that what disturbs the device disturbs all alike. */
  List<Sample> inTurn(List<Runnable> asks, Runnable await) {
    List<Integer> repeats = new ArrayList<>();
    List<double[]> times = new ArrayList<>();
    for (Runnable ask : asks) {
      repeats.add(warmUp(ask, await));
      times.add(new double[rounds]);
    }
    for (int round = 0; round < rounds; round++) {
      for (int turn = 0; turn < asks.size(); turn++) {
        int i = (round + turn) % asks.size();
        times.get(i)[round] = time(asks.get(i), await, repeats.get(i)) / repeats.get(i);
      }
    }
    return times.stream().map(Sample::new).toList();
  }

  private int warmUp(Runnable ask, Runnable await) {
    time(ask, await, 1);
    double fastest = Double.MAX_VALUE;
    double spent = 0;
    do {
      double once = time(ask, await, 1);
      fastest = Math.min(fastest, once);
      spent += once;
    } while (spent < seconds);
    return (int) Math.max(1, Math.min(MOST_REPEATS, Math.ceil(seconds / fastest)));
  }

  private static double time(Runnable ask, Runnable await, int repeats) {
    long start = System.nanoTime();
    for (int i = 0; i < repeats; i++) {
      ask.run();
    }
    await.run();
    return (System.nanoTime() - start) / 1e9;
  }
}
