package org.residuum.format.onnx;

import java.util.HashMap;
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
  private static final Operators ALL = new Operators();

  /** Imports one node. */
  @FunctionalInterface
  interface Importer {
    void accept(Step step) throws FormatException;
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
  private final Map<Class<? extends Op>, Exporter<? extends Op>> exporters = new HashMap<>();

  private Operators() {
    Products.enter(this);
    Normalizing.enter(this);
    Pointwise.enter(this);
    Arithmetic.enter(this);
    Pooling.enter(this);
    Reshaping.enter(this);
    Moving.enter(this);
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

  /** Enters an operation that can be written. */
  <O extends Op> void writes(Class<O> op, Exporter<O> exporter) {
    exporters.put(op, exporter);
  }

  /** Null for an operator that is not supported. */
  static Importer find(NodeProto node) {
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
