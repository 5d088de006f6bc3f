package org.residuum.backend.cpu.onednn;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.lower.Assembly;
import org.residuum.backend.lower.Place;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.plan.MemoryPlan;

/**
 * Collects the primitives of a plan. {@link #close} destroys what described them; they themselves
 * and the descriptions of their memory end with the objects given.
 */
public final class CpuAssembly extends Assembly<CpuStep, Packing> implements AutoCloseable {
  /** Of scratch, kept memory and packed parameters, in bytes. */
  public static final int ALIGNMENT = 64;

  /** Creates the description of a primitive, which it copies the attributes to. */
  @FunctionalInterface
  public interface Creation {
    /** Returns oneDNN's status. */
    int create(dnnl_primitive_desc made, dnnl_engine engine, dnnl_primitive_attr attributes);
  }

  /**
   * What a plan is for.
   *
   * @param training whether the parameters change from run to run
   * @param winograd whether convolutions may be computed with fewer multiplications and a little
   *     more rounding
   * @param readByProducts values that nothing but products reads, for which -0 is 0
   */
  public record Purpose(boolean training, boolean winograd, Set<Value> readByProducts) {}

  private final NativeObjects descriptions = new NativeObjects();
  private final NativeObjects objects;
  private final Desc desc;
  private final Purpose purpose;

  public CpuAssembly(NativeObjects objects, MemoryPlan memory, int batch, Purpose purpose) {
    super(memory, batch, ALIGNMENT);
    this.objects = objects;
    this.desc = new Desc(objects);
    this.purpose = purpose;
  }

  /** Primitives that belong to no network. */
  public static CpuAssembly withoutNetwork(NativeObjects objects) {
    return new CpuAssembly(objects, null, 1, new Purpose(false, false, Set.of()));
  }

  /** The number of examples that the following steps process at once. */
  public void slice(int examples) {
    setBatch(examples);
  }

  public boolean training() {
    return purpose.training();
  }

  public boolean winograd() {
    return purpose.winograd();
  }

  /** Whether the node's result may hold -0 where the definition has 0. */
  public boolean signedZeros() {
    return node() == null || purpose.readByProducts().contains(node().output());
  }

  /** Descriptions of memory. */
  public Desc desc() {
    return desc;
  }

  /** How the backend lays out a value of that shape. */
  public dnnl_memory_desc desc(Shape shape) {
    return desc.value(shape, batch());
  }

  /** All elements of such a value as one row. */
  public dnnl_memory_desc flat(Shape shape) {
    return desc.plain(elements(shape));
  }

  /** The extents of such a value. */
  public long[] dims(Shape shape) {
    return Desc.dims(shape, batch());
  }

  public static CpuStep.Argument argument(int index, dnnl_memory_desc desc, Place place) {
    return new CpuStep.Argument(index, desc, place);
  }

  /**
   * Describes a primitive.
   *
   * @param call the name of the call, for errors
   */
  public dnnl_primitive_desc describe(String call, Creation creation) {
    return describe(call, attributes -> {}, creation);
  }

  /**
   * Describes a primitive that does more to its result.
   *
   * @param call the name of the call, for errors
   * @param postOps adds what it does
   */
  public dnnl_primitive_desc describe(
      String call, Consumer<Attributes> postOps, Creation creation) {
    try (Attributes attributes = new Attributes()) {
      postOps.accept(attributes);
      dnnl_primitive_attr handle = attributes.handle();
      return descriptions.create(
          new dnnl_primitive_desc(),
          call,
          made -> creation.create(made, OneDnn.engine(), handle),
          dnnl::dnnl_primitive_desc_destroy);
    }
  }

  /** The layout that a primitive wants or makes, such as {@code dnnl_query_weights_md}. */
  public dnnl_memory_desc layout(dnnl_primitive_desc description, int what) {
    return desc.copy(dnnl.dnnl_primitive_desc_query_md(description, what, 0));
  }

  /**
   * Appends a primitive and adds its scratchpad.
   *
   * @param arguments of which null ones are ignored
   */
  public void add(dnnl_primitive_desc description, CpuStep.Argument... arguments) {
    dnnl_primitive primitive =
        objects.create(
            new dnnl_primitive(),
            "dnnl_primitive_create",
            made -> dnnl.dnnl_primitive_create(made, description),
            dnnl::dnnl_primitive_destroy);
    List<CpuStep.Argument> all =
        new ArrayList<>(Stream.of(arguments).filter(Objects::nonNull).toList());
    dnnl_memory_desc scratchpad =
        dnnl.dnnl_primitive_desc_query_md(description, dnnl.dnnl_query_scratchpad_md, 0);
    long bytes = dnnl.dnnl_memory_desc_get_size(scratchpad);
    if (bytes > 0) {
      all.add(argument(dnnl.DNNL_ARG_SCRATCHPAD, desc.copy(scratchpad), scratch(bytes)));
    }
    String name = node() == null ? "" : node().name();
    append(new CpuStep.Primitive(name, Implementations.name(description), primitive, all));
  }

  public void add(HostStep.Factory step) {
    append(new CpuStep.Host(node().name(), step));
  }

  /** Appends a copy from one layout to another. */
  public void reorder(dnnl_memory_desc from, Place source, dnnl_memory_desc to, Place target) {
    reorder(from, source, to, target, attributes -> {});
  }

  /** Appends an addition of elements in one layout onto those in another. */
  public void addOnto(dnnl_memory_desc from, Place source, dnnl_memory_desc to, Place target) {
    reorder(from, source, to, target, Attributes::sum);
  }

  private void reorder(
      dnnl_memory_desc from,
      Place source,
      dnnl_memory_desc to,
      Place target,
      Consumer<Attributes> postOps) {
    add(
        describe(
            "dnnl_reorder_primitive_desc_create",
            postOps,
            (made, engine, attributes) ->
                dnnl.dnnl_reorder_primitive_desc_create(
                    made, from, engine, to, engine, attributes)),
        argument(dnnl.DNNL_ARG_FROM, from, source),
        argument(dnnl.DNNL_ARG_TO, to, target));
  }

  /**
   * A parameter in the layout that a primitive wants: packed once for inference, reordered before
   * each use in training.
   *
   * @param plain how PyTorch lays it out
   */
  public Place parameter(int index, dnnl_memory_desc plain, dnnl_memory_desc wanted) {
    ParameterSpec spec = node().parameters().get(index);
    if (!training()) {
      return packed(parameters -> parameters.get(spec.name()).data(), plain, wanted);
    }
    Place parameter = new Place(new Place.OfParameter(spec.name()));
    if (dnnl.dnnl_memory_desc_equal(plain, wanted) != 0) {
      return parameter;
    }
    Place reordered = scratch(dnnl.dnnl_memory_desc_get_size(wanted));
    reorder(plain, parameter, wanted, reordered);
    return reordered;
  }

  /** A parameter of one axis. */
  public Place parameter(int index) {
    dnnl_memory_desc plain = desc.value(node().parameters().get(index).shape(), 1);
    return parameter(index, plain, plain);
  }

  /** What is computed from the parameters when the plan is compiled, for inference. */
  public Place packed(Packing.Source source, dnnl_memory_desc plain, dnnl_memory_desc wanted) {
    return derived(new Packing(source, plain, wanted));
  }

  /** Values that are the same whatever the parameters, for inference. */
  public Place constant(float... values) {
    dnnl_memory_desc row = desc.plain(values.length);
    return packed(parameters -> FloatBuffer.wrap(values), row, row);
  }

  @Override
  public void close() {
    descriptions.close();
  }
}
