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

  private final Map<EntryText, Ranges> ranges = new ConcurrentHashMap<>();

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
    } else if (Uses.isBasis(mutant)) {
      return "shuffle-basis: masks that are independent bits add up every lane, in another order";
    }
    return Idioms.tolerated(mutant);
  }

  /** The rule that proves the mutant equivalent, or null. */
  String rule(Mutant mutant) {
    PtxLine changed = mutant.replacement().contains("\n") ? null : first(mutant.replacement());
    if (isUnread(mutant)) {
      return "unread: no instruction reads the register";
    } else if (slowDivision(mutant, changed)
        || Uses.isTestedOnly(mutant)
        || Uses.dropsShortHalf(mutant, ranges(mutant.entry()))) {
      return "slow-division: 64 bits divide where 32 would do, with the same quotient";
    } else if (mutant.kind() == MutationKind.SIGN && changed != null && sameUnsigned(mutant)) {
      return "not-negative: sizes and indices are not negative, so signed and unsigned agree";
    } else if (mutant.kind() == MutationKind.SIGN && changed != null && unsignedDivision(mutant)) {
      return "unsigned-division: nvcc divides 64 bits unsigned where it knows that the operands are"
          + " not negative, or counts the rounds of a loop";
    } else if (mutant.kind() == MutationKind.NARROW
        && Uses.isShort(mutant, ranges(mutant.entry()))) {
      return "short: the result is below 2^31, or only its lower half is read";
    } else if (Uses.ignoresSign(mutant)) {
      return "square: the difference is only squared, or gives its magnitude";
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
    return Idioms.rule(mutant);
  }

  private static PtxLine first(String text) {
    return text.isEmpty() ? null : PtxLine.parse(0, text);
  }

  private Ranges ranges(EntryText entry) {
    return ranges.computeIfAbsent(entry, Ranges::new);
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
  private boolean slowDivision(Mutant mutant, PtxLine changed) {
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
            && (changed.text().endsWith(", -4294967295;")
                || changed.name().equals("mov")
                || changed.name().equals("or")
                || changed.text().endsWith(", -4294967297;") && shortDivisor(mutant, mask));
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

  /**
   * Whether the divisor is below 2^32. It is not 0, so a | b has a bit of the lower half, and a
   * mask of all bits but one never takes the short division.
   */
  private boolean shortDivisor(Mutant mutant, int mask) {
    List<PtxLine> all = mutant.entry().instructions();
    String both = all.get(mask).operand(1);
    for (int i = mask + 3; i < Math.min(all.size(), mask + 9); i++) {
      PtxLine line = all.get(i);
      if (line.opcode().matches("(div|rem)\\.[su]64")) {
        String divisor = line.operand(2);
        return ranges(mutant.entry()).fits(divisor, 32)
            && all.subList(Math.max(0, mask - 3), mask).stream()
                .anyMatch(
                    or ->
                        or.opcode().equals("or.b64")
                            && or.operand(0).equals(both)
                            && or.operands().subList(1, 3).contains(divisor));
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

  /** The sources divide signed numbers only. */
  private static boolean unsignedDivision(Mutant mutant) {
    return mutant.line().opcode().matches("(div|rem)\\.u64");
  }

  private boolean sameUnsigned(Mutant mutant) {
    Ranges known = ranges(mutant.entry());
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
    Ranges known = ranges(mutant.entry());
    if (line.operand(0).equals(changed.operand(0)) && line.guard().equals(changed.guard())) {
      Integer before = known.result(line);
      Integer after = known.result(changed);
      boolean zero = before != null && before == 0 && after != null && after == 0;
      String same = remaining(known, line);
      return zero || same != null && same.equals(remaining(known, changed));
    }
    return false;
  }

  /** The operand that an addition of 0, or a move, hands on; null for anything else. */
  private static String remaining(Ranges known, PtxLine line) {
    return switch (line.name()) {
      case "add" ->
          known.fits(line.operand(2), 0)
              ? line.operand(1)
              : known.fits(line.operand(1), 0) ? line.operand(2) : null;
      case "sub" -> known.fits(line.operand(2), 0) ? line.operand(1) : null;
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
