package org.residuum.backend.cuda.cases.mutation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** All mutants of an entry, and samples of them. */
final class Mutants {
  private Mutants() {}

  static List<Mutant> of(EntryText entry) {
    List<Mutant> mutants = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (PtxLine line : entry.instructions()) {
      Sink sink =
          (kind, instead) -> {
            Mutant mutant = new Mutant(entry, line, kind, String.join("\n", instead));
            if (!mutant.replacement().equals(line.text())
                && seen.add(line.index() + mutant.replacement())) {
              mutants.add(mutant);
            }
          };
      Comparisons.of(line, sink);
      Control.of(entry, line, sink);
      Memory.of(entry, line, sink);
      Arithmetic.of(line, sink);
      Integers.of(line, sink);
    }
    return mutants;
  }

  /**
   * So many of the mutants, spread evenly: the first of each pair of entry and kind in random
   * order, then the second of each. What one entry gives does not depend on the other entries.
   */
  static List<Mutant> sample(List<Mutant> all, long seed, int size) {
    Map<String, List<Mutant>> cells = new LinkedHashMap<>();
    for (Mutant mutant : all) {
      cells
          .computeIfAbsent(mutant.entry().name() + " " + mutant.kind(), k -> new ArrayList<>())
          .add(mutant);
    }
    cells.forEach((name, cell) -> Collections.shuffle(cell, new Random(seed ^ name.hashCode())));
    List<List<Mutant>> order = new ArrayList<>(cells.values());
    Collections.shuffle(order, new Random(seed));
    List<Mutant> sample = new ArrayList<>();
    boolean any = true;
    for (int rank = 0; any && sample.size() < size; rank++) {
      any = false;
      for (List<Mutant> cell : order) {
        if (rank < cell.size() && sample.size() < size) {
          sample.add(cell.get(rank));
          any = true;
        }
      }
    }
    return sample;
  }
}
