package org.residuum.backend.cuda.cases.mutation;

import java.util.Arrays;
import java.util.Map;

/**
 * What became of a mutant.
 *
 * @param detail what killed it, why it is equivalent, or why it could not be built
 * @param refuted the rule or reason by which the mutant would be equivalent, where a case killed it
 *     all the same; empty for none
 */
record Verdict(Mutant mutant, Outcome outcome, String detail, String refuted) {
  enum Outcome {
    KILLED,
    SURVIVED,
    EQUIVALENT,
    /** The changed text is no PTX; such a mutant counts nowhere. */
    NOT_BUILT
  }

  private static final int KEY_COLUMNS = 5;

  /** Reads a row again; null where it is of none of these mutants, or cut short. */
  static Verdict read(String row, Map<String, Mutant> mutants) {
    String[] columns = row.split("\t", -1);
    if (columns.length != KEY_COLUMNS + 3) {
      return null;
    }
    Mutant mutant = mutants.get(String.join("\t", Arrays.copyOf(columns, KEY_COLUMNS)));
    return mutant == null
        ? null
        : new Verdict(
            mutant,
            Outcome.valueOf(columns[KEY_COLUMNS]),
            columns[KEY_COLUMNS + 1],
            columns[KEY_COLUMNS + 2]);
  }

  /** One line of a file of results. */
  String row() {
    return mutant.key() + "\t" + outcome + "\t" + detail.replace('\t', ' ') + "\t" + refuted;
  }
}
