package org.residuum.backend.cuda.cases.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The mutants that a person found to be equivalent, from {@code equivalent-mutants.tsv}: lines of
 * entries (a regular expression), kind, change, context and reason, separated by tabs. Change and
 * context are what {@link Mutant#change} and {@link Mutant#context} give, so that a line finds its
 * mutants again when registers and labels get other numbers. A context of {@code *} stands for any.
 */
final class Equivalents {
  private static final String FILE = "equivalent-mutants.tsv";

  /** One line of the file. */
  static final class Listed {
    final String text;
    final String reason;
    private final Pattern entries;
    private final String kind;
    private final String change;
    private final String context;
    private boolean found;

    private Listed(int number, String line) {
      String[] columns = line.split("\t");
      if (columns.length != 5) {
        throw new IllegalArgumentException(
            FILE
                + ", line "
                + number
                + ": "
                + columns.length
                + " columns; entries, kind, change, context and reason are 5, separated by tabs");
      }
      this.text = line;
      this.entries = Pattern.compile(columns[0]);
      this.kind = columns[1];
      this.change = columns[2];
      this.context = columns[3];
      this.reason = columns[4];
    }

    boolean describes(Mutant mutant) {
      return kind.equals(mutant.kind().toString())
          && entries.matcher(mutant.entry().name()).matches()
          && change.equals(mutant.change())
          && (context.equals("*") || context.equals(mutant.context()));
    }
  }

  private final List<Listed> listed = new ArrayList<>();

  static Equivalents read() {
    try (InputStream in = Equivalents.class.getResourceAsStream(FILE)) {
      Equivalents equivalents = new Equivalents();
      String[] lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n");
      for (int i = 0; i < lines.length; i++) {
        if (!lines[i].isBlank() && !lines[i].startsWith("#")) {
          equivalents.listed.add(new Listed(i + 1, lines[i]));
        }
      }
      return equivalents;
    } catch (IOException e) {
      throw new UncheckedIOException(FILE + " could not be read", e);
    }
  }

  /** Why the mutant is equivalent, or null where the file does not say that it is. */
  String reason(Mutant mutant) {
    for (Listed one : listed) {
      if (one.describes(mutant)) {
        return one.reason;
      }
    }
    return null;
  }

  /** The lines that describe none of these mutants, which are all there are. */
  List<String> unused(List<Mutant> all) {
    for (Mutant mutant : all) {
      for (Listed one : listed) {
        one.found |= !one.found && one.describes(mutant);
      }
    }
    return listed.stream().filter(one -> !one.found).map(one -> one.text).toList();
  }
}
