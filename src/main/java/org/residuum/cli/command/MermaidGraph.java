package org.residuum.cli.command;

import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;

/** A network as a flowchart in Mermaid's language: a box a node, an arrow a value. */
final class MermaidGraph {
  private MermaidGraph() {}

  static String of(Network network) {
    StringBuilder text = new StringBuilder("flowchart TD\n");
    for (Node node : network.nodes()) {
      text.append("  n").append(node.output().id()).append("[\"");
      text.append(escape(node.name())).append("<br/>").append(escape(node.op().label()));
      text.append("<br/>").append(node.output().shape()).append("\"]\n");
    }
    for (Node node : network.nodes()) {
      for (Value input : node.inputs()) {
        text.append("  n").append(box(network, input)).append(" --> n");
        text.append(node.output().id()).append('\n');
      }
    }
    network
        .outputs()
        .forEach(
            (name, value) -> {
              text.append("  n").append(box(network, value)).append(" --> out");
              text.append(value.id()).append("([\"").append(escape(name)).append("\"])\n");
            });
    return text.toString();
  }

  /** The first value of the node that makes a value. */
  private static int box(Network network, Value value) {
    return network.nodes().stream()
        .filter(node -> node.outputs().contains(value))
        .mapToInt(node -> node.output().id())
        .findFirst()
        .orElseThrow();
  }

  /** Letters, digits and a few marks stay; others become Mermaid's {@code #number;}. */
  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isLetterOrDigit(c) || " ._-+,:()×[]/".indexOf(c) >= 0) {
                escaped.appendCodePoint(c);
              } else {
                escaped.append('#').append(c).append(';');
              }
            });
    return escaped.toString();
  }
}
