package org.residuum.backend.cuda.cases.mutation;

/** Changes of floating-point arithmetic. */
final class Arithmetic {
  private Arithmetic() {}

  static void of(PtxLine line, Sink sink) {
    constants(line, sink);
    if (line.opcode().startsWith("cvt.")) {
      conversion(line, sink);
    } else if (line.isFloat()) {
      operation(line, sink);
    }
  }

  private static void operation(PtxLine line, Sink sink) {
    switch (line.name()) {
      case "add", "mul" -> {
        sink.add(MutationKind.ROUNDING, rounded(line, ".rz"));
        drop(
            line,
            line.name().equals("mul") ? MutationKind.MULTIPLIER : MutationKind.OPERATOR,
            sink);
        if (line.name().equals("add")) {
          sink.add(MutationKind.OPERATOR, line.withOpcode("sub.f32").text());
        } else {
          sink.add(MutationKind.OPERATOR, line.withOpcode("add.f32").text());
        }
      }
      case "sub" -> {
        sink.add(MutationKind.OPERANDS, line.swapped(1, 2).text());
        sink.add(MutationKind.OPERATOR, line.withOpcode("add.f32").text());
        sink.add(MutationKind.OPERATOR, line.instead("mov.f32", line.operand(0), line.operand(1)));
        sink.add(MutationKind.ROUNDING, rounded(line, ".rz"));
      }
      case "div" -> {
        sink.add(MutationKind.OPERANDS, line.swapped(1, 2).text());
        sink.add(MutationKind.OPERATOR, line.instead("mov.f32", line.operand(0), line.operand(1)));
        sink.add(MutationKind.ROUNDING, rounded(line, ".rz"));
      }
      case "fma" -> fma(line, sink);
      case "min", "max" -> extreme(line, sink);
      case "neg", "abs" ->
          sink.add(
              MutationKind.NEGATION, line.instead("mov.f32", line.operand(0), line.operand(1)));
      case "copysign" -> {
        sink.add(MutationKind.OPERANDS, line.swapped(1, 2).text());
        sink.add(MutationKind.NEGATION, line.instead("mov.f32", line.operand(0), line.operand(2)));
      }
      case "sqrt", "rcp" -> {
        if (line.opcode().contains(".rn")) {
          sink.add(MutationKind.ROUNDING, rounded(line, ".rz"));
        }
        sink.add(MutationKind.OPERATOR, line.instead("mov.f32", line.operand(0), line.operand(1)));
      }
      default -> {}
    }
  }

  private static String rounded(PtxLine line, String mode) {
    String opcode =
        line.opcode().contains(".rn")
            ? line.opcode().replace(".rn", mode)
            : line.name() + mode + line.opcode().substring(line.name().length());
    return line.withOpcode(opcode).text();
  }

  private static void drop(PtxLine line, MutationKind kind, Sink sink) {
    for (int i : new int[] {1, 2}) {
      sink.add(kind, line.instead("mov.f32", line.operand(0), line.operand(i)));
    }
  }

  private static void fma(PtxLine line, Sink sink) {
    String d = line.operand(0);
    String a = line.operand(1);
    String b = line.operand(2);
    String c = line.operand(3);
    sink.add(MutationKind.FMA, line.instead("mul.f32", d, a, b));
    sink.add(MutationKind.FMA, line.instead("add.f32", d, a, c));
    sink.add(MutationKind.FMA, line.instead("add.f32", d, b, c));
    sink.add(MutationKind.FMA, line.instead("mov.f32", d, c));
    if (line.opcode().contains(".rm")) {
      sink.add(MutationKind.ROUNDING, line.withOpcode("fma.rp.f32").text());
    } else {
      sink.add(MutationKind.ROUNDING, line.withOpcode("fma.rz.f32").text());
    }
  }

  private static void extreme(PtxLine line, Sink sink) {
    String other = line.name().equals("min") ? "max" : "min";
    sink.add(
        MutationKind.MIN_MAX, line.withOpcode(line.opcode().replace(line.name(), other)).text());
    drop(line, MutationKind.MIN_MAX, sink);
    boolean keepsNan = line.opcode().contains(".NaN");
    sink.add(
        MutationKind.MIN_MAX,
        line.withOpcode(keepsNan ? line.name() + ".f32" : line.name() + ".NaN.f32").text());
  }

  private static void conversion(PtxLine line, Sink sink) {
    String opcode = line.opcode();
    if (opcode.contains(".rn.bf16")) {
      sink.add(MutationKind.ROUNDING, line.withOpcode(opcode.replace(".rn.", ".rz.")).text());
      if (line.operands().size() == 3) {
        sink.add(MutationKind.LANES, line.swapped(1, 2).text());
      }
    } else if (opcode.contains(".rzi.")) {
      sink.add(MutationKind.ROUNDING, line.withOpcode(opcode.replace(".rzi.", ".rpi.")).text());
    } else if (opcode.equals("cvt.sat.f32.f32")) {
      sink.add(MutationKind.MIN_MAX, line.instead("mov.f32", line.operand(0), line.operand(1)));
    }
  }

  /** Each float constant once a little off and once far off. */
  private static void constants(PtxLine line, Sink sink) {
    for (int i = 1; i < line.operands().size(); i++) {
      if (line.operand(i).matches("0f[0-9A-Fa-f]{8}")) {
        float value =
            Float.intBitsToFloat(Integer.parseUnsignedInt(line.operand(i).substring(2), 16));
        float[] others =
            value == 0 ? new float[] {1, 1e-3f} : new float[] {0, -value, value * 1.001f};
        for (float other : others) {
          String bits = String.format("0f%08X", Float.floatToRawIntBits(other));
          if (!bits.equalsIgnoreCase(line.operand(i))) {
            sink.add(MutationKind.FLOAT_CONSTANT, line.with(i, bits).text());
          }
        }
      }
    }
  }
}
