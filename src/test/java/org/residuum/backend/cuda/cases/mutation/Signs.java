package org.residuum.backend.cuda.cases.mutation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of the sign of each integer register of an entry, whatever path is taken: 0, at
 * least 0, or nothing. It rests on the launch contract: sizes are not negative, 64-bit ones are
 * below 2^62, and no index or size overflows. Only the strides of {@code strided_copy} may be
 * negative.
 */
final class Signs {
  enum Sign {
    ZERO,
    NOT_NEGATIVE,
    UNKNOWN;

    Sign join(Sign other) {
      return other == null || compareTo(other) >= 0 ? this : other;
    }
  }

  /** An i64 size shifted right by so much is 0. */
  private static final int SIZE_BITS = 62;

  private final Map<String, Sign> known = new HashMap<>();

  private final List<PtxLine> instructions;

  /** Adds up, over all paths, what each instruction may leave in its register. */
  Signs(EntryText entry) {
    this.instructions = entry.instructions();
    boolean changed = true;
    while (changed) {
      changed = false;
      for (PtxLine line : entry.instructions()) {
        if (line.operands().size() > 1 && line.operand(0).matches("%(r|rd|rs)\\d+")) {
          Sign result = result(line);
          Sign before = known.get(line.operand(0));
          if (result != null && result.join(before) != before) {
            known.put(line.operand(0), result.join(before));
            changed = true;
          }
        }
      }
    }
  }

  /** The sign of an operand; null for a register that no instruction reached writes. */
  Sign of(String operand) {
    if (operand.matches("-?\\d+")) {
      long value = Long.parseLong(operand);
      return value == 0 ? Sign.ZERO : value > 0 ? Sign.NOT_NEGATIVE : Sign.UNKNOWN;
    }
    return operand.matches("%(r|rd|rs)\\d+")
        ? known.get(operand)
        : operand.matches("%n?(tid|ctaid)\\.[xyz]") ? Sign.NOT_NEGATIVE : Sign.UNKNOWN;
  }

  boolean notNegative(String operand) {
    Sign sign = of(operand);
    return sign == Sign.ZERO || sign == Sign.NOT_NEGATIVE;
  }

  /** The sign of what the instruction writes; null while an operand has no value yet. */
  Sign result(PtxLine line) {
    for (int i = 1; i < line.operands().size(); i++) {
      if (of(line.operand(i)) == null) {
        return null;
      }
    }
    return switch (line.name()) {
      case "ld" -> loaded(line);
      case "mov" -> of(line.operand(1));
      case "cvt" -> converted(line);
      case "rem" ->
          line.type().startsWith("u") && notNegative(line.operand(2))
              ? Sign.NOT_NEGATIVE
              : combined(line);
      case "add", "min", "div", "or", "mul", "mad" -> combined(line);
      case "sub" -> of(line.operand(2)) == Sign.ZERO ? of(line.operand(1)) : Sign.UNKNOWN;
      case "max" ->
          notNegative(line.operand(1)) && notNegative(line.operand(2))
              ? of(line.operand(1)).join(of(line.operand(2)))
              : Sign.UNKNOWN;
      case "and" ->
          of(line.operand(1)) == Sign.ZERO || of(line.operand(2)) == Sign.ZERO
              ? Sign.ZERO
              : notNegative(line.operand(1)) || notNegative(line.operand(2))
                  ? Sign.NOT_NEGATIVE
                  : Sign.UNKNOWN;
      case "shl" -> line.type().equals("b64") ? of(line.operand(1)) : shortShift(line);
      case "shr" -> shiftedRight(line);
      case "selp" -> of(line.operand(1)).join(of(line.operand(2)));
      default -> Sign.UNKNOWN;
    };
  }

  private static Sign loaded(PtxLine line) {
    boolean stride = line.operand(1).contains("_stride");
    boolean parameter = line.first().equals("param") && !stride;
    return parameter || line.type().equals("u8") || line.type().equals("u16")
        ? Sign.NOT_NEGATIVE
        : Sign.UNKNOWN;
  }

  private Sign converted(PtxLine line) {
    return switch (line.opcode()) {
      case "cvt.s64.s32" -> of(line.operand(1));
      case "cvt.u64.u32", "cvt.u32.u16" ->
          of(line.operand(1)) == Sign.ZERO ? Sign.ZERO : Sign.NOT_NEGATIVE;
      case "cvt.u32.u64" -> wasShort(line.operand(1)) ? Sign.NOT_NEGATIVE : Sign.UNKNOWN;
      default -> Sign.UNKNOWN;
    };
  }

  /** Whether a 64-bit register holds nothing but 32-bit sizes. */
  private boolean wasShort(String register) {
    return instructions.stream()
        .filter(line -> line.operands().size() > 1 && line.operand(0).equals(register))
        .allMatch(
            line ->
                line.opcode().matches("cvt\\.(s64\\.s32|u64\\.u32)")
                    && notNegative(line.operand(1)));
  }

  private Sign combined(PtxLine line) {
    boolean zero = line.name().equals("mul") || line.name().equals("div");
    if (zero && of(line.operand(1)) == Sign.ZERO) {
      return Sign.ZERO;
    }
    Sign all = Sign.ZERO;
    for (int i = 1; i < line.operands().size(); i++) {
      all = all.join(of(line.operand(i)));
    }
    return all;
  }

  /** 32-bit values are shifted by small amounts as indices, by 16 as halves of two floats. */
  private Sign shortShift(PtxLine line) {
    return line.constant(2) && Integer.parseInt(line.operand(2)) <= 8
        ? of(line.operand(1))
        : Sign.UNKNOWN;
  }

  private Sign shiftedRight(PtxLine line) {
    Sign value = of(line.operand(1));
    if (value == Sign.ZERO) {
      return Sign.ZERO;
    }
    int shift = line.constant(2) ? Integer.parseInt(line.operand(2)) : 0;
    boolean wide = line.type().endsWith("64");
    if (value == Sign.NOT_NEGATIVE) {
      return shift >= (wide ? SIZE_BITS : 31) ? Sign.ZERO : Sign.NOT_NEGATIVE;
    }
    return line.type().startsWith("u") && shift > 0 ? Sign.NOT_NEGATIVE : Sign.UNKNOWN;
  }
}
