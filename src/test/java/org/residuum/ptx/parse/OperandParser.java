package org.residuum.ptx.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Reads operands: registers, literals, addresses, vectors, pairs and argument lists. */
final class OperandParser {
  private final TokenStream in;
  private final UnaryOperator<String> names;

  OperandParser(TokenStream in, UnaryOperator<String> names) {
    this.in = in;
    this.names = names;
  }

  List<Operand> operands() {
    List<Operand> operands = new ArrayList<>();
    while (!in.at(";") && !in.atEnd()) {
      operands.add(operand());
      if (!in.take(",")) {
        break;
      }
    }
    return operands;
  }

  Operand operand() {
    Operand first = simple();
    return in.take("|") ? new Operand.Pair(first, simple()) : first;
  }

  private Operand simple() {
    if (in.take("[")) {
      return address();
    } else if (in.take("{")) {
      return new Operand.Vector(list("}"));
    } else if (in.take("(")) {
      return new Operand.Group(list(")"));
    } else if (in.take("!")) {
      return new Operand.Not(simple());
    }
    Operand base = nameOrLiteral();
    return in.at("+") ? new Operand.Sum(base, offset()) : base;
  }

  private Operand address() {
    Operand base = nameOrLiteral();
    Operand address = new Operand.Address(base, offset());
    in.expect("]");
    return address;
  }

  /** The sum of {@code +4}, {@code +-4} or {@code -4}, where any stand here. */
  private long offset() {
    long offset = 0;
    while (in.at("+") || in.at("-")) {
      in.take("+");
      offset += bits(literal());
    }
    return offset;
  }

  private List<Operand> list(String end) {
    List<Operand> elements = new ArrayList<>();
    while (!in.take(end)) {
      elements.add(operand());
      in.take(",");
    }
    return elements;
  }

  private Operand nameOrLiteral() {
    Token token = in.peek();
    if (token.is("-") || Character.isDigit(token.text().isEmpty() ? ' ' : token.text().charAt(0))) {
      return literal();
    }
    return new Operand.Name(names.apply(in.word()));
  }

  private Operand literal() {
    boolean negative = in.take("-");
    Token token = in.next();
    try {
      return literal(token.text(), negative);
    } catch (NumberFormatException e) {
      throw new PtxException(token.line(), "'" + token.text() + "' is not a number");
    }
  }

  private static Operand literal(String text, boolean negative) {
    if (text.startsWith("0f")
        || text.startsWith("0F")
        || text.startsWith("0d")
        || text.startsWith("0D")) {
      return new Operand.Bits(Long.parseUnsignedLong(text.substring(2), 16));
    } else if (text.contains(".")) {
      return new Operand.Decimal((negative ? -1 : 1) * Double.parseDouble(text));
    }
    String digits = text.endsWith("U") ? text.substring(0, text.length() - 1) : text;
    long value = integer(digits);
    return new Operand.Bits(negative ? -value : value);
  }

  private static long integer(String digits) {
    if (digits.startsWith("0x") || digits.startsWith("0X")) {
      return Long.parseUnsignedLong(digits.substring(2), 16);
    } else if (digits.startsWith("0b") || digits.startsWith("0B")) {
      return Long.parseUnsignedLong(digits.substring(2), 2);
    } else if (digits.length() > 1 && digits.startsWith("0")) {
      return Long.parseUnsignedLong(digits.substring(1), 8);
    }
    return Long.parseUnsignedLong(digits);
  }

  static long bits(Operand literal) {
    return literal instanceof Operand.Bits b
        ? b.value()
        : (long) ((Operand.Decimal) literal).value();
  }
}
