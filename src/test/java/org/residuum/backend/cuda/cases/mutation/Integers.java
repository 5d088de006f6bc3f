package org.residuum.backend.cuda.cases.mutation;

/** Changes of integer arithmetic and of bits. */
final class Integers {
  private Integers() {}

  static void of(PtxLine line, Sink sink) {
    if (line.isFloat() || line.isPredicate()) {
      return;
    }
    switch (line.name()) {
      case "add", "sub" -> sum(line, sink);
      case "mul", "mad" -> product(line, sink);
      case "shl", "shr" -> shift(line, sink);
      case "div", "rem" -> quotient(line, sink);
      case "min", "max" -> extreme(line, sink);
      case "and", "or", "xor" -> bits(line, sink);
      case "mov" -> {
        if (line.operands().size() == 2 && line.constant(1)) {
          constant(line, 1, MutationKind.CONSTANT, sink);
        }
      }
      case "neg", "not" ->
          sink.add(
              MutationKind.NEGATION,
              line.instead("mov.b" + line.type().substring(1), line.operand(0), line.operand(1)));
      case "cvt" -> conversion(line, sink);
      default -> {}
    }
  }

  private static void constant(PtxLine line, int i, MutationKind kind, Sink sink) {
    long value = Long.parseLong(line.operand(i));
    sink.add(kind, line.with(i, Long.toString(value + 1)).text());
    sink.add(kind, line.with(i, Long.toString(value - 1)).text());
  }

  private static void sum(PtxLine line, Sink sink) {
    String other = line.name().equals("add") ? "sub" : "add";
    sink.add(
        MutationKind.OPERATOR, line.withOpcode(line.opcode().replace(line.name(), other)).text());
    if (line.name().equals("sub")) {
      sink.add(MutationKind.OPERANDS, line.swapped(1, 2).text());
    }
    for (int i : new int[] {1, 2}) {
      if (line.constant(i)) {
        constant(line, i, MutationKind.CONSTANT, sink);
      }
    }
    narrow(line, sink);
  }

  private static void product(PtxLine line, Sink sink) {
    for (int i : new int[] {1, 2}) {
      if (line.constant(i)) {
        constant(line, i, MutationKind.MULTIPLIER, sink);
      } else {
        sink.add(MutationKind.MULTIPLIER, line.with(i, "1").text());
      }
    }
    if (line.name().equals("mad")) {
      sink.add(MutationKind.OPERATOR, line.with(3, "0").text());
    }
    narrow(line, sink);
    if (line.opcode().contains(".wide.")) {
      sign(line, sink);
      String low = "mul.lo." + line.type();
      String extend = line.type().startsWith("u") ? "cvt.u64.u32" : "cvt.s64.s32";
      if (line.type().endsWith("32") && line.name().equals("mul")) {
        sink.add(
            MutationKind.NARROW,
            line.instead(low, "%mr0", line.operand(1), line.operand(2)),
            line.instead(extend, line.operand(0), "%mr0"));
      }
    }
  }

  /** The instruction, then its result cut to 32 bits. */
  private static void narrow(PtxLine line, Sink sink) {
    if (line.type().matches("[su]64")) {
      sink.add(
          MutationKind.NARROW,
          line.text(),
          line.instead("cvt.u32.u64", "%mr0", line.operand(0)),
          line.instead("cvt.s64.s32", line.operand(0), "%mr0"));
    }
  }

  private static void sign(PtxLine line, Sink sink) {
    String type = line.type();
    String other = (type.startsWith("s") ? "u" : "s") + type.substring(1);
    String stem = line.opcode().substring(0, line.opcode().length() - type.length());
    sink.add(MutationKind.SIGN, line.withOpcode(stem + other).text());
  }

  private static void shift(PtxLine line, Sink sink) {
    if (line.constant(2)) {
      constant(line, 2, MutationKind.MULTIPLIER, sink);
    }
    if (line.name().equals("shr")) {
      sign(line, sink);
    }
    if (line.type().equals("b64")) {
      sink.add(
          MutationKind.NARROW,
          line.text(),
          line.instead("cvt.u32.u64", "%mr0", line.operand(0)),
          line.instead("cvt.s64.s32", line.operand(0), "%mr0"));
    }
  }

  private static void quotient(PtxLine line, Sink sink) {
    sink.add(MutationKind.OPERANDS, line.swapped(1, 2).text());
    String other = line.name().equals("div") ? "rem" : "div";
    sink.add(
        MutationKind.OPERATOR, line.withOpcode(line.opcode().replace(line.name(), other)).text());
    sign(line, sink);
    if (line.type().endsWith("64")) {
      String half = line.type().substring(0, 1) + "32";
      sink.add(
          MutationKind.NARROW,
          line.instead("cvt.u32.u64", "%mr0", line.operand(1)),
          line.instead("cvt.u32.u64", "%mr1", line.operand(2)),
          line.instead(line.name() + "." + half, "%mr0", "%mr0", "%mr1"),
          line.instead("cvt." + line.type() + "." + half, line.operand(0), "%mr0"));
    }
  }

  private static void extreme(PtxLine line, Sink sink) {
    String other = line.name().equals("min") ? "max" : "min";
    sink.add(
        MutationKind.MIN_MAX, line.withOpcode(line.opcode().replace(line.name(), other)).text());
    for (int i : new int[] {1, 2}) {
      sink.add(
          MutationKind.MIN_MAX,
          line.instead("mov.b" + line.type().substring(1), line.operand(0), line.operand(i)));
    }
    sign(line, sink);
  }

  private static void bits(PtxLine line, Sink sink) {
    for (int i : new int[] {1, 2}) {
      if (line.constant(i)) {
        constant(line, i, MutationKind.CONSTANT, sink);
      }
      sink.add(
          MutationKind.LOGIC, line.instead("mov." + line.type(), line.operand(0), line.operand(i)));
    }
    String other = line.name().equals("and") ? "or" : "and";
    sink.add(MutationKind.LOGIC, line.withOpcode(line.opcode().replace(line.name(), other)).text());
  }

  private static void conversion(PtxLine line, Sink sink) {
    switch (line.opcode()) {
      case "cvt.u64.u32" -> sink.add(MutationKind.SIGN, line.withOpcode("cvt.s64.s32").text());
      case "cvt.s64.s32" -> sink.add(MutationKind.SIGN, line.withOpcode("cvt.u64.u32").text());
      default -> {}
    }
  }
}
