package org.residuum.backend.lower;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.network.Node;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.gradient.InputGradient;
import org.residuum.plan.MemoryPlan;

/**
 * Collects the steps of a {@link Program}, node by node, and lays out what they need in addition to
 * the arena: scratch that each node reuses, memory kept from forward to backward, derived
 * parameters.
 *
 * @param <S> a step
 * @param <D> what describes a derived parameter
 */
public abstract class Assembly<S extends Step, D> {
  private final MemoryPlan memory;
  private final int alignment;
  private int batch;
  private Node node;
  private final List<S> steps = new ArrayList<>();
  private final List<D> derived = new ArrayList<>();
  private final Map<Value, Kept> kept = new LinkedHashMap<>();
  private int nodesBegun;
  private long keptBytes;
  private long scratchBytes;
  private long nodeScratch;

  /**
   * What is kept for a value.
   *
   * @param bytes 0 where another has taken them over
   */
  private record Kept(Place place, long bytes, int lastStep) {}

  /**
   * An empty program.
   *
   * @param memory of the values
   * @param batch examples that the steps process at once
   * @param alignment of scratch and kept memory, in bytes
   */
  protected Assembly(MemoryPlan memory, int batch, int alignment) {
    this.memory = memory;
    this.batch = batch;
    this.alignment = alignment;
  }

  /** What follows belongs to this node; the scratch of the node before is free again. */
  public void begin(Node next) {
    nodesBegun++;
    node = next;
    nodeScratch = 0;
  }

  public final Node node() {
    return node;
  }

  /** Examples that the current steps process at once. */
  public final int batch() {
    return batch;
  }

  protected final void setBatch(int examples) {
    batch = examples;
  }

  /** The shape of the op's first input; of a gradient the shape of that of the forward op. */
  public final Shape x() {
    return node.op() instanceof InputGradient gradient
        ? gradient.inputShape()
        : node.inputs().get(0).shape();
  }

  /** The shape of the node's first output. */
  public final Shape y() {
    return node.output().shape();
  }

  public final long elements(Shape shape) {
    return shape.elements(batch);
  }

  public Place input(int index) {
    return new Place(new Place.OfValue(node.inputs().get(index)));
  }

  public final Place lastInput() {
    return input(node.inputs().size() - 1);
  }

  public Place output(int index) {
    return new Place(new Place.OfValue(node.outputs().get(index)));
  }

  /** Whether the node has that input and its first output overwrites it. */
  public final boolean overwrites(int index) {
    return index < node.inputs().size()
        && node.inputs().get(index).equals(memory.overwritten(node));
  }

  /** Whether a value is in the arena, whose bytes others use before and after it. */
  public final boolean isInArena(Value value) {
    return memory.holds(value);
  }

  /** Memory for this node alone. */
  public final Place scratch(long bytes) {
    Place place = new Place(new Place.Scratch(), nodeScratch);
    nodeScratch += align(bytes);
    scratchBytes = Math.max(scratchBytes, nodeScratch);
    return place;
  }

  /**
   * Memory that belongs to a value and is kept from the first node that requests it to the last
   * that reads the value.
   */
  public final Place kept(Value owner, long bytes) {
    Kept known = kept.get(owner);
    if (known == null) {
      known = keep(align(bytes), lastStep(owner));
      kept.put(owner, known);
    }
    return known.place;
  }

  /** Memory that is free again, as large as requested, or more of it. */
  private Kept keep(long bytes, int lastStep) {
    for (Map.Entry<Value, Kept> before : kept.entrySet()) {
      Kept old = before.getValue();
      if (old.bytes == bytes && old.lastStep < nodesBegun - 1) {
        before.setValue(new Kept(old.place, 0, old.lastStep));
        return new Kept(old.place, bytes, lastStep);
      }
    }
    Place place = new Place(new Place.Kept(), keptBytes);
    keptBytes += bytes;
    return new Kept(place, bytes, lastStep);
  }

  private int lastStep(Value owner) {
    MemoryPlan.Slot slot = memory.slot(owner);
    return slot == null ? Integer.MAX_VALUE : slot.lastStep();
  }

  /** What is computed from the parameters when the plan is compiled, for inference. */
  protected final Place derived(D description) {
    derived.add(description);
    return new Place(new Place.Derived(derived.size() - 1));
  }

  protected final void append(S step) {
    steps.add(step);
  }

  public final List<S> steps() {
    return steps;
  }

  final List<D> derived() {
    return derived;
  }

  final long scratchBytes() {
    return scratchBytes;
  }

  final long keptBytes() {
    return keptBytes;
  }

  final MemoryPlan memory() {
    return memory;
  }

  private long align(long bytes) {
    return (bytes + alignment - 1) / alignment * alignment;
  }
}
