package org.residuum.format.onnx;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.format.FormatException;

/**
 * Checks how the nodes of a graph hang together and puts those that the outputs need in an order in
 * which each node follows what it reads.
 */
final class GraphOrder {
  private final Path file;
  private final GraphProto graph;
  private final Set<String> given = new HashSet<>();
  private final Map<String, NodeProto> makers = new HashMap<>();
  private final Map<NodeProto, Boolean> done = new java.util.IdentityHashMap<>();
  private final List<NodeProto> order = new ArrayList<>();

  private GraphOrder(Path file, GraphProto graph) {
    this.file = file;
    this.graph = graph;
  }

  /** The nodes that the outputs need. */
  static List<NodeProto> of(Path file, GraphProto graph) throws FormatException {
    GraphOrder sort = new GraphOrder(file, graph);
    sort.collectGiven();
    sort.collectMakers();
    if (graph.outputs().isEmpty()) {
      throw new FormatException(file, "the graph has no output");
    }
    Set<String> outputs = new HashSet<>();
    for (ValueInfo output : graph.outputs()) {
      if (!outputs.add(output.name())) {
        throw sort.twice(output.name(), "output");
      }
      sort.require(output.name(), "output " + FormatException.quote(output.name()));
      sort.visit(sort.makers.get(output.name()));
    }
    return sort.order;
  }

  private void collectGiven() throws FormatException {
    for (ValueInfo input : graph.inputs()) {
      if (!given.add(input.name())) {
        throw twice(input.name(), "input");
      }
    }
    Set<String> initializers = new HashSet<>();
    for (TensorProto tensor : graph.initializers()) {
      if (!initializers.add(tensor.name())) {
        throw twice(tensor.name(), "initialiser");
      }
    }
    given.addAll(initializers);
  }

  private FormatException twice(String name, String what) {
    return new FormatException(file, what + " " + FormatException.quote(name), "is there twice");
  }

  private void collectMakers() throws FormatException {
    for (NodeProto node : graph.nodes()) {
      for (String output : node.outputs()) {
        if (output.isEmpty()) {
          continue;
        }
        NodeProto other = makers.put(output, node);
        if (other != null || given.contains(output)) {
          throw new FormatException(
              file,
              node.title(),
              "it makes "
                  + FormatException.quote(output)
                  + ", as does "
                  + (other == null ? "an input or initialiser" : other.title())
                  + "; each value is made once");
        }
      }
    }
  }

  private void require(String value, String reader) throws FormatException {
    if (!given.contains(value) && !makers.containsKey(value)) {
      throw new FormatException(
          file,
          reader,
          "it reads " + FormatException.quote(value) + ", which nothing in the graph makes");
    }
  }

  /** Depth first with a stack of our own: graphs may be deeper than the thread's. */
  private void visit(NodeProto root) throws FormatException {
    Deque<NodeProto> open = new ArrayDeque<>();
    Deque<Integer> next = new ArrayDeque<>();
    push(root, open, next);
    while (!open.isEmpty()) {
      NodeProto node = open.peek();
      int input = next.pop();
      if (input == node.inputs().size()) {
        open.pop();
        done.put(node, true);
        order.add(node);
        continue;
      }
      next.push(input + 1);
      String name = node.inputs().get(input);
      if (!name.isEmpty()) {
        require(name, node.title());
        push(makers.get(name), open, next);
      }
    }
  }

  private void push(NodeProto node, Deque<NodeProto> open, Deque<Integer> next)
      throws FormatException {
    Boolean state = node == null ? Boolean.TRUE : done.get(node);
    if (state == null) {
      done.put(node, false);
      open.push(node);
      next.push(0);
    } else if (!state) {
      throw new FormatException(
          file, node.title(), "it lies on a cycle: it reads what it makes, through other nodes");
    }
  }
}
