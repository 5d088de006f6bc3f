package org.residuum.backend.cuda.cases.mutation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Verdicts counted by kind. */
final class Tally {
  private static final String ROW = "| %-16s | %8s | %8s | %8s | %10s | %7s |%n";

  private final List<Verdict> verdicts = new ArrayList<>();

  synchronized void add(Verdict verdict) {
    verdicts.add(verdict);
  }

  List<Verdict> verdicts() {
    return verdicts;
  }

  List<Verdict> with(Verdict.Outcome outcome) {
    return verdicts.stream().filter(v -> v.outcome() == outcome).toList();
  }

  List<Verdict> refuted() {
    return verdicts.stream().filter(v -> !v.refuted().isEmpty()).toList();
  }

  private long count(Verdict.Outcome outcome) {
    return with(outcome).size();
  }

  /** Killed, of the mutants that are not equivalent. */
  double killedShare() {
    long killed = count(Verdict.Outcome.KILLED);
    return killed / (double) Math.max(1, killed + count(Verdict.Outcome.SURVIVED));
  }

  /** A table by kind, and the equivalent ones by rule or reason. */
  String table() {
    Map<MutationKind, Tally> kinds = new EnumMap<>(MutationKind.class);
    Map<String, Integer> reasons = new TreeMap<>();
    for (Verdict v : verdicts) {
      kinds.computeIfAbsent(v.mutant().kind(), k -> new Tally()).add(v);
      if (v.outcome() == Verdict.Outcome.EQUIVALENT) {
        reasons.merge(v.detail(), 1, Integer::sum);
      }
    }
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(ROW, "kind", "mutants", "killed", "survived", "equivalent", "killed"));
    text.append("|---|---:|---:|---:|---:|---:|\n");
    kinds.forEach((kind, tally) -> text.append(tally.row(kind.toString())));
    text.append(row("all"));
    text.append("\nEquivalent, and why:\n\n");
    reasons.forEach((reason, n) -> text.append(String.format("%6d  %s%n", n, reason)));
    return text.toString();
  }

  private String row(String name) {
    long notBuilt = count(Verdict.Outcome.NOT_BUILT);
    return String.format(
        ROW,
        name,
        verdicts.size() - notBuilt,
        count(Verdict.Outcome.KILLED),
        count(Verdict.Outcome.SURVIVED),
        count(Verdict.Outcome.EQUIVALENT),
        String.format("%.1f %%", 100 * killedShare()));
  }
}
