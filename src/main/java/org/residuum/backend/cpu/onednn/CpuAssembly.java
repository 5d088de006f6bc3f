package org.residuum.backend.cpu.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.lower.Assembly;
import org.residuum.backend.lower.Place;
import org.residuum.network.ElementType;
import org.residuum.network.Node;
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
   * @param numerics in which types it stores and computes
   */
  public record Purpose(
      boolean training, boolean winograd, Set<Value> readByProducts, Numerics numerics) {}

  private final NativeObjects descriptions = new NativeObjects();
  private final NativeObjects objects;
  private final Desc desc;
  private final Purpose purpose;
  private final Map<Value, Place> converted = new HashMap<>();
  private final Map<Value, Place> unconverted = new LinkedHashMap<>();
  private ElementType computing = ElementType.F32;

  public CpuAssembly(NativeObjects objects, MemoryPlan memory, int batch, Purpose purpose) {
    super(memory, batch, ALIGNMENT);
    this.objects = objects;
    this.desc = new Desc(objects, ElementType.F32);
    this.purpose = purpose;
  }

  /** Primitives that belong to no network. */
  public static CpuAssembly withoutNetwork(NativeObjects objects) {
    return new CpuAssembly(objects, null, 1, new Purpose(false, false, Set.of(), Numerics.FP32));
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

  /**
   * The following steps compute the node, in the type that the plan's numerics give it; {@link
   * #end} must follow them.
   */
  @Override
  public void begin(Node next) {
    super.begin(next);
    computing = purpose.numerics().of(next);
    converted.clear();
    unconverted.clear();
  }

  /** Stores the results that were computed in another type than they are stored in. */
  public void end() {
    unconverted.forEach(
        (value, place) ->
            convert(
                value.shape(),
                computing,
                place,
                value.type(),
                new Place(new Place.OfValue(value))));
  }

  /** The type in which the node's primitive reads its operands. */
  public ElementType computing() {
    return computing;
  }

  /** The input in the type that the node computes in; converted first if it is stored otherwise. */
  @Override
  public Place input(int index) {
    Value value = node().inputs().get(index);
    ElementType rounded = purpose.numerics().operands(node());
    if (value.type() == computing && computing == rounded) {
      return super.input(index);
    }
    Place place = converted.get(value);
    if (place == null) {
      place = super.input(index);
      place = convert(value.shape(), value.type(), place, rounded);
      place = convert(value.shape(), rounded, place, computing);
      converted.put(value, place);
    }
    return place;
  }

  /** An input that primitives read as it is stored, in fp32: statistics. */
  public Place singleInput(int index) {
    return super.input(index);
  }

  /** Where primitives write what is fp32 whatever they read: statistics, gradients of weights. */
  public Place singleOutput(int index) {
    return super.output(index);
  }

  private Place convert(Shape shape, ElementType type, Place from, ElementType wanted) {
    if (type == wanted) {
      return from;
    }
    Place to = scratch(dnnl.dnnl_memory_desc_get_size(layout(shape, wanted)));
    convert(shape, type, from, wanted, to);
    return to;
  }

  private void convert(Shape shape, ElementType type, Place from, ElementType wanted, Place to) {
    if (purpose.numerics().units()) {
      reorder(layout(shape, type), from, layout(shape, wanted), to);
    } else if (wanted == ElementType.BF16) {
      add(Casts.toBfloat16(from, to, elements(shape)));
    } else {
      add(Casts.toFloat32(from, to, elements(shape)));
    }
  }

  /** Where the node writes an output in the type that it computes in. */
  @Override
  public Place output(int index) {
    Value value = node().outputs().get(index);
    if (value.type() == computing) {
      return super.output(index);
    }
    return unconverted.computeIfAbsent(
        value, v -> scratch(dnnl.dnnl_memory_desc_get_size(desc(v.shape()))));
  }

  /**
   * Where a product writes its sums, which are fp32 whatever its operands are: bf16 units give
   * either type.
   */
  public Place sums() {
    return computing == ElementType.F32 ? output(0) : super.output(0);
  }

  /** The layout of {@link #sums}. */
  public dnnl_memory_desc sums(Shape shape) {
    return computing == ElementType.F32 ? desc(shape) : layout(shape, node().output().type());
  }

  private dnnl_memory_desc layout(Shape shape, ElementType type) {
    return new Desc(objects, type).value(shape, batch());
  }

  /** Descriptions of memory in fp32: parameters and statistics. */
  public Desc desc() {
    return desc;
  }

  /** Descriptions of memory in the type that the node computes in. */
  public Desc operands() {
    return computing == ElementType.F32 ? desc : new Desc(objects, computing);
  }

  /** How the backend lays out a value of that shape, in the type that the node computes in. */
  public dnnl_memory_desc desc(Shape shape) {
    return operands().value(shape, batch());
  }

  /** All elements of such a value as one row. */
  public dnnl_memory_desc flat(Shape shape) {
    return operands().plain(elements(shape));
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
      return packed(new Packing.OfParameter(spec.name()), plain, wanted);
    }
    return reordered(plain, new Place(new Place.OfParameter(spec.name())), wanted);
  }

  private Place reordered(dnnl_memory_desc plain, Place parameter, dnnl_memory_desc wanted) {
    if (dnnl.dnnl_memory_desc_equal(plain, wanted) != 0) {
      return parameter;
    }
    Place reordered = scratch(dnnl.dnnl_memory_desc_get_size(wanted));
    reorder(plain, parameter, wanted, reordered);
    return reordered;
  }

  /**
   * The weights of a product, rounded to the type in which the plan stores what they are multiplied
   * with.
   *
   * @param plain how PyTorch lays them out
   */
  public Place weights(dnnl_memory_desc plain, dnnl_memory_desc wanted) {
    ElementType rounded = purpose.numerics().operands(node());
    if (rounded == computing) {
      return parameter(0, plain, wanted);
    }
    ParameterSpec spec = node().parameters().get(0);
    if (!training()) {
      return packed(new Packing.RoundedParameter(spec.name()), plain, wanted);
    }
    Place single = new Place(new Place.OfParameter(spec.name()));
    Place half = convert(spec.shape(), ElementType.F32, single, rounded);
    return reordered(plain, convert(spec.shape(), rounded, half, computing), wanted);
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

  /**
   * Values that are the same whatever the parameters, in the type that the node computes in; for
   * inference.
   */
  public Place constant(float... values) {
    dnnl_memory_desc row = desc.plain(values.length);
    dnnl_memory_desc wanted = operands().plain(values.length);
    List<Float> boxed = IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
    return packed(new Packing.Constant(boxed), row, wanted);
  }

  @Override
  public void close() {
    descriptions.close();
  }
}
