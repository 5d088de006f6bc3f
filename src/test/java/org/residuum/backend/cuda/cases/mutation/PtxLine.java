package org.residuum.backend.cuda.cases.mutation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An instruction of an entry, one a line as nvcc writes them.
 *
 * @param index its line in the text of the entry, from 0
 * @param guard {@code @%p1}, {@code @!%p1} or empty
 * @param opcode with its modifiers
 */
record PtxLine(int index, String guard, String opcode, List<String> operands) {
  private static final Pattern INSTRUCTION =
      Pattern.compile("\\s*(@!?%p\\d+)?\\s*([a-z][\\w.:]*)\\s*([^;]*);.*");

  /** The instruction in that line of text, or null where it holds none. */
  static PtxLine parse(int index, String line) {
    Matcher m = INSTRUCTION.matcher(line);
    if (!m.matches()) {
      return null;
    }
    return new PtxLine(index, m.group(1) == null ? "" : m.group(1), m.group(2), split(m.group(3)));
  }

  private static List<String> split(String operands) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < operands.length(); i++) {
      char c = operands.charAt(i);
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      if (c == ',' && depth == 0) {
        parts.add(operands.substring(from, i).trim());
        from = i + 1;
      }
    }
    String last = operands.substring(from).trim();
    if (!last.isEmpty()) {
      parts.add(last);
    }
    return parts;
  }

  /** The opcode up to its first dot. */
  String name() {
    int dot = opcode.indexOf('.');
    return dot < 0 ? opcode : opcode.substring(0, dot);
  }

  /** The last modifier, which is the type of most instructions. */
  String type() {
    return opcode.substring(opcode.lastIndexOf('.') + 1);
  }

  /** The modifier after the opcode's name, such as {@code lt} of {@code setp.lt.s32}. */
  String first() {
    String[] parts = opcode.split("\\.");
    return parts.length > 1 ? parts[1] : "";
  }

  boolean isFloat() {
    return type().equals("f32");
  }

  boolean isPredicate() {
    return type().equals("pred");
  }

  String operand(int i) {
    return operands.get(i);
  }

  /** Whether operand i is an integer constant. */
  boolean constant(int i) {
    return operands.get(i).matches("-?\\d+");
  }

  PtxLine withOpcode(String changed) {
    return new PtxLine(index, guard, changed, operands);
  }

  PtxLine withGuard(String changed) {
    return new PtxLine(index, changed, opcode, operands);
  }

  PtxLine with(int i, String operand) {
    List<String> changed = new ArrayList<>(operands);
    changed.set(i, operand);
    return new PtxLine(index, guard, opcode, changed);
  }

  PtxLine swapped(int i, int j) {
    return with(i, operand(j)).with(j, operand(i));
  }

  /** The same guard, another instruction. */
  String instead(String opcode, String... operands) {
    return new PtxLine(index, guard, opcode, List.of(operands)).text();
  }

  /** As PTX takes it, with single blanks. */
  String text() {
    String body = operands.isEmpty() ? opcode : opcode + " " + String.join(", ", operands);
    return (guard.isEmpty() ? "" : guard + " ") + body + ";";
  }

  /** The text without the numbers of registers and labels, which change with every compilation. */
  String shape() {
    return text()
        .replaceAll("%(p|f|r|rd|rs|fd)\\d+", "%$1")
        .replaceAll("\\$L__BB\\d+_\\d+", "L")
        .replaceAll("\\[\\w+?_(?:f32|bf16)_(\\w+)\\]", "[$1]");
  }
}
