package org.residuum.backend.cpu.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_equal;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_scratchpad_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reorder_primitive_desc_create;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Value;

/**
 * Collects the kernels of a plan as the nodes are translated one after the other, and lays out what
 * they need beside the arena: packed weights, scratch that each node reuses, and memory kept from
 * forward to backward.
 */
public final class Assembly implements AutoCloseable {
  /** What is to be packed at compile time: the parameters themselves or something made of them. */
  @FunctionalInterface
  public interface Source {
    FloatBuffer of(Parameters parameters);
  }

  /** Values to be packed at compile time, laid out as {@code plain}, wanted as {@code packed}. */
  public record Packing(
      Source source, dnnl_memory_desc plain, dnnl_memory_desc packed, long offset) {}

  private static final int ALIGNMENT = 64;

  private final NativeObjects descriptions = new NativeObjects();
  private final NativeObjects objects = new NativeObjects();
  private final Desc desc = new Desc(objects);
  private int batch;
  private final boolean training;
  private final boolean winograd;
  private final List<Kernel> kernels = new ArrayList<>();
  private final List<Packing> packings = new ArrayList<>();
  private final Map<Value, Operand> kept = new HashMap<>();
  private final Set<Value> onlyForProducts = new HashSet<>();
  private Node node;
  private long packedBytes;
  private long keptBytes;
  private long scratchBytes;
  private long nodeScratch;

  public Assembly(boolean training, boolean winograd) {
    this.training = training;
    this.winograd = winograd;
  }

  /** Examples that the kernels of the present nodes take at once. */
  public int batch() {
    return batch;
  }

  public void batch(int examples) {
    batch = examples;
  }

  public boolean training() {
    return training;
  }

  /** Whether convolutions may be computed with fewer multiplications and a little more rounding. */
  public boolean winograd() {
    return winograd;
  }

  /** Values that nothing but products reads, for which -0 is 0. */
  public void onlyForProducts(Set<Value> values) {
    onlyForProducts.addAll(values);
  }

  /** Whether the node's result may hold -0 where the definition has 0. */
  public boolean signedZeros() {
    return node == null || onlyForProducts.contains(node.output());
  }

  public List<Kernel> kernels() {
    return kernels;
  }

  public List<Packing> packings() {
    return packings;
  }

  public long packedBytes() {
    return packedBytes;
  }

  public long keptBytes() {
    return keptBytes;
  }

  public long scratchBytes() {
    return scratchBytes;
  }

  /** What follows belongs to this node; the scratch of the node before is free again. */
  public void begin(Node newNode) {
    node = newNode;
    nodeScratch = 0;
  }

  public Node node() {
    return node;
  }

  public Operand input(int index) {
    return new Operand.OfValue(node.inputs().get(index));
  }

  public Operand output(int index) {
    return new Operand.OfValue(node.outputs().get(index));
  }

  public dnnl_memory_desc desc(Value value) {
    return desc.value(value.shape(), batch);
  }

  public static Kernel.Argument argument(int index, dnnl_memory_desc desc, Operand operand) {
    return new Kernel.Argument(index, desc, operand);
  }

  /** Descriptions of memory, which end with this assembly. */
  public Desc desc() {
    return desc;
  }

  /**
   * Describes a primitive; {@link #assembled} destroys the description.
   *
   * @param call the name of the call, for errors
   * @param create makes it; gives oneDNN's status
   */
  public dnnl_primitive_desc describe(String call, ToIntFunction<dnnl_primitive_desc> create) {
    return descriptions.create(
        new dnnl_primitive_desc(), call, create, dnnl::dnnl_primitive_desc_destroy);
  }

  /** Once all kernels are appended: what described them is not needed any more. */
  public void assembled() {
    descriptions.close();
  }

  /** Appends a primitive and adds its scratchpad. */
  public void add(dnnl_primitive_desc description, Kernel.Argument... arguments) {
    dnnl_primitive primitive =
        objects.create(
            new dnnl_primitive(),
            "dnnl_primitive_create",
            made -> dnnl_primitive_create(made, description),
            dnnl::dnnl_primitive_destroy);
    List<Kernel.Argument> all = new ArrayList<>(List.of(arguments));
    dnnl_memory_desc scratchpad = query(description, dnnl_query_scratchpad_md, 0);
    long bytes = dnnl_memory_desc_get_size(scratchpad);
    if (bytes > 0) {
      all.add(argument(DNNL_ARG_SCRATCHPAD, desc.copy(scratchpad), temporary(bytes)));
    }
    kernels.add(
        new Kernel.Primitive(
            node == null ? "" : node.name(), Implementations.name(description), primitive, all));
  }

  public void add(HostStep.Factory step) {
    kernels.add(new Kernel.Host(node.name(), step));
  }

  /** Appends a copy from one layout to another. */
  public void reorder(dnnl_memory_desc from, Operand source, dnnl_memory_desc to, Operand target) {
    add(
        reorderDescription(from, to),
        argument(DNNL_ARG_FROM, from, source),
        argument(DNNL_ARG_TO, to, target));
  }

  /** Appends an addition of elements in one layout onto those in another. */
  public void addOnto(dnnl_memory_desc from, Operand source, dnnl_memory_desc to, Operand target) {
    try (Attributes attributes = new Attributes()) {
      add(
          reorderDescription(from, to, attributes.sum()),
          argument(DNNL_ARG_FROM, from, source),
          argument(DNNL_ARG_TO, to, target));
    }
  }

  public dnnl_primitive_desc reorderDescription(dnnl_memory_desc from, dnnl_memory_desc to) {
    try (Attributes attributes = new Attributes()) {
      return reorderDescription(from, to, attributes);
    }
  }

  private dnnl_primitive_desc reorderDescription(
      dnnl_memory_desc from, dnnl_memory_desc to, Attributes attributes) {
    return describe(
        "dnnl_reorder_primitive_desc_create",
        made ->
            dnnl_reorder_primitive_desc_create(
                made, from, OneDnn.engine(), to, OneDnn.engine(), attributes.handle()));
  }

  /**
   * A parameter in the layout that a primitive wants: packed once for inference, reordered before
   * each use in training.
   *
   * @param plain how PyTorch lays it out
   */
  public Operand parameter(int index, dnnl_memory_desc plain, dnnl_memory_desc wanted) {
    ParameterSpec spec = node.parameters().get(index);
    if (!training) {
      return packed(parameters -> parameters.get(spec.name()).data(), plain, wanted);
    }
    Operand parameter = new Operand.Parameter(spec.name());
    if (dnnl_memory_desc_equal(plain, wanted) != 0) {
      return parameter;
    }
    Operand reordered = temporary(dnnl_memory_desc_get_size(wanted));
    reorder(plain, parameter, wanted, reordered);
    return reordered;
  }

  /** What is made of the parameters when the plan is compiled, for inference. */
  public Operand packed(Source source, dnnl_memory_desc plain, dnnl_memory_desc wanted) {
    Operand packed = new Operand.Packed(packedBytes);
    packings.add(new Packing(source, plain, wanted, packedBytes));
    packedBytes += align(dnnl_memory_desc_get_size(wanted));
    return packed;
  }

  /** Values that are the same whatever the parameters, for inference. */
  public Operand constant(float... values) {
    dnnl_memory_desc row = desc.plain(values.length);
    return packed(parameters -> FloatBuffer.wrap(values), row, row);
  }

  /** A parameter of one axis, kept as it is. */
  public Operand parameter(int index) {
    dnnl_memory_desc plain = desc.value(node.parameters().get(index).shape(), 1);
    return parameter(index, plain, plain);
  }

  /** Memory for this node alone. */
  public Operand temporary(long bytes) {
    Operand operand = new Operand.Temporary(nodeScratch);
    nodeScratch += align(bytes);
    scratchBytes = Math.max(scratchBytes, nodeScratch);
    return operand;
  }

  /**
   * Memory that belongs to a value and lives from the first node that asks for it to the end of the
   * run.
   */
  public Operand kept(Value owner, long bytes) {
    return kept.computeIfAbsent(
        owner,
        value -> {
          Operand operand = new Operand.Kept(keptBytes);
          keptBytes += align(bytes);
          return operand;
        });
  }

  public static dnnl_memory_desc query(dnnl_primitive_desc description, int what, int index) {
    return dnnl_primitive_desc_query_md(description, what, index);
  }

  private static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Destroys the primitives and the descriptions of memory. */
  @Override
  public void close() {
    descriptions.close();
    objects.close();
  }
}
