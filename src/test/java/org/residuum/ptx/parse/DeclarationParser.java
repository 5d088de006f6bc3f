package org.residuum.ptx.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Reads what follows {@code .reg}, {@code .shared}, {@code .param} and their like. */
final class DeclarationParser {
  private final TokenStream in;
  private final OperandParser operands;

  DeclarationParser(TokenStream in, OperandParser operands) {
    this.in = in;
    this.operands = operands;
  }

  /** Reads {@code .reg .b32 %r<9>, a, b;} after its first word. */
  void registers(BiConsumer<String, PtxType> declare) {
    PtxType type = type();
    do {
      String name = in.word();
      if (in.take("<")) {
        int count = Integer.parseInt(in.word());
        in.expect(">");
        for (int i = 0; i < count; i++) {
          declare.accept(name + i, type);
        }
      } else {
        declare.accept(name, type);
      }
    } while (in.take(","));
    in.expect(";");
  }

  /** Reads one variable; {@code space} without its dot was read already. */
  Variable variable(String space, boolean external) {
    int alignment = 0;
    boolean pointer = false;
    while (in.at(".align") || in.at(".ptr") || in.at(".attribute") || (pointer && isSpace())) {
      String word = in.word();
      if (word.equals(".align")) {
        int value = Integer.parseInt(in.word());
        alignment = pointer ? alignment : value;
      } else if (word.equals(".attribute")) {
        in.skipStatement();
      }
      pointer |= word.equals(".ptr");
    }
    PtxType type = type();
    while (in.at(".ptr") || in.at(".align") || isSpace()) {
      if (in.word().equals(".align")) {
        in.word();
      }
    }
    String name = in.word();
    long elements = elements();
    List<Operand> initial = initial();
    if (elements < 0) {
      elements = external ? 0 : initial.size();
    }
    int align = alignment == 0 ? type.bytes : alignment;
    return new Variable(space, name, type, elements * type.bytes, align, external, initial);
  }

  private boolean isSpace() {
    return in.at(".global") || in.at(".shared") || in.at(".const") || in.at(".local");
  }

  private long elements() {
    long elements = 1;
    boolean unsized = false;
    while (in.take("[")) {
      unsized |= in.at("]");
      elements *= in.at("]") ? 1 : Long.parseLong(in.word());
      in.expect("]");
    }
    return unsized ? -1 : elements;
  }

  private List<Operand> initial() {
    List<Operand> values = new ArrayList<>();
    if (in.take("=")) {
      flatten(operands.operand(), values);
    }
    return values;
  }

  private static void flatten(Operand value, List<Operand> into) {
    if (value instanceof Operand.Vector vector) {
      vector.elements().forEach(element -> flatten(element, into));
    } else {
      into.add(value);
    }
  }

  private PtxType type() {
    Token token = in.next();
    String name = token.text();
    PtxType type = name.startsWith(".") ? PtxType.named(name.substring(1)) : null;
    if (type == null) {
      throw new PtxException(token.line(), "unsupported type '" + name + "' in a declaration");
    }
    return type;
  }
}
