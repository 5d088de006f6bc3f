package org.residuum.backend.cuda.cases.mutation;

import java.util.List;
import org.residuum.ptx.parse.PtxEntry;

/**
 * A kernel with one instruction changed.
 *
 * @param line the instruction
 * @param replacement what stands in its place, instructions one a line; empty for none
 */
record Mutant(EntryText entry, PtxLine line, MutationKind kind, String replacement) {
  private static final int CONTEXT = 2;

  PtxEntry apply() {
    return entry.with(line.index(), replacement);
  }

  /** What the change is, without numbers of registers. */
  String change() {
    StringBuilder shapes = new StringBuilder();
    for (String part : replacement.split("\n")) {
      PtxLine changed = PtxLine.parse(0, part);
      if (changed != null) {
        shapes.append(shapes.length() == 0 ? "" : " ").append(changed.shape());
      }
    }
    return line.shape() + " -> " + (shapes.length() == 0 ? "(nothing)" : shapes);
  }

  /** The instructions around, without numbers of registers. */
  String context() {
    List<PtxLine> all = entry.instructions();
    int at = all.indexOf(line);
    StringBuilder text = new StringBuilder();
    for (int i = Math.max(0, at - CONTEXT); i < Math.min(all.size(), at + CONTEXT + 1); i++) {
      if (i != at) {
        text.append(i < at ? "" : "| ").append(all.get(i).shape()).append(' ');
      }
    }
    return text.toString().trim();
  }

  /** Tells this mutant from all others of the same modules. */
  String key() {
    return entry.name() + "\t" + line.index() + "\t" + kind + "\t" + line.text() + "\t" + flat();
  }

  private String flat() {
    return replacement.isEmpty() ? "(nothing)" : replacement.replace('\n', ' ');
  }

  @Override
  public String toString() {
    return entry.name()
        + ":"
        + entry.lineInFile(line)
        + " "
        + kind
        + "  "
        + line.text()
        + "  ->  "
        + flat();
  }
}
