package org.residuum.ptx.parse;

import java.util.List;

/**
 * An instruction as written.
 *
 * @param line the line of the PTX text
 * @param text the instruction without its semicolon
 * @param name the opcode up to its first dot
 * @param modifiers what follows in the opcode, without dots
 * @param guard the predicate of {@code @p}, or null
 * @param negated whether the guard is written {@code @!p}
 */
public record Instruction(
    int line,
    String text,
    String name,
    List<String> modifiers,
    String guard,
    boolean negated,
    List<Operand> operands) {

  public String opcode() {
    return modifiers.isEmpty() ? name : name + "." + String.join(".", modifiers);
  }

  public PtxException unsupported(String why) {
    return new PtxException(
        line, "unsupported instruction '" + opcode() + "' (" + why + "): " + text);
  }
}
