package org.residuum.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes a network as a table that a person likes to read. */
final class NetworkPrinter {
  private NetworkPrinter() {}

  static String print(Network network) {
    List<String[]> rows = new ArrayList<>();
    for (Node node : network.nodes()) {
      rows.add(row(node));
    }
    StringBuilder text = new StringBuilder(header(network));
    int[] widths = new int[4];
    for (String[] row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row[column].length());
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder(" ");
      for (int column = 0; column < row.length; column++) {
        int width = column < widths.length ? widths[column] : 0;
        line.append(' ')
            .append(row[column])
            .append(" ".repeat(Math.max(0, width - row[column].length()) + 1));
      }
      text.append('\n').append(line.toString().stripTrailing());
    }
    String results =
        network.outputs().entrySet().stream()
            .map(output -> output.getKey() + " = " + output.getValue())
            .collect(Collectors.joining(", "));
    return text.append("\n  return ").append(results).append('\n').toString();
  }

  private static String header(Network network) {
    return String.format(
        Locale.ROOT,
        "%s: %,d parameters, %s an example, %d nodes",
        network.name(),
        network.parameterCount(),
        flops(network.flops()),
        network.nodes().size());
  }

  /** For example {@code 4.09 GFLOP}; a multiply-add counts as two. */
  static String flops(long flops) {
    if (flops >= 1_000_000_000L) {
      return String.format(Locale.ROOT, "%.2f GFLOP", flops / 1e9);
    }
    return flops >= 1_000_000L
        ? String.format(Locale.ROOT, "%.2f MFLOP", flops / 1e6)
        : String.format(Locale.ROOT, "%.2f kFLOP", flops / 1e3);
  }

  /** For example {@code (N, 64)} of 32-bit floats, {@code (N, 64) bfloat16} of others. */
  private static String type(Value value) {
    return value.type() == ElementType.F32
        ? value.shape().toString()
        : value.shape() + " " + value.type();
  }

  private static String[] row(Node node) {
    String made = node.outputs().stream().map(Value::toString).collect(Collectors.joining(", "));
    String shapes =
        node.outputs().stream().map(NetworkPrinter::type).collect(Collectors.joining(" "));
    String read = node.inputs().stream().map(Value::toString).collect(Collectors.joining(", "));
    long weights = node.parameters().stream().mapToLong(spec -> spec.shape().elements()).sum();
    return new String[] {
      made + " =",
      node.op().label() + (read.isEmpty() ? "" : " (" + read + ")"),
      node.name(),
      shapes,
      weights == 0 ? "" : String.format(Locale.ROOT, "%,d weights", weights)
    };
  }
}
