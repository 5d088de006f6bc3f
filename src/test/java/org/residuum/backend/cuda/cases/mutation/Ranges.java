package org.residuum.backend.cuda.cases.mutation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of the value of each integer register of an entry, whatever path is taken: that it
 * is at least 0 and takes so many bits, or nothing. It rests on the launch contract: sizes are not
 * negative, 64-bit ones are below 2^62, and no index or size overflows. Only the strides of {@code
 * strided_copy} may be negative.
 */
final class Ranges {
  /** Anything, negative numbers too. */
  static final int UNKNOWN = 64;

  /** An i64 size shifted right by so much is 0. */
  private static final int SIZE_BITS = 62;

  private static final int INT_BITS = 31;
  private static final String REGISTER = "%(r|rd|rs)\\d+";

  private final Map<String, Integer> known = new HashMap<>();
  private final List<PtxLine> instructions;

  /** Adds up, over all paths, what each instruction may leave in its register. */
  Ranges(EntryText entry) {
    this.instructions = entry.instructions();
    for (PtxLine line : instructions) {
      // Several registers at once: loaded as a vector, or shuffled.
      if (line.operands().size() > 1 && !line.operand(0).matches("%\\w+")) {
        for (String part : line.operand(0).split("[^%\\w]+")) {
          known.put(part, UNKNOWN);
        }
      }
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (PtxLine line : instructions) {
        if (line.operands().size() > 1 && line.operand(0).matches(REGISTER)) {
          Integer result = result(line);
          Integer before = known.get(line.operand(0));
          if (result != null && (before == null || result > before)) {
            known.put(line.operand(0), result);
            changed = true;
          }
        }
      }
    }
  }

  /** The bits of an operand; null for a register that no instruction reached writes. */
  Integer bits(String operand) {
    if (operand.matches("-?\\d+")) {
      long value = Long.parseLong(operand);
      return value < 0 ? UNKNOWN : Long.SIZE - Long.numberOfLeadingZeros(value);
    } else if (operand.matches(REGISTER)) {
      return known.get(operand);
    }
    return switch (operand) {
      case "%tid.x", "%tid.y", "%tid.z" -> 10;
      case "%ntid.x", "%ntid.y", "%ntid.z" -> 11;
      case "%ctaid.x", "%nctaid.x" -> INT_BITS;
      case "%ctaid.y", "%ctaid.z", "%nctaid.y", "%nctaid.z" -> 16;
      default -> UNKNOWN;
    };
  }

  /** Whether the operand is at least 0 and below 2^most. */
  boolean fits(String operand, int most) {
    Integer bits = bits(operand);
    return bits != null && bits <= most;
  }

  boolean notNegative(String operand) {
    return fits(operand, UNKNOWN - 1);
  }

  /** The bits of what the instruction writes; null while an operand has no value yet. */
  Integer result(PtxLine line) {
    for (int i = 1; i < line.operands().size(); i++) {
      if (bits(line.operand(i)) == null) {
        return null;
      }
    }
    int all = line.opcode().matches(".*\\.[busf]64") || line.opcode().contains(".wide") ? 63 : 31;
    int bits = unbounded(line);
    return bits == UNKNOWN ? UNKNOWN : Math.min(bits, all);
  }

  private int unbounded(PtxLine line) {
    return switch (line.name()) {
      case "ld" -> loaded(line);
      case "mov" -> bits(line.operand(1));
      case "cvt" -> converted(line);
      case "add" ->
          countsDown(line) ? bits(line.operand(1)) : sum(line.operand(1), line.operand(2));
      case "mul" -> product(line.operand(1), line.operand(2));
      case "mad" -> sum(product(line.operand(1), line.operand(2)), bits(line.operand(3)));
      case "sub" -> difference(line);
      case "div" -> notNegative(line.operand(2)) ? bits(line.operand(1)) : UNKNOWN;
      case "rem" -> remainder(line);
      case "min" -> Math.max(bits(line.operand(1)), bits(line.operand(2)));
      case "max", "or", "xor" -> Math.max(bits(line.operand(1)), bits(line.operand(2)));
      case "and" -> Math.min(bits(line.operand(1)), bits(line.operand(2)));
      case "shl" -> shiftedLeft(line);
      case "shr" -> shiftedRight(line);
      case "selp" -> Math.max(bits(line.operand(1)), bits(line.operand(2)));
      default -> UNKNOWN;
    };
  }

  private int sum(String a, String b) {
    return sum(bits(a), bits(b));
  }

  private static int sum(int a, int b) {
    return a == UNKNOWN || b == UNKNOWN
        ? UNKNOWN
        : a == 0 || b == 0 ? Math.max(a, b) : Math.min(Math.max(a, b) + 1, UNKNOWN - 1);
  }

  /** A power of two adds a bit less. */
  private int product(String a, String b) {
    int x = bits(a);
    int y = bits(b);
    if (x == 0 || y == 0) {
      return 0;
    } else if (x == UNKNOWN || y == UNKNOWN) {
      return UNKNOWN;
    }
    boolean power = b.matches("\\d+") && Long.bitCount(Long.parseLong(b)) == 1;
    return Math.min(x + y - (power ? 1 : 0), UNKNOWN - 1);
  }

  /** {@code x - 0}, {@code x - (x < n ? 0 : n)} and {@code x - x / n * n} are not negative. */
  private int difference(PtxLine line) {
    int x = bits(line.operand(1));
    if (bits(line.operand(2)) == 0 || x == UNKNOWN) {
      return x;
    }
    PtxLine less = writer(line.operand(2));
    if (less == null || !stays(line.operand(1), less, line)) {
      return UNKNOWN;
    } else if (less.opcode().equals("selp.b32") && less.operand(1).equals("0")) {
      PtxLine test = before(less, less.operand(3));
      return test != null
              && test.opcode().equals("setp.lt.s32")
              && test.operand(1).equals(line.operand(1))
              && test.operand(2).equals(less.operand(2))
          ? x
          : UNKNOWN;
    } else if (less.opcode().startsWith("mul.lo.")) {
      PtxLine quotient = writer(less.operand(1));
      return quotient != null
              && stays(line.operand(1), quotient, line)
              && quotient.name().equals("div")
              && quotient.operand(1).equals(line.operand(1))
              && quotient.operand(2).equals(less.operand(2))
              && notNegative(less.operand(2))
          ? Math.min(x, bits(less.operand(2)))
          : UNKNOWN;
    }
    return UNKNOWN;
  }

  /** Whether the second instruction follows the first, and none between writes the register. */
  private boolean stays(String register, PtxLine first, PtxLine second) {
    int from = instructions.indexOf(first);
    int to = instructions.indexOf(second);
    return from < to
        && instructions.subList(from, to).stream()
            .noneMatch(l -> !l.operands().isEmpty() && l.operand(0).equals(register));
  }

  /** The only instruction that writes a register, or null. */
  private PtxLine writer(String register) {
    PtxLine found = null;
    for (PtxLine line : instructions) {
      if (line.operands().size() > 1 && line.operand(0).equals(register)) {
        if (found != null) {
          return null;
        }
        found = line;
      }
    }
    return found;
  }

  /** The instruction just before the line, if it writes the register. */
  private PtxLine before(PtxLine line, String register) {
    int at = instructions.indexOf(line);
    return at > 0 && instructions.get(at - 1).operand(0).equals(register)
        ? instructions.get(at - 1)
        : null;
  }

  /** {@code n = n - 1; if (n != 0) again}, which nvcc enters with 1 or more. */
  private boolean countsDown(PtxLine line) {
    int at = instructions.indexOf(line);
    if (at < 0 || at + 2 >= instructions.size() || !line.operand(2).equals("-1")) {
      return false;
    }
    PtxLine test = instructions.get(at + 1);
    String counter = line.operand(0);
    return line.operand(1).equals(counter)
        && test.opcode().matches("setp\\.ne\\.[su]\\d+")
        && test.operand(1).equals(counter)
        && test.operand(2).equals("0")
        && instructions.get(at + 2).guard().equals("@" + test.operand(0));
  }

  private int remainder(PtxLine line) {
    int x = bits(line.operand(1));
    int n = bits(line.operand(2));
    return n == UNKNOWN || x == UNKNOWN && !line.type().startsWith("u") ? UNKNOWN : Math.min(x, n);
  }

  private static int loaded(PtxLine line) {
    if (line.first().equals("param") && !line.operand(1).contains("_stride")) {
      return line.type().endsWith("64") ? SIZE_BITS : INT_BITS;
    }
    return line.type().equals("u8") ? 8 : line.type().equals("u16") ? 16 : UNKNOWN;
  }

  private int converted(PtxLine line) {
    int x = bits(line.operand(1));
    return switch (line.opcode()) {
      case "cvt.s64.s32" -> x;
      case "cvt.u64.u32" -> Math.min(x, 32);
      case "cvt.u32.u16" -> Math.min(x, 16);
      case "cvt.u32.u64" -> x <= INT_BITS ? x : UNKNOWN;
      default -> UNKNOWN;
    };
  }

  /** 32-bit values are shifted by small amounts as indices, by 16 as halves of two floats. */
  private int shiftedLeft(PtxLine line) {
    int x = bits(line.operand(1));
    boolean wide = line.type().equals("b64");
    if (x == UNKNOWN || x == 0) {
      return x;
    } else if (!line.constant(2) || !wide && Integer.parseInt(line.operand(2)) > 8) {
      return wide ? UNKNOWN - 1 : UNKNOWN;
    }
    return Math.min(x + Integer.parseInt(line.operand(2)), UNKNOWN - 1);
  }

  private int shiftedRight(PtxLine line) {
    int x = bits(line.operand(1));
    int shift = line.constant(2) ? Integer.parseInt(line.operand(2)) : 0;
    if (x == UNKNOWN && line.type().startsWith("u") && shift > 0) {
      return Integer.parseInt(line.type().substring(1)) - shift;
    }
    return x == UNKNOWN ? UNKNOWN : Math.max(0, x - shift);
  }
}
