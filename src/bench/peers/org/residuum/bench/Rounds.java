package org.residuum.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times contestants in turn. A round gives each of them the same share of time; the one that begins
 * changes from round to round, so that what disturbs the machine disturbs all alike.
 *
 * @param count rounds that are counted
 * @param seconds how long each contestant runs in a round, at least
 */
record Rounds(int count, double seconds) {
  private static final int SETTLE_MILLIS = 100;

  /** Batches a second of each contestant, by name, a value a round. */
  Map<String, Sample> time(List<Contestant> contestants) throws Exception {
    List<Integer> batches = new ArrayList<>();
    Map<String, double[]> rates = new LinkedHashMap<>();
    for (Contestant contestant : contestants) {
      batches.add(warmUp(contestant));
      rates.put(contestant.name(), new double[count]);
    }
    for (int round = 0; round < count; round++) {
      for (int turn = 0; turn < contestants.size(); turn++) {
        int i = (round + turn) % contestants.size();
        double[] of = rates.get(contestants.get(i).name());
        settle(contestants.get(i));
        of[round] = batches.get(i) / time(contestants.get(i), batches.get(i));
      }
    }
    Map<String, Sample> samples = new LinkedHashMap<>();
    rates.forEach((name, values) -> samples.put(name, new Sample(values)));
    return samples;
  }

  /** Runs for as long as a round, then says how many batches fill one. */
  private int warmUp(Contestant contestant) throws Exception {
    contestant.run();
    int batches = 0;
    double fastest = Double.MAX_VALUE;
    for (double spent = 0; spent < seconds || batches < 2; batches++) {
      double batch = time(contestant, 1);
      fastest = Math.min(fastest, batch);
      spent += batch;
    }
    return (int) Math.max(1, Math.ceil(seconds / fastest));
  }

  /**
   * Waits until the threads of whoever ran before have stopped spinning, ONNX Runtime's for about
   * 10 ms, then runs one batch that does not count.
   */
  private static void settle(Contestant contestant) throws Exception {
    Thread.sleep(SETTLE_MILLIS);
    contestant.run();
  }

  private static double time(Contestant contestant, int batches) throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < batches; i++) {
      contestant.run();
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
