package org.residuum.format.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.residuum.format.FormatException;
import org.residuum.network.Node;
import org.residuum.network.op.Op;

/**
 * The ONNX operators that are understood, and how each operation of a network is written. A family
 * of operations enters both directions of its own.
 */
final class Operators {
  /** The domain of nodes that stand for several; no exporter writes it. */
  private static final String RECOGNIZED = "\0recognized";

  private static final Operators ALL = new Operators();

  /** Imports one node. */
  @FunctionalInterface
  interface Importer {
    void accept(Step step) throws FormatException;
  }

  /** Recognises an operation that exporters write in several nodes. */
  @FunctionalInterface
  interface Pattern {
    /**
     * The node that stands for all of them, made by {@link Operators#recognized}; null for none.
     *
     * @param last of the nodes
     */
    NodeProto match(Formula formula, NodeProto last);
  }

  /**
   * Writes one node.
   *
   * @param <O> its operation
   */
  @FunctionalInterface
  interface Exporter<O extends Op> {
    void write(Export to, Node node, O op);
  }

  /** What is known of an operator; a layer's node is named as its module. */
  private record Known(
      Importer importer, NavigableMap<Integer, Signature> versions, boolean isLayer) {}

  private final Map<String, Known> known = new TreeMap<>();
  private final Map<String, Importer> recognized = new HashMap<>();
  private final Map<String, List<Pattern>> patterns = new HashMap<>();
  private final Map<Class<? extends Op>, Exporter<? extends Op>> exporters = new HashMap<>();

  private Operators() {
    Products.enter(this);
    Norms.enter(this);
    ExampleNorms.enter(this);
    Pointwise.enter(this);
    Softmaxes.enter(this);
    Arithmetic.enter(this);
    Pools.enter(this);
    Reshaping.enter(this);
    Moves.enter(this);
    Padding.enter(this);
    Joining.enter(this);
    Constants.enter(this);
  }

  /**
   * Enters an operator that can be read.
   *
   * @param versions as {@link Signature#versions} takes them
   */
  void reads(String opType, Importer importer, String... versions) {
    known.put(opType, new Known(importer, Signature.versions(versions), false));
  }

  /** The same for one whose inputs, but for the first, are weights. */
  void readsLayer(String opType, Importer importer, String... versions) {
    known.put(opType, new Known(importer, Signature.versions(versions), true));
  }

  /**
   * Enters what is recognised in several nodes.
   *
   * @param what the name that the pattern gives the one node
   * @param last the operators that the last of the nodes can be
   */
  void recognizes(String what, Importer importer, Pattern pattern, String... last) {
    recognized.put(what, importer);
    for (String opType : last) {
      patterns.computeIfAbsent(opType, key -> new ArrayList<>()).add(pattern);
    }
  }

  /** Enters an operation that can be written. */
  <O extends Op> void writes(Class<O> op, Exporter<O> exporter) {
    exporters.put(op, exporter);
  }

  /** The one node in place of the last of several. */
  static NodeProto recognized(
      NodeProto last, String what, List<String> inputs, AttributeProto... attributes) {
    Map<String, AttributeProto> given = new LinkedHashMap<>();
    for (AttributeProto attribute : attributes) {
      given.put(attribute.name(), attribute);
    }
    return new NodeProto(last.name(), what, RECOGNIZED, inputs, last.outputs(), given);
  }

  /** The graph with one node for each operation that was written in several. */
  static GraphProto recognize(GraphProto graph, Tensors tensors) {
    Formula formula = new Formula(graph, tensors);
    List<NodeProto> nodes = new ArrayList<>();
    boolean changed = false;
    for (NodeProto node : graph.nodes()) {
      NodeProto found = null;
      boolean standard = NodeProto.isStandard(node.domain()) && node.outputs().size() == 1;
      for (Pattern pattern : ALL.patterns.getOrDefault(node.opType(), List.of())) {
        found = found == null && standard ? pattern.match(formula, node) : found;
      }
      changed |= found != null;
      nodes.add(found == null ? node : found);
    }
    return changed ? graph.with(nodes, graph.outputs()) : graph;
  }

  /** Whether a node is one of the file, and not one that was recognised. */
  static boolean isOfFile(NodeProto node) {
    return !node.domain().equals(RECOGNIZED);
  }

  /** Null for an operator that is not supported. */
  static Importer find(NodeProto node) {
    if (!isOfFile(node)) {
      return ALL.recognized.get(node.opType());
    }
    Known found = NodeProto.isStandard(node.domain()) ? ALL.known.get(node.opType()) : null;
    return found == null ? null : found.importer;
  }

  /** The versions of an operator by the opset that each came with. */
  static NavigableMap<Integer, Signature> versions(String opType) {
    return ALL.known.get(opType).versions;
  }

  static boolean isLayer(String opType) {
    return ALL.known.containsKey(opType) && ALL.known.get(opType).isLayer;
  }

  static List<String> supported() {
    return List.copyOf(ALL.known.keySet());
  }

  /** The operations that can be written. */
  static Set<Class<? extends Op>> written() {
    return ALL.exporters.keySet();
  }

  /** Writes a node of a network. */
  static void write(Export to, Node node) {
    write(to, node, node.op());
  }

  /** The table maps each class to an exporter of that class, which Java's types cannot say. */
  @SuppressWarnings("unchecked")
  private static <O extends Op> void write(Export to, Node node, O op) {
    Exporter<O> exporter = (Exporter<O>) ALL.exporters.get(op.getClass());
    if (exporter == null) {
      throw new IllegalArgumentException(
          "node "
              + node.name()
              + " ("
              + op.label()
              + ") belongs to training; write the network for inference");
    }
    exporter.write(to, node, op);
  }
}
