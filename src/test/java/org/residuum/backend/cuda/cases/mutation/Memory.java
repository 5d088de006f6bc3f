package org.residuum.backend.cuda.cases.mutation;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Changes of loads, stores, parameters and special registers. */
final class Memory {
  private static final Pattern ADDRESS = Pattern.compile("\\[(.+?)(?:\\+(-?\\d+))?\\]");
  private static final Map<String, List<String>> INDEX =
      Map.of(
          "%tid.x", List.of("%tid.y", "%ctaid.x"),
          "%tid.y", List.of("%tid.x", "%ctaid.y"),
          "%ctaid.x", List.of("%ctaid.y", "%tid.x"),
          "%ctaid.y", List.of("%ctaid.x", "%tid.y"),
          "%ntid.x", List.of("%ntid.y", "%nctaid.x"),
          "%ntid.y", List.of("%ntid.x", "%nctaid.y"),
          "%nctaid.x", List.of("%nctaid.y", "%ntid.x"),
          "%nctaid.y", List.of("%nctaid.x", "%ntid.y"));

  private Memory() {}

  static void of(EntryText entry, PtxLine line, Sink sink) {
    switch (line.name()) {
      case "ld" -> load(entry, line, sink);
      case "st" -> {
        sink.add(MutationKind.STORE);
        offsets(line, 0, sink);
        lanes(line, 1, sink);
      }
      case "mov" ->
          INDEX
              .getOrDefault(line.operands().size() < 2 ? "" : line.operand(1), List.of())
              .forEach(other -> sink.add(MutationKind.INDEX, line.with(1, other).text()));
      default -> {}
    }
  }

  private static void load(EntryText entry, PtxLine line, Sink sink) {
    if (!line.first().equals("param")) {
      offsets(line, 1, sink);
      lanes(line, 0, sink);
      return;
    }
    String name = line.operand(1).replaceAll("[\\[\\]]", "");
    String type = entry.parameters().get(name);
    List<String> names = List.copyOf(entry.parameters().keySet());
    int at = names.indexOf(name);
    for (int i = 1; i < names.size(); i++) {
      String other = names.get((at + i) % names.size());
      if (entry.parameters().get(other).equals(type)) {
        sink.add(MutationKind.ARGUMENT, line.with(1, "[" + other + "]").text());
      }
    }
  }

  /** One element of the access before and behind. */
  private static void offsets(PtxLine line, int operand, Sink sink) {
    Matcher m = ADDRESS.matcher(line.operand(operand));
    if (m.matches()) {
      int offset = m.group(2) == null ? 0 : Integer.parseInt(m.group(2));
      int element = Integer.parseInt(line.type().substring(1)) / 8;
      int access =
          element * (line.opcode().contains(".v4.") ? 4 : line.opcode().contains(".v2.") ? 2 : 1);
      for (int step : new int[] {access, -access}) {
        String address = "[" + m.group(1) + "+" + (offset + step) + "]";
        sink.add(MutationKind.OFFSET, line.with(operand, address).text());
      }
    }
  }

  private static void lanes(PtxLine line, int operand, Sink sink) {
    String vector = line.operand(operand);
    if (vector.startsWith("{")) {
      String[] lanes = vector.substring(1, vector.length() - 1).split(",\\s*");
      for (int i = 0; i + 1 < lanes.length; i++) {
        String[] changed = lanes.clone();
        changed[i] = lanes[i + 1];
        changed[i + 1] = lanes[i];
        if (!Arrays.equals(lanes, changed)) {
          sink.add(
              MutationKind.LANES,
              line.with(operand, "{" + String.join(", ", changed) + "}").text());
        }
      }
    }
  }
}
