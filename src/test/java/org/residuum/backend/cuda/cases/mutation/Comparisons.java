package org.residuum.backend.cuda.cases.mutation;

import java.util.Map;

/** Changes of comparisons, selections and logic on predicates. */
final class Comparisons {
  private static final Map<String, String> INVERSE =
      Map.of("lt", "ge", "ge", "lt", "gt", "le", "le", "gt", "eq", "ne", "ne", "eq");
  private static final Map<String, String> MIRROR =
      Map.of("lt", "gt", "gt", "lt", "le", "ge", "ge", "le");
  private static final Map<String, String> EQUALITY =
      Map.of("lt", "le", "le", "lt", "gt", "ge", "ge", "gt");

  private Comparisons() {}

  static void of(PtxLine line, Sink sink) {
    switch (line.name()) {
      case "setp" -> setp(line, sink);
      case "selp" -> {
        sink.add(MutationKind.SELECT, line.swapped(1, 2).text());
        sink.add(MutationKind.SELECT, move(line, 1));
        sink.add(MutationKind.SELECT, move(line, 2));
      }
      case "and", "or", "xor", "not" -> {
        if (line.isPredicate()) {
          logic(line, sink);
        }
      }
      default -> {}
    }
  }

  private static String move(PtxLine line, int operand) {
    String type = line.type().replace('u', 'b').replace('s', 'b');
    return line.instead("mov." + type, line.operand(0), line.operand(operand));
  }

  private static void setp(PtxLine line, Sink sink) {
    boolean unordered = line.isFloat() && line.first().matches("(lt|le|gt|ge|eq|ne)u");
    String base = unordered ? line.first().substring(0, 2) : line.first();
    String suffix = unordered ? "u" : "";
    if (INVERSE.containsKey(base)) {
      // The opposite answer, for NaN too.
      String opposite = line.isFloat() && !unordered ? "u" : "";
      sink.add(MutationKind.COMPARISON, compare(line, INVERSE.get(base) + opposite));
    }
    if (MIRROR.containsKey(base)) {
      sink.add(MutationKind.COMPARISON, compare(line, MIRROR.get(base) + suffix));
    }
    if (EQUALITY.containsKey(base)) {
      sink.add(MutationKind.EQUALITY, compare(line, EQUALITY.get(base) + suffix));
    }
    if (line.isFloat()) {
      sink.add(MutationKind.UNORDERED, compare(line, unordered ? base : base + "u"));
    } else {
      bound(line, sink);
    }
  }

  private static String compare(PtxLine line, String comparison) {
    String[] parts = line.opcode().split("\\.", 3);
    return line.withOpcode(parts[0] + "." + comparison + "." + parts[2]).text();
  }

  private static void bound(PtxLine line, Sink sink) {
    for (int step : new int[] {1, -1}) {
      if (line.constant(2)) {
        long value = Long.parseLong(line.operand(2)) + step;
        sink.add(MutationKind.BOUND, line.with(2, Long.toString(value)).text());
      } else if (line.type().matches("[su](32|64)")) {
        String scratch = line.type().endsWith("64") ? "%mrd0" : "%mr0";
        sink.add(
            MutationKind.BOUND,
            line.instead(
                "add.s" + line.type().substring(1),
                scratch,
                line.operand(2),
                Integer.toString(step)),
            line.with(2, scratch).text());
      }
    }
  }

  private static void logic(PtxLine line, Sink sink) {
    if (line.name().equals("not")) {
      sink.add(MutationKind.LOGIC, line.instead("mov.pred", line.operand(0), line.operand(1)));
      return;
    }
    String other = line.name().equals("and") ? "or.pred" : "and.pred";
    sink.add(MutationKind.LOGIC, line.withOpcode(other).text());
    for (int i : new int[] {1, 2}) {
      sink.add(MutationKind.LOGIC, line.with(3 - i, line.operand(i)).text());
    }
  }
}
