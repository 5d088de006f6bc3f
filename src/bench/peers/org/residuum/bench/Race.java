package org.residuum.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.cpu.CpuBackend;

/**
 * Runs a row: opens its contestants, has them agree, times them, closes the peers and watches the
 * memory of ours.
 */
final class Race {
  /**
   * Examples on which trainings are compared. At batch 128 gradients differ by up to 1.3e-2 of the
   * largest value although the losses agree; ReLU masks that flip for values within rounding of 0
   * would do that, which has not been checked against the reference.
   */
  private static final int CHECKED = 2;

  private final TrainingBackend backend;
  private final Set<Row.Peer> peers;
  private final int threads;
  private final Rounds rounds;
  private final int steadyBatches;

  Race(TrainingBackend backend, Set<Row.Peer> peers, int threads, Rounds rounds, int steadyBatches) {
    this.backend = backend;
    this.peers = peers;
    this.threads = threads;
    this.rounds = rounds;
    this.steadyBatches = steadyBatches;
  }

  Outcome run(Row row) throws Exception {
    Workload workload = row.workload().get();
    boolean training = row.kind() == Row.Kind.TRAINING;
    String disagreement = disagreement(row, training ? workload.withBatch(CHECKED) : workload);
    if (disagreement != null) {
      return Outcome.failed(row, workload, disagreement);
    }
    List<Contestant> contestants = new ArrayList<>();
    try {
      open(row, workload, contestants);
      Map<String, Sample> rates = inWork(rounds.time(contestants), workload);
      close(contestants, 1);
      double seconds = 20 * rounds.seconds();
      SteadyState steady = SteadyState.of(contestants.get(0), steadyBatches, seconds);
      return new Outcome(row, workload, rates, steady, null);
    } finally {
      close(contestants, 0);
    }
  }

  /** Ours, then the peers, each added as soon as it is there. */
  private void open(Row row, Workload workload, List<Contestant> contestants) throws Exception {
    contestants.add(ours(row, workload));
    for (Row.Peer peer : row.peers()) {
      if (peers.contains(peer)) {
        contestants.add(open(peer, row, workload));
      }
    }
  }

  private Contestant ours(Row row, Workload workload) {
    return row.kind() == Row.Kind.TRAINING
        ? new Training(backend, workload)
        : new Inference(backend, workload);
  }

  private Contestant open(Row.Peer peer, Row row, Workload workload) throws Exception {
    boolean training = row.kind() == Row.Kind.TRAINING;
    return switch (peer) {
      case ONNX_RUNTIME -> new OnnxRuntime(workload, threads);
      case DJL -> training ? new DjlTraining(workload) : new DjlInference(workload);
      case BF16 -> new Inference(new CpuBackend(threads, Precision.BF16), workload);
      case OPERATORS -> training ? new TorchTraining(workload) : new TorchInference(workload);
    };
  }

  private String disagreement(Row row, Workload workload) throws Exception {
    List<Contestant> contestants = new ArrayList<>();
    try {
      open(row, workload, contestants);
      return disagreement(contestants);
    } finally {
      close(contestants, 0);
    }
  }

  private static String disagreement(List<Contestant> contestants) throws Exception {
    Map<String, float[]> expected = null;
    for (Contestant contestant : contestants) {
      contestant.run();
      if (expected == null) {
        expected = contestant.results();
        continue;
      }
      Map<String, Double> differences = Floats.differences(expected, contestant.results());
      if (differences.values().stream().anyMatch(difference -> difference > contestant.tolerance())) {
        return String.format(
            Locale.ROOT,
            "%s differs, relative to the largest value, by %s; %.0e is allowed",
            contestant.name(),
            differences,
            contestant.tolerance());
      }
    }
    return null;
  }

  private static Map<String, Sample> inWork(Map<String, Sample> batches, Workload workload) {
    Map<String, Sample> rates = new LinkedHashMap<>();
    batches.forEach(
        (name, sample) -> {
          double[] values = sample.values().clone();
          for (int i = 0; i < values.length; i++) {
            values[i] *= workload.workPerBatch();
          }
          rates.put(name, new Sample(values));
        });
    return rates;
  }

  /** Closes all but the first {@code kept}. */
  private static void close(List<Contestant> contestants, int kept) throws Exception {
    while (contestants.size() > kept) {
      contestants.remove(contestants.size() - 1).close();
    }
  }
}
