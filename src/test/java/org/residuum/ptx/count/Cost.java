package org.residuum.ptx.count;

import java.util.EnumMap;
import java.util.Map;
import org.residuum.ptx.parse.Instruction;

/**
 * Machine instructions that an instruction of PTX becomes, by pipe: an estimate. The assembler
 * gives 64-bit integers two or three instructions, a division a sequence, and takes parameters and
 * most copies as operands of other instructions. Compared with what ptxas 13.0 makes of the 139
 * kernels for sm_90, all instructions of a kernel counted once, the sum is 4 % too high, and a
 * kernel is off by 26 % on average.
 */
final class Cost {
  private Cost() {}

  static Map<Pipe, Double> of(Instruction instruction) {
    return switch (Kind.of(instruction)) {
      case INTEGER -> integer(instruction);
      case INTEGER64 -> integer64(instruction);
      case FLOAT32 -> on(Pipe.FLOAT32, 1);
      case FLOAT64 -> on(Pipe.FLOAT64, 1);
      case SPECIAL -> special(instruction);
      case CONVERSION -> on(Pipe.SPECIAL, 1);
      case MOVE -> on(Pipe.INTEGER, 0.25);
      case GLOBAL, SHARED, LOCAL -> on(Pipe.MEMORY, 1);
      case PARAMETER -> Map.of();
      case SHUFFLE -> on(Pipe.MEMORY, 1);
      case BRANCH, BARRIER, MATRIX, OTHER -> Map.of(Pipe.ISSUE, 1.0);
    };
  }

  private static Map<Pipe, Double> integer(Instruction instruction) {
    return switch (instruction.name()) {
      case "div" -> division(18);
      case "rem" -> division(20);
      default -> on(Pipe.INTEGER, 1);
    };
  }

  private static Map<Pipe, Double> integer64(Instruction instruction) {
    boolean wide = instruction.modifiers().contains("wide");
    return switch (instruction.name()) {
      case "div", "rem" -> division(80);
      case "mul" -> on(Pipe.INTEGER, wide ? 1 : 4);
      case "mad" -> on(Pipe.INTEGER, wide ? 1 : 4);
      case "shl", "shr", "min", "max", "setp", "selp" -> on(Pipe.INTEGER, 2);
      default -> on(Pipe.INTEGER, 2);
    };
  }

  /** Divisions estimate a quotient by a reciprocal and correct it. */
  private static Map<Pipe, Double> division(double slots) {
    Map<Pipe, Double> pipes = new EnumMap<>(on(Pipe.INTEGER, slots - 3));
    pipes.put(Pipe.SPECIAL, 3.0);
    pipes.put(Pipe.ISSUE, slots);
    return pipes;
  }

  private static Map<Pipe, Double> special(Instruction instruction) {
    boolean approximate = instruction.modifiers().contains("approx");
    if (approximate) {
      return on(Pipe.SPECIAL, 1);
    }
    Map<Pipe, Double> pipes = new EnumMap<>(on(Pipe.FLOAT32, 8));
    pipes.put(Pipe.SPECIAL, 1.0);
    pipes.put(Pipe.ISSUE, 9.0);
    return pipes;
  }

  private static Map<Pipe, Double> on(Pipe pipe, double slots) {
    return Map.of(pipe, slots, Pipe.ISSUE, slots);
  }
}
