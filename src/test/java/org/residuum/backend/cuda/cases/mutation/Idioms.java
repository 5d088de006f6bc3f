package org.residuum.backend.cuda.cases.mutation;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Rules for what the kernels' sources say often: each looks at the few instructions of an idiom.
 */
final class Idioms {
  private static final String INFINITY = "0f7F800000";

  /** Parameters of windows that are 1 mostly, where a division by them is left out. */
  private static final Pattern DIVISOR =
      Pattern.compile("\\[\\w+_(dilation_[xy]|stride_[xy]|groups)\\]");

  private Idioms() {}

  /** The rule that proves the mutant equivalent, or null. */
  static String rule(Mutant mutant) {
    if (comparesWithInfinity(mutant)) {
      return "nan-test: |x| ≤ ∞ and x ≤ ∞ are false for NaN alone";
    } else if (dividesByOne(mutant)) {
      return "division-by-one: a quotient that is left out where the divisor is 1 is the dividend";
    } else if (isGuarded(mutant)) {
      return "guarded: the branch before leaves with negative numbers, so signed and unsigned"
          + " agree";
    } else if (masksZero(mutant)) {
      return "shifted-in: the bit that the mask keeps in addition is a 0 shifted in";
    } else if (endsFullRounds(mutant)) {
      return "full-rounds: a loop unrolled by 4 is left at the bound or at most one lane behind a"
          + " whole round before it, never one before it";
    } else if (leavesNegative(mutant)) {
      return "negative: of an output below 0 the next comparison sees the sign alone, and that is"
          + " kept";
    }
    return null;
  }

  /** The rule by which other bits, rarely and few, are as right; null if there is none. */
  static String tolerated(Mutant mutant) {
    PtxLine line = mutant.line();
    boolean ceiling =
        line.opcode().equals("fma.rm.f32") && mutant.replacement().startsWith("fma.rp.f32");
    boolean shifted =
        mutant.change().equals("mov.f32 %f, 0f437C0000; -> mov.f32 %f, 0f437C4084;")
            && readers(mutant.entry(), line.operand(0)).stream()
                .allMatch(reader -> reader.opcode().equals("fma.rm.f32"));
    return ceiling || shifted
        ? "exponential: e^x = 2^j · 2^f, f = x log2 e - j; j next to the floor of x log2 e does as"
            + " well"
        : null;
  }

  private static boolean comparesWithInfinity(Mutant mutant) {
    PtxLine line = mutant.line();
    return line.opcode().equals("abs.f32")
        && mutant.kind() == MutationKind.NEGATION
        && readers(mutant.entry(), line.operand(0)).stream()
            .allMatch(
                test ->
                    test.opcode().matches("setp\\.(le|gtu)\\.f32")
                        && test.operand(2).equals(INFINITY));
  }

  /** {@code d == 1} becomes never true, or the branch on it goes, so that d divides always. */
  private static boolean dividesByOne(Mutant mutant) {
    PtxLine line = mutant.line();
    if (isDivisorOne(mutant.entry(), line)) {
      return mutant.kind() == MutationKind.BOUND && mutant.replacement().endsWith(", 0;");
    }
    boolean equal = mutant.replacement().isEmpty() && line.guard().matches("@%p\\d+");
    if (line.name().equals("bra") && equal && mutant.kind() == MutationKind.PREDICATE) {
      List<PtxLine> writers = writers(mutant.entry(), line.guard().substring(1));
      return writers.size() == 1 && isDivisorOne(mutant.entry(), writers.get(0));
    }
    return false;
  }

  private static boolean isDivisorOne(EntryText entry, PtxLine line) {
    return line.opcode().equals("setp.eq.s32")
        && line.operand(2).equals("1")
        && !writers(entry, line.operand(1)).isEmpty()
        && writers(entry, line.operand(1)).stream()
            .allMatch(
                w -> w.opcode().equals("ld.param.u32") && DIVISOR.matcher(w.operand(1)).matches());
  }

  /** {@code setp.lt.s32 p, r, 0; @p bra away;} before, in the same run of instructions. */
  private static boolean isGuarded(Mutant mutant) {
    PtxLine line = mutant.line();
    if (mutant.kind() != MutationKind.SIGN || !line.opcode().equals("cvt.s64.s32")) {
      return false;
    }
    List<PtxLine> all = mutant.entry().instructions();
    String register = line.operand(1);
    String negative = null;
    for (int i = all.indexOf(line) - 1; i >= 0; i--) {
      PtxLine before = all.get(i);
      if (mutant.entry().hasLabelBetween(before, line)) {
        return false;
      }
      boolean branch = before.name().equals("bra");
      negative = branch && before.guard().startsWith("@%") ? before.guard().substring(1) : negative;
      boolean writes = !branch && !before.operands().isEmpty();
      if (writes && before.operand(0).equals(negative)) {
        if (before.opcode().equals("setp.lt.s32")
            && before.operand(1).equals(register)
            && before.operand(2).equals("0")) {
          return true;
        }
        negative = null;
      }
      if (writes && before.operand(0).equals(register)) {
        return false;
      }
    }
    return false;
  }

  private static boolean masksZero(Mutant mutant) {
    PtxLine line = mutant.line();
    if (mutant.kind() != MutationKind.CONSTANT || !line.opcode().equals("and.b32")) {
      return false;
    }
    PtxLine changed = PtxLine.parse(0, mutant.replacement());
    List<PtxLine> writers = writers(mutant.entry(), line.operand(1));
    if (!line.constant(2) || writers.size() != 1) {
      return false;
    }
    PtxLine shift = writers.get(0);
    int bits = Integer.parseInt(line.operand(2)) ^ Integer.parseInt(changed.operand(2));
    return shift.opcode().equals("shl.b32")
        && shift.constant(2)
        && bits >>> Integer.parseInt(shift.operand(2)) == 0;
  }

  /**
   * {@code add k, k, 128; setp p, k, n; @p bra back;} with 32 lanes, where rounds of less than 128
   * were taken before: k is n or more, or n - 97 or less.
   */
  private static boolean endsFullRounds(Mutant mutant) {
    PtxLine line = mutant.line();
    List<PtxLine> all = mutant.entry().instructions();
    int at = all.indexOf(line);
    if (at == 0 || at + 1 == all.size() || mutant.kind() != MutationKind.BOUND) {
      return false;
    }
    PtxLine step = all.get(at - 1);
    PtxLine branch = all.get(at + 1);
    return mutant.entry().kernel().name().matches("(softmax|cross_entropy)_\\w+")
        && line.opcode().equals("setp.lt.s32")
        && mutant.replacement().startsWith("add.s32 %mr0, " + line.operand(2) + ", -1;")
        && step.text().equals("add.s32 " + line.operand(1) + ", " + line.operand(1) + ", 128;")
        && mutant.entry().goesBack(branch)
        && branch.guard().equals("@" + line.operand(0));
  }

  /**
   * {@code setp.gt g, q, -1; and p, g, o; selp r, q, -1, p; setp.lt t, r, 0}: without g, or with
   * one that is true for -1, r is q where it was -1 and q is negative.
   */
  private static boolean leavesNegative(Mutant mutant) {
    List<PtxLine> all = mutant.entry().instructions();
    PtxLine line = mutant.line();
    int at = all.indexOf(line) - (line.opcode().equals("and.pred") ? 1 : 0);
    if (at < 0 || at + 3 >= all.size()) {
      return false;
    }
    PtxLine test = all.get(at);
    PtxLine both = all.get(at + 1);
    PtxLine chosen = all.get(at + 2);
    PtxLine sign = all.get(at + 3);
    boolean idiom =
        test.opcode().equals("setp.gt.s32")
            && test.operand(2).equals("-1")
            && both.opcode().equals("and.pred")
            && both.operand(1).equals(test.operand(0))
            && chosen.text().endsWith(", " + test.operand(1) + ", -1, " + both.operand(0) + ";")
            && chosen.opcode().equals("selp.b32")
            && sign.opcode().equals("setp.lt.s32")
            && sign.operand(1).equals(chosen.operand(0))
            && sign.operand(2).equals("0");
    String changed = mutant.replacement();
    return idiom
        && (changed.equals(both.with(1, both.operand(2)).text())
            || changed.equals(test.withOpcode("setp.ge.s32").text())
            || changed.equals(test.with(2, "-2").text()));
  }

  private static List<PtxLine> writers(EntryText entry, String register) {
    return entry.instructions().stream()
        .filter(line -> line.operands().size() > 1 && line.operand(0).equals(register))
        .toList();
  }

  private static List<PtxLine> readers(EntryText entry, String register) {
    return entry.instructions().stream()
        .filter(line -> line.operands().lastIndexOf(register) > 0)
        .toList();
  }
}
