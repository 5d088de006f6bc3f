package org.residuum.backend.cuda.cases.mutation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Where pairs of bf16 come from and go to. */
final class Halves {
  private static final String PACK = "cvt.rn.bf16x2.f32";

  private Halves() {}

  /** Whether both numbers that the instruction packs were loaded as bf16, or are 0. */
  static boolean areCopies(Mutant mutant) {
    PtxLine line = mutant.line();
    return line.opcode().equals(PACK)
        && isCopy(mutant.entry(), line.operand(1), new HashSet<>())
        && isCopy(mutant.entry(), line.operand(2), new HashSet<>());
  }

  /** Follows moves and selections back to loads: a load's half, shifted or masked, is bf16. */
  private static boolean isCopy(EntryText entry, String register, Set<String> seen) {
    if (register.equals("0f00000000") || !seen.add(register)) {
      return true;
    }
    List<PtxLine> writers = writers(entry, register);
    for (PtxLine line : writers) {
      boolean copied =
          switch (line.opcode()) {
            case "selp.f32" ->
                isCopy(entry, line.operand(1), seen) && isCopy(entry, line.operand(2), seen);
            case "mov.f32", "mov.b32" -> isCopy(entry, line.operand(1), seen);
            case "shl.b32" -> line.operand(2).equals("16");
            case "and.b32" -> line.operand(2).equals("-65536");
            default -> false;
          };
      if (!copied) {
        return false;
      }
    }
    return !writers.isEmpty();
  }

  private static List<PtxLine> writers(EntryText entry, String register) {
    return entry.instructions().stream()
        .filter(line -> line.operands().size() > 1 && line.operand(0).equals(register))
        .toList();
  }

  /** Whether a constant is only packed as the upper half of pairs of which the lower is stored. */
  static boolean isDropped(Mutant mutant) {
    PtxLine line = mutant.line();
    return line.opcode().equals("mov.f32")
        && mutant.kind() == MutationKind.FLOAT_CONSTANT
        && readers(mutant.entry(), line.operand(0)).stream()
            .allMatch(
                pack ->
                    pack.opcode().equals(PACK)
                        && pack.operand(1).equals(line.operand(0))
                        && !pack.operand(2).equals(line.operand(0))
                        && readers(mutant.entry(), pack.operand(0)).stream()
                            .allMatch(store -> store.opcode().equals("st.global.u16")));
  }

  private static List<PtxLine> readers(EntryText entry, String register) {
    Pattern use = Pattern.compile(Pattern.quote(register) + "(?!\\d)");
    return entry.instructions().stream()
        .filter(
            line -> {
              List<String> read =
                  line.name().equals("st") || line.operands().isEmpty()
                      ? line.operands()
                      : line.operands().subList(1, line.operands().size());
              return read.stream().anyMatch(operand -> use.matcher(operand).find());
            })
        .toList();
  }
}
