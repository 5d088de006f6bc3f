package org.residuum.backend.cuda.cases.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A sample of what {@code scripts/mutate-kernels --all} tries. */
class KernelMutantSampleTest {
  private static final long DATA_SEED = 20160318L;
  private static final long SAMPLE_SEED = 20151210L;
  private static final int SAMPLE = 150;

  /** Less than the whole run kills, so that new PTX does not fail by chance. */
  private static final double KILLED = 0.95;

  private final List<Mutant> every =
      EntryText.all().stream().flatMap(entry -> Mutants.of(entry).stream()).toList();

  @Test
  void casesKillASampleOfMutants() {
    List<Mutant> sample = Mutants.sample(every, SAMPLE_SEED, SAMPLE);
    Judge judge =
        new Judge(
            sample.stream().map(mutant -> mutant.entry().name()).collect(Collectors.toSet()),
            DATA_SEED);
    Tally tally = new Tally();
    sample.parallelStream().map(judge::verdict).forEach(tally::add);
    System.out.print(tally.table());
    String survivors =
        tally.with(Verdict.Outcome.SURVIVED).stream()
            .map(Verdict::toString)
            .collect(Collectors.joining("\n"));
    assertTrue(tally.killedShare() >= KILLED, () -> tally.killedShare() + " killed;\n" + survivors);
    assertEquals(List.of(), tally.refuted(), "killed, though said to be equivalent");
    assertEquals(List.of(), tally.with(Verdict.Outcome.NOT_BUILT), "not PTX any more");
  }

  @Test
  void mutantsListedAsEquivalentExist() {
    assertEquals(List.of(), Equivalents.read().unused(every), "lines that describe no mutant");
  }
}
