package org.residuum.network;

import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Weights by name, in PyTorch's names and layouts, kept apart from the description that uses them.
 */
public final class Parameters {
  /** No weights. */
  public static final Parameters NONE = new Parameters(Map.of());

  private final Map<String, Tensor> tensors;

  public Parameters(Map<String, Tensor> tensors) {
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /** Zeros for each spec, all of them slices of one flat buffer in the order given. */
  public static Parameters allocate(Collection<ParameterSpec> specs) {
    int total = specs.stream().mapToInt(spec -> spec.shape().elements()).reduce(0, Math::addExact);
    FloatBuffer flat = FloatBuffer.allocate(total);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    int offset = 0;
    for (ParameterSpec spec : specs) {
      int elements = spec.shape().elements();
      tensors.put(spec.name(), new Tensor(spec.shape(), flat.slice(offset, elements)));
      offset += elements;
    }
    return new Parameters(tensors);
  }

  /**
   * The parameters of a network from arrays in the order of {@link Network#parameters()}, each
   * row-major in PyTorch's layout.
   */
  public static Parameters of(Network network, float[]... values) {
    List<ParameterSpec> specs = network.parameters();
    if (values.length != specs.size()) {
      throw new IllegalArgumentException(
          network.name()
              + " has "
              + specs.size()
              + " parameters, "
              + values.length
              + " arrays were given");
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      tensors.put(specs.get(i).name(), Tensor.of(specs.get(i).shape(), values[i]));
    }
    return new Parameters(tensors);
  }

  /** The tensor of that name; an unknown name is an error. */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "no parameter named " + name + "; there are " + tensors.size());
    }
    return tensor;
  }

  /**
   * Checks that a parameter is there, in the shape that a network needs.
   *
   * @throws IllegalArgumentException saying both shapes
   */
  public void requireShape(ParameterSpec spec) {
    Shape shape = get(spec.name()).shape();
    if (!shape.equals(spec.shape())) {
      throw new IllegalArgumentException(
          "parameter " + spec.name() + " is " + shape + ", the network needs " + spec.shape());
    }
  }

  /**
   * The tensors that hold NaN or an infinity, in their order, for example {@code fc.weight (1 NaN
   * of 640 values)}.
   */
  public List<String> notFinite() {
    return tensors.entrySet().parallelStream()
        .map(entry -> NotFinite.of(entry.getKey(), entry.getValue()))
        .filter(Objects::nonNull)
        .map(NotFinite::toString)
        .toList();
  }

  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  public boolean isEmpty() {
    return tensors.isEmpty();
  }

  public Set<String> names() {
    return tensors.keySet();
  }

  public Map<String, Tensor> asMap() {
    return tensors;
  }

  /** A deep copy on the heap. */
  public Parameters copy() {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> copies.put(name, Tensor.of(tensor.shape(), tensor.toArray())));
    return new Parameters(copies);
  }
}
