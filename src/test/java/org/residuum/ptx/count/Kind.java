package org.residuum.ptx.count;

import java.util.List;
import java.util.Set;
import org.residuum.ptx.parse.Instruction;

/** What sort of work an instruction is, as the pipes of a multiprocessor divide it. */
public enum Kind {
  INTEGER,
  /** 64-bit integers, which take several 32-bit instructions. */
  INTEGER64,
  FLOAT32,
  FLOAT64,
  /** Reciprocals, roots, exponentials and what is made of them. */
  SPECIAL,
  CONVERSION,
  /** Copies between registers, most of which the assembler removes. */
  MOVE,
  GLOBAL,
  SHARED,
  LOCAL,
  /** Parameters and constants, which instructions read from the constant cache as operands. */
  PARAMETER,
  BRANCH,
  BARRIER,
  SHUFFLE,
  MATRIX,
  OTHER;

  private static final Set<String> SPECIALS =
      Set.of("rcp", "sqrt", "rsqrt", "ex2", "lg2", "sin", "cos", "tanh");
  private static final Set<String> BRANCHES = Set.of("bra", "brx", "ret", "exit", "call", "trap");
  private static final Set<String> BARRIERS = Set.of("bar", "barrier", "membar", "fence");
  private static final Set<String> SHUFFLES =
      Set.of("shfl", "vote", "match", "redux", "elect", "activemask");
  private static final Set<String> MATRICES = Set.of("mma", "movmatrix");
  private static final Set<String> MOVES = Set.of("mov", "cvta");
  private static final Set<String> MEMORY =
      Set.of("ld", "ldu", "st", "atom", "red", "cp", "ldmatrix");

  static Kind of(Instruction instruction) {
    String name = instruction.name();
    List<String> modifiers = instruction.modifiers();
    if (MEMORY.contains(name)) {
      return memory(modifiers);
    } else if (BRANCHES.contains(name)) {
      return BRANCH;
    } else if (BARRIERS.contains(name)) {
      return BARRIER;
    } else if (SHUFFLES.contains(name)) {
      return SHUFFLE;
    } else if (MATRICES.contains(name)) {
      return MATRIX;
    } else if (SPECIALS.contains(name)) {
      return SPECIAL;
    } else if (MOVES.contains(name)) {
      return MOVE;
    } else if (name.equals("cvt")) {
      return conversion(modifiers);
    }
    return arithmetic(name, modifiers);
  }

  private static Kind memory(List<String> modifiers) {
    for (String modifier : modifiers) {
      switch (modifier) {
        case "shared", "shared::cta" -> {
          return SHARED;
        }
        case "local" -> {
          return LOCAL;
        }
        case "param", "const" -> {
          return PARAMETER;
        }
        default -> {
          // Another modifier names the space, or none does, which is global memory as a rule.
        }
      }
    }
    return GLOBAL;
  }

  /** Integers are widened and narrowed by choosing registers. */
  private static Kind conversion(List<String> modifiers) {
    int n = modifiers.size();
    boolean integers = isInteger(modifiers.get(n - 1)) && isInteger(modifiers.get(n - 2));
    return integers ? MOVE : CONVERSION;
  }

  private static boolean isInteger(String type) {
    return type.startsWith("s") || type.startsWith("u") || type.matches("b\\d+");
  }

  private static Kind arithmetic(String name, List<String> modifiers) {
    String type = modifiers.isEmpty() ? "" : modifiers.get(modifiers.size() - 1);
    if (type.equals("pred")) {
      return INTEGER;
    } else if (type.equals("f64")) {
      return FLOAT64;
    } else if (isInteger(type)) {
      return type.endsWith("64") ? INTEGER64 : INTEGER;
    } else if (type.startsWith("f") || type.startsWith("bf")) {
      return name.equals("div") ? SPECIAL : FLOAT32;
    }
    return OTHER;
  }
}
