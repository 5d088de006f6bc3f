package org.residuum.backend.cuda.cases.mutation;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rules that prove a mutant equivalent from the text of its entry. A mutant that a rule calls
 * equivalent and a case kills refutes the rule, and is reported.
 */
final class Proofs {
  /** Kernels that only add, multiply once, compare or copy: fp32 results to the bit. */
  private static final Set<String> EXACT =
      Set.of(
          "relu_forward",
          "residual_add_forward",
          "residual_add_relu_forward",
          "multiply_forward",
          "multiply_channels_forward",
          "bias_forward",
          "bias_relu_forward",
          "leaky_relu_forward",
          "leaky_relu_backward",
          "prelu",
          "cast_from_f32",
          "cast_to_f32");

  private final Map<EntryText, Signs> signs = new ConcurrentHashMap<>();

  /**
   * Why the mutant may pass every case although it computes other bits now and then; null if it may
   * not. It counts as equivalent if it passes, and as killed if a case sees the bits.
   */
  String tolerated(Mutant mutant) {
    if (roundsOnce(mutant, mutant.line())) {
      return "rounding: one fp32 rounding toward zero instead of to nearest stays in the tolerance";
    } else if (mutant.kind() == MutationKind.EQUALITY && selectsEqual(mutant)) {
      return "sign-of-zero: where the compared values are equal, both sides selected are that"
          + " value, 0 and -0 apart";
    } else if (mutant.change().matches("add.f32 %f, %f, 0f00000000; -> (mov|sub).*")
        || mutant.change().matches("fma.rn.f32 %f, %f, %f, 0f00000000; -> mul.*")) {
      return "sign-of-zero: adding 0 changes nothing but the sign of a zero";
    } else if (mutant.change().equals("and.b32 %r, %r, -65536; -> and.b32 %r, %r, -65535;")) {
      return "half-unit: the other lane's lowest bit is one fp32 unit in the last place of this"
          + " one";
    }
    return null;
  }

  /** The rule that proves the mutant equivalent, or null. */
  String rule(Mutant mutant) {
    PtxLine changed = mutant.replacement().contains("\n") ? null : first(mutant.replacement());
    if (isUnread(mutant)) {
      return "unread: no instruction reads the register";
    } else if (slowDivision(mutant, changed)) {
      return "slow-division: 64 bits divide where 32 would do, with the same quotient";
    } else if (mutant.kind() == MutationKind.SIGN && changed != null && sameUnsigned(mutant)) {
      return "not-negative: sizes and indices are not negative, so signed and unsigned agree";
    } else if (changed != null
        && mutant.change().equals("and.b64 %rd, %rd, 15; -> and.b64 %rd, %rd, 14;")) {
      return "alignment: bit 0 of an address of elements of 2 or 4 bytes is 0";
    } else if (mutant.kind() == MutationKind.ROUNDING && Halves.areCopies(mutant)) {
      return "copied: what is rounded to bf16 was bf16 before";
    } else if (Halves.isDropped(mutant)) {
      return "dropped-half: only the other half of the pair of bf16 is stored";
    } else if (changed != null && sameZero(mutant, changed)) {
      return "zero: the operand is 0 for sizes that are not negative";
    }
    return null;
  }

  private static PtxLine first(String text) {
    return text.isEmpty() ? null : PtxLine.parse(0, text);
  }

  private Signs signs(EntryText entry) {
    return signs.computeIfAbsent(entry, Signs::new);
  }

  private static boolean isUnread(Mutant mutant) {
    PtxLine line = mutant.line();
    return line.operands().size() > 1
        && !Set.of("st", "bra", "bar", "shfl", "ld").contains(line.name())
        && line.operand(0).matches("%\\w+")
        && !mutant.entry().isRead(line.operand(0));
  }

  /**
   * nvcc divides in 32 bits where (a | b) & 0xffffffff00000000 = 0. A mutant that divides in 64
   * bits more often, and never in 32 bits where it did not, gives the same quotients.
   */
  private static boolean slowDivision(Mutant mutant, PtxLine changed) {
    List<PtxLine> all = mutant.entry().instructions();
    int at = all.indexOf(mutant.line());
    for (int mask = Math.max(0, at - 6); mask <= at; mask++) {
      if (!isHighMask(all.get(mask))) {
        continue;
      }
      PtxLine test = reader(all, mask, "setp");
      PtxLine branch = test == null ? null : reader(all, all.indexOf(test), "bra");
      if (branch == null || !test.first().equals("eq") || !"0".equals(test.operand(2))) {
        continue;
      }
      if (all.get(mask) == mutant.line()) {
        return changed != null
            && (changed.text().endsWith(", -4294967295;") || changed.name().equals("mov"));
      } else if (test == mutant.line()) {
        return changed != null
            && mutant.kind() == MutationKind.BOUND
            && changed.name().equals("setp");
      } else if (branch == mutant.line()) {
        return mutant.replacement().isEmpty();
      }
    }
    return false;
  }

  private static boolean isHighMask(PtxLine line) {
    return line.opcode().equals("and.b64") && line.operand(2).equals("-4294967296");
  }

  /** The one instruction of that name behind, near, which reads what {@code all.get(at)} writes. */
  private static PtxLine reader(List<PtxLine> all, int at, String name) {
    String register = all.get(at).operand(0);
    for (int i = at + 1; i < Math.min(all.size(), at + 6); i++) {
      PtxLine line = all.get(i);
      boolean reads =
          line.guard().equals("@" + register)
              || line.operands().size() > 1 && line.operand(1).equals(register);
      if (reads) {
        return line.name().equals(name) ? line : null;
      }
    }
    return null;
  }

  private boolean sameUnsigned(Mutant mutant) {
    Signs known = signs(mutant.entry());
    PtxLine line = mutant.line();
    int operands = line.name().equals("shr") ? 2 : line.operands().size();
    for (int i = 1; i < operands; i++) {
      if (!known.notNegative(line.operand(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether both give 0, or both the same other operand since 0 is added. */
  private boolean sameZero(Mutant mutant, PtxLine changed) {
    PtxLine line = mutant.line();
    if (line.operands().size() < 2 || !line.operand(0).matches("%(r|rd)\\d+")) {
      return false;
    }
    Signs known = signs(mutant.entry());
    if (line.operand(0).equals(changed.operand(0)) && line.guard().equals(changed.guard())) {
      Signs.Sign before = known.result(line);
      Signs.Sign after = known.result(changed);
      boolean zero = before == Signs.Sign.ZERO && after == Signs.Sign.ZERO;
      String same = remaining(known, line);
      return zero || same != null && same.equals(remaining(known, changed));
    }
    return false;
  }

  /** The operand that an addition of 0, or a move, hands on; null for anything else. */
  private static String remaining(Signs known, PtxLine line) {
    return switch (line.name()) {
      case "add" ->
          known.of(line.operand(2)) == Signs.Sign.ZERO
              ? line.operand(1)
              : known.of(line.operand(1)) == Signs.Sign.ZERO ? line.operand(2) : null;
      case "sub" -> known.of(line.operand(2)) == Signs.Sign.ZERO ? line.operand(1) : null;
      case "mov" -> line.operand(1);
      default -> null;
    };
  }

  /** {@code setp p, a, b; selp d, a, b, p}, whichever way round: max, min, ReLU, clip. */
  private static boolean selectsEqual(Mutant mutant) {
    PtxLine line = mutant.line();
    String predicate = line.operand(0);
    List<String> sides = line.operands().subList(1, 3);
    int readers = 0;
    for (PtxLine other : mutant.entry().instructions()) {
      boolean reads = other != line && other.text().matches(".*" + predicate + "(?!\\d).*");
      boolean writes = reads && other.operand(0).equals(predicate);
      if (writes || reads && !other.name().equals("selp")) {
        return false;
      } else if (reads) {
        readers++;
        if (!sides.equals(List.of(other.operand(1), other.operand(2)))
            && !sides.equals(List.of(other.operand(2), other.operand(1)))) {
          return false;
        }
      }
    }
    return readers > 0;
  }

  private static boolean roundsOnce(Mutant mutant, PtxLine line) {
    return mutant.kind() == MutationKind.ROUNDING
        && line.isFloat()
        && !line.opcode().contains("cvt")
        && !line.opcode().contains(".rm")
        && !EXACT.contains(mutant.entry().kernel().name());
  }
}
