package org.residuum.backend.cuda.cases.mutation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.residuum.backend.cuda.cases.KernelCase;
import org.residuum.backend.cuda.cases.KernelCases;
import org.residuum.ptx.parse.PtxEntry;
import org.residuum.ptx.parse.PtxException;

/**
 * Runs mutants against the cases that launch their kernel until one fails, those first that failed
 * most often for their time. Mutants said to be equivalent run too.
 */
final class Judge {
  private final long seed;
  private final Map<String, List<CaseRun>> cases;
  private final Map<CaseRun, Integer> kills = new ConcurrentHashMap<>();
  private final Map<String, Boolean> executed = new ConcurrentHashMap<>();

  private final Proofs proofs = new Proofs();
  private final Equivalents equivalents = Equivalents.read();

  private Judge(long seed, Map<String, List<CaseRun>> cases) {
    this.seed = seed;
    this.cases = cases;
  }

  /** Runs the cases of these entries with the committed kernels first. */
  static Judge of(Set<String> entries, long seed) {
    List<CaseRun> runs = new ArrayList<>();
    Map<String, Set<String>> launchedByKernel = new ConcurrentHashMap<>();
    for (KernelCase kernelCase : KernelCases.all()) {
      String entry = kernelCase.kernel().entry(kernelCase.storage());
      Set<String> launched = launchedByKernel.get(entry);
      boolean concerned = launched == null || entries.stream().anyMatch(launched::contains);
      if (concerned) {
        CaseRun run = CaseRun.measure(kernelCase, seed);
        launchedByKernel
            .computeIfAbsent(entry, k -> ConcurrentHashMap.newKeySet())
            .addAll(run.launched());
        runs.add(run);
      }
    }
    Map<String, List<CaseRun>> cases =
        entries.stream()
            .collect(
                Collectors.toMap(
                    entry -> entry,
                    entry -> runs.stream().filter(r -> r.launched().contains(entry)).toList()));
    return new Judge(seed, cases);
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
    List<CaseRun> order = new ArrayList<>(cases.get(entry.name()));
    Map<CaseRun, Integer> before = Map.copyOf(kills);
    order.sort(Comparator.comparingDouble(c -> c.nanos() / (1.0 + before.getOrDefault(c, 0))));
    for (CaseRun one : order) {
      String failure = one.failure(changed, seed);
      if (failure != null) {
        kills.merge(one, 1, Integer::sum);
        return failure;
      }
    }
    return null;
  }
}
