package org.residuum.backend.cuda.cases.mutation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Rules that follow from all the instructions that read what the changed one writes. */
final class Uses {
  private static final int INT_BITS = 31;
  private static final int LANE_BITS = 5;

  private Uses() {}

  /** Whether what is cut to 32 bits is below 2^31 anyway, or read as 32 bits only. */
  static boolean isShort(Mutant mutant, Ranges known) {
    PtxLine line = mutant.line();
    if (line.opcode().matches("(div|rem)\\.[su]64")) {
      return known.fits(line.operand(1), INT_BITS) && known.fits(line.operand(2), INT_BITS);
    }
    Integer bits = known.result(line);
    List<PtxLine> readers = readers(mutant.entry(), line.operand(0));
    return bits != null && bits <= INT_BITS
        || !readers.isEmpty()
            && readers.stream().allMatch(reader -> reader.opcode().equals("cvt.u32.u64"));
  }

  /** Whether a subtraction the other way round is squared, or taken for its magnitude. */
  static boolean ignoresSign(Mutant mutant) {
    PtxLine line = mutant.line();
    boolean swapped = mutant.kind() == MutationKind.OPERANDS && line.opcode().equals("sub.f32");
    boolean magnitude = mutant.kind() == MutationKind.NEGATION && line.opcode().equals("abs.f32");
    if (!swapped && !magnitude) {
      return false;
    }
    String d = line.operand(0);
    List<PtxLine> readers = readers(mutant.entry(), d);
    return !readers.isEmpty()
        && readers.stream()
            .allMatch(
                reader ->
                    switch (reader.name()) {
                      case "fma" ->
                          reader.operand(1).equals(d)
                              && reader.operand(2).equals(d)
                              && !reader.operand(3).equals(d);
                      case "mul" -> reader.operand(1).equals(d) && reader.operand(2).equals(d);
                      case "copysign" -> !reader.operand(1).equals(d);
                      case "abs" -> true;
                      default -> false;
                    });
  }

  /**
   * Whether the masks of a butterfly are still a basis of the 5 bits of a lane, when one of 16, 8,
   * 4, 2 and 1 changes.
   */
  static boolean isBasis(Mutant mutant) {
    PtxLine line = mutant.line();
    String mask = null;
    if (mutant.kind() == MutationKind.CONSTANT && line.opcode().equals("mov.u32")) {
      List<PtxLine> readers = readers(mutant.entry(), line.operand(0));
      boolean masks =
          !readers.isEmpty()
              && readers.stream()
                  .allMatch(
                      reader ->
                          reader.opcode().equals("shfl.sync.bfly.b32")
                              && reader.operand(2).equals(line.operand(0))
                              && !reader.operand(3).equals(line.operand(0)));
      mask = masks ? line.operand(1) : null;
    } else if (mutant.kind() == MutationKind.SHUFFLE
        && mutant.replacement().contains("add.s32")
        && mutant.replacement().contains("shfl.sync.bfly")) {
      List<PtxLine> writers = writers(mutant.entry(), line.operand(2));
      mask = writers.size() == 1 ? writers.get(0).operand(1) : null;
    }
    if (mask == null || !mask.matches("16|8|4|2|1")) {
      return false;
    }
    int before = Integer.parseInt(mask);
    PtxLine changed = PtxLine.parse(0, mutant.replacement().split("\n")[0]);
    String last = changed.operand(changed.operands().size() - 1);
    int after =
        changed.name().equals("add") ? before + Integer.parseInt(last) : Integer.parseInt(last);
    // With the other four bits, a mask is a basis if it has the bit that it stands for.
    return after < 1 << LANE_BITS && (after & before) != 0;
  }

  /**
   * Whether {@code end - 1 - i} becomes {@code end + i}, which is more, where nothing but its upper
   * half is asked for, and more only leads to the long division.
   */
  static boolean isTestedOnly(Mutant mutant) {
    PtxLine line = mutant.line();
    if (mutant.kind() != MutationKind.NEGATION || !line.opcode().equals("not.b64")) {
      return false;
    }
    PtxLine sum = onlyReader(mutant.entry(), line, "add.s64");
    PtxLine both = sum == null ? null : onlyReader(mutant.entry(), sum, "or.b64");
    PtxLine mask = both == null ? null : onlyReader(mutant.entry(), both, "and.b64");
    return mask != null && mask.operand(2).equals("-4294967296");
  }

  /** Whether a dividend and a divisor below 2^32 are tested for upper halves without the latter. */
  static boolean dropsShortHalf(Mutant mutant, Ranges known) {
    PtxLine line = mutant.line();
    PtxLine mask =
        mutant.kind() == MutationKind.LOGIC && line.opcode().equals("or.b64")
            ? onlyReader(mutant.entry(), line, "and.b64")
            : null;
    PtxLine changed = PtxLine.parse(0, mutant.replacement());
    return mask != null
        && mask.operand(2).equals("-4294967296")
        && changed.name().equals("mov")
        && known.fits(line.operand(changed.operand(1).equals(line.operand(1)) ? 2 : 1), 32);
  }

  private static PtxLine onlyReader(EntryText entry, PtxLine line, String opcode) {
    List<PtxLine> readers = readers(entry, line.operand(0));
    return readers.size() == 1 && readers.get(0).opcode().equals(opcode) ? readers.get(0) : null;
  }

  private static List<PtxLine> writers(EntryText entry, String register) {
    return entry.instructions().stream()
        .filter(line -> line.operands().size() > 1 && line.operand(0).equals(register))
        .toList();
  }

  /** The instructions that read a register, as operand, in an address or as guard. */
  private static List<PtxLine> readers(EntryText entry, String register) {
    Pattern use = Pattern.compile(Pattern.quote(register) + "(?!\\d)");
    return entry.instructions().stream()
        .filter(
            line -> {
              boolean all = line.name().equals("st") || line.operands().size() < 2;
              Set<String> read = new HashSet<>(line.operands());
              if (!all) {
                read = new HashSet<>(line.operands().subList(1, line.operands().size()));
              }
              read.add(line.guard());
              return read.stream().anyMatch(operand -> use.matcher(operand).find());
            })
        .toList();
  }
}
