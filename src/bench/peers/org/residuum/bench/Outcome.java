package org.residuum.bench;

import java.util.Map;

/**
 * A row and what came of it.
 *
 * @param rates work a second by contestant, empty where the row failed
 * @param steady null where the row failed
 * @param failure why nothing was timed; null where all went well
 */
record Outcome(
    Row row, Workload workload, Map<String, Sample> rates, SteadyState steady, String failure) {
  static Outcome failed(Row row, Workload workload, String failure) {
    return new Outcome(row, workload, Map.of(), null, failure);
  }

  boolean has(Row.Peer peer) {
    return rates.containsKey(peer.toString());
  }

  /** Ours over the peer's, round by round. */
  Sample ratio(Row.Peer peer) {
    return ours().over(rates.get(peer.toString()));
  }

  Sample ours() {
    return rates.get("Residuum");
  }

  boolean meetsTargets() {
    return failure == null
        && ours().median() >= row.leastRate()
        && row.targets().entrySet().stream()
            .filter(target -> has(target.getKey()))
            .allMatch(target -> ratio(target.getKey()).median() >= target.getValue());
  }

  /** Whether the row has a target that was measured. */
  private boolean isJudged() {
    return row.leastRate() > 0 || row.targets().keySet().stream().anyMatch(this::has);
  }

  String verdict() {
    if (failure != null) {
      return "FAILED: " + failure;
    }
    if (!isJudged()) {
      return "–";
    }
    return meetsTargets() ? "pass" : "FALLS SHORT";
  }
}
