package org.residuum.backend.cuda.cases.mutation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.residuum.backend.cuda.cases.KernelCase;
import org.residuum.backend.cuda.cases.KernelCases;
import org.residuum.ptx.parse.PtxEntry;
import org.residuum.ptx.parse.PtxException;

/**
 * Runs mutants against the cases that launch their kernel until one fails, those first that failed
 * most often for their time. Mutants said to be equivalent run too.
 */
final class Judge {
  private final Map<String, List<CaseRun>> cases;
  private final Map<String, Boolean> executed = new ConcurrentHashMap<>();
  private final Proofs proofs = new Proofs();
  private final Equivalents equivalents = Equivalents.read();

  /**
   * Takes for an entry all cases of those kernels whose first case launches it.
   *
   * @param seed of the data of the cases
   */
  Judge(Set<String> entries, long seed) {
    Map<String, List<CaseRun>> byKernel = new LinkedHashMap<>();
    for (KernelCase kernelCase : KernelCases.all()) {
      byKernel
          .computeIfAbsent(kernelCase.kernel().entry(kernelCase.storage()), k -> new ArrayList<>())
          .add(new CaseRun(kernelCase, seed));
    }
    cases = new HashMap<>();
    for (List<CaseRun> runs : byKernel.values()) {
      for (String entry : runs.get(0).launched()) {
        if (entries.contains(entry)) {
          cases.computeIfAbsent(entry, k -> new ArrayList<>()).addAll(runs);
        }
      }
    }
  }

  Verdict verdict(Mutant mutant) {
    PtxEntry changed;
    try {
      changed = mutant.apply();
    } catch (PtxException e) {
      return new Verdict(mutant, Verdict.Outcome.NOT_BUILT, e.getMessage(), "");
    }
    String equivalent = proofs.rule(mutant);
    if (equivalent == null) {
      equivalent = equivalents.reason(mutant);
    }
    String killed = failure(mutant.entry(), changed);
    if (killed != null) {
      return new Verdict(
          mutant, Verdict.Outcome.KILLED, killed, equivalent == null ? "" : equivalent);
    }
    equivalent = equivalent == null ? proofs.tolerated(mutant) : equivalent;
    if (equivalent != null) {
      return new Verdict(mutant, Verdict.Outcome.EQUIVALENT, equivalent, "");
    }
    return new Verdict(
        mutant,
        Verdict.Outcome.SURVIVED,
        isExecuted(mutant) ? "every case passes" : "no case executes the instruction",
        "");
  }

  /** An earlier verdict, with the rules and the list of today; null if the mutant has to run. */
  Verdict again(Verdict earlier) {
    Mutant mutant = earlier.mutant();
    String rule = proofs.rule(mutant);
    String equivalent = rule == null ? equivalents.reason(mutant) : rule;
    if (earlier.outcome() == Verdict.Outcome.KILLED) {
      return new Verdict(
          mutant, earlier.outcome(), earlier.detail(), equivalent == null ? "" : equivalent);
    }
    equivalent = equivalent == null ? proofs.tolerated(mutant) : equivalent;
    return equivalent == null
        ? null
        : new Verdict(mutant, Verdict.Outcome.EQUIVALENT, equivalent, "");
  }

  /** Whether a case gets to the instruction: whether a trap in its place is noticed. */
  private boolean isExecuted(Mutant mutant) {
    return executed.computeIfAbsent(
        mutant.entry().name() + " " + mutant.line().index(),
        k ->
            failure(
                    mutant.entry(),
                    mutant.entry().with(mutant.line().index(), mutant.line().instead("trap")))
                != null);
  }

  private String failure(EntryText entry, PtxEntry changed) {
    Map<CaseRun, Double> ranks = new LinkedHashMap<>();
    cases.getOrDefault(entry.name(), List.of()).forEach(run -> ranks.put(run, run.rank()));
    List<CaseRun> order = new ArrayList<>(ranks.keySet());
    order.sort(Comparator.comparingDouble(ranks::get));
    for (CaseRun one : order) {
      String failure = one.failure(changed);
      if (failure != null) {
        return failure;
      }
    }
    return null;
  }
}
