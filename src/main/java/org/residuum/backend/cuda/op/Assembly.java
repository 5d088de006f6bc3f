package org.residuum.backend.cuda.op;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.backend.cuda.kernel.Argument;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.cuda.kernel.Storage;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;
import org.residuum.network.Value;

/**
 * Collects the steps of a plan as the nodes are translated one after the other, and lays out the
 * scratch that each node reuses.
 */
public final class Assembly {
  private static final int ALIGNMENT = 256;

  private final Precision precision;
  private final long chunkBytes;
  private final int batch;
  private final ValueTypes types;
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, Derivation> derivations = new LinkedHashMap<>();
  private Node node;
  private long scratchBytes;
  private long nodeScratch;

  public Assembly(Precision precision, long chunkBytes, int batch, ValueTypes types) {
    this.precision = precision;
    this.chunkBytes = chunkBytes;
    this.batch = batch;
    this.types = types;
  }

  public Precision precision() {
    return precision;
  }

  /** Room for the columns of a convolution, unless a single line or image takes more. */
  long chunkBytes() {
    return chunkBytes;
  }

  public List<Step> steps() {
    return steps;
  }

  /** What is computed of parameters when an inference plan is compiled, by name. */
  public Map<String, Derivation> derivations() {
    return derivations;
  }

  public long scratchBytes() {
    return scratchBytes;
  }

  /** What follows belongs to this node; the scratch of the node before is free again. */
  void begin(Node newNode) {
    node = newNode;
    nodeScratch = 0;
  }

  Node node() {
    return node;
  }

  Operand input(int index) {
    return new Operand.OfValue(node.inputs().get(index), 0);
  }

  Operand output(int index) {
    return new Operand.OfValue(node.outputs().get(index), 0);
  }

  Storage type(Value value) {
    return types.of(value);
  }

  /** The first output's storage type. */
  Storage type() {
    return types.of(node.output());
  }

  /** The extent of axis 0 with the batch size in place of N. */
  int rows(Shape shape) {
    return shape.isBatched() ? batch : shape.extent(0);
  }

  /** The extents with the batch size in place of N; their product may be over 2^31. */
  int[] extents(Shape shape) {
    int[] extents = shape.toArray();
    if (shape.isBatched()) {
      extents[0] = batch;
    }
    return extents;
  }

  long elements(Shape shape) {
    return shape.elements(batch);
  }

  /** A weight as products read it. */
  Operand weight(int index) {
    return new Operand.Weight(parameter(index).name(), 0);
  }

  /** A parameter in fp32. */
  Operand vector(int index) {
    return new Operand.Vector(parameter(index).name(), 0);
  }

  private ParameterSpec parameter(int index) {
    return node.parameters().get(index);
  }

  /** fp32 values that are computed once of the parameters. */
  Operand derived(String suffix, Derivation derivation) {
    String name = node.name() + suffix;
    derivations.put(name, derivation);
    return new Operand.Derived(name, 0);
  }

  /** Memory for this node alone. */
  Operand scratch(long bytes) {
    Operand operand = new Operand.Scratch(nodeScratch);
    nodeScratch += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    scratchBytes = Math.max(scratchBytes, nodeScratch);
    return operand;
  }

  /** Appends a launch with the grid that the kernel's rule gives for count · width. */
  void launch(Kernel kernel, Storage storage, long count, long width, Object... arguments) {
    launch(kernel, storage, kernel.grid().shape(count, width), arguments);
  }

  void launch(Kernel kernel, Storage storage, LaunchShape shape, Object... arguments) {
    check(kernel, arguments);
    steps.add(new Step.Launch(node.name(), kernel, storage, shape, List.of(arguments)));
  }

  private void check(Kernel kernel, Object[] arguments) {
    List<Argument> expected = kernel.arguments();
    boolean fits = expected.size() == arguments.length;
    for (int i = 0; fits && i < arguments.length; i++) {
      Class<?> type =
          switch (expected.get(i).type()) {
            case POINTER -> Operand.class;
            case INT32 -> Integer.class;
            case INT64 -> Long.class;
            case FLOAT32 -> Float.class;
          };
      fits = type.isInstance(arguments[i]);
    }
    if (!fits) {
      throw new IllegalStateException(
          "node "
              + node.name()
              + ": kernel "
              + kernel
              + " takes "
              + expected
              + ", not "
              + List.of(arguments));
    }
  }

  void multiply(Gemm gemm, Operand a, Operand b, Operand c) {
    steps.add(new Step.Product(node.name(), gemm, a, b, c));
  }

  void copy(Operand from, Operand to, long bytes) {
    steps.add(new Step.Copy(node.name(), from, to, bytes));
  }
}
