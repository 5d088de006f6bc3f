package org.residuum.backend.lower;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.backend.TrainingSession;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;

/**
 * The positions of parameters in one flat buffer: trained ones first, each at a multiple of {@link
 * #SEGMENT} elements.
 */
public final class FlatLayout {
  /** Elements; what {@code optimizer.cu} calls a segment. */
  public static final int SEGMENT = 16;

  /**
   * A parameter's part of the buffer.
   *
   * @param offset in elements
   */
  public record Slice(ParameterSpec spec, int offset) {
    public int elements() {
      return spec.shape().elements();
    }
  }

  private final Map<String, Slice> slices = new LinkedHashMap<>();
  private final List<Slice> trained = new ArrayList<>();
  private final int trainedElements;
  private final int elements;

  public FlatLayout(List<ParameterSpec> specs) {
    this.trainedElements = place(specs, true, 0);
    this.elements = place(specs, false, trainedElements);
    trained.addAll(slices.values());
    trained.removeIf(slice -> !slice.spec().role().isTrained());
  }

  private int place(List<ParameterSpec> specs, boolean isTrained, int offset) {
    int next = offset;
    for (ParameterSpec spec : specs) {
      if (spec.role().isTrained() == isTrained) {
        slices.put(spec.name(), new Slice(spec, next));
        int segments = (spec.shape().elements() + SEGMENT - 1) / SEGMENT;
        next = Math.addExact(next, Math.multiplyExact(segments, SEGMENT));
      }
    }
    return next;
  }

  public Collection<Slice> slices() {
    return slices.values();
  }

  public List<Slice> trained() {
    return trained;
  }

  /** Of the whole buffer, padding included. */
  public int elements() {
    return elements;
  }

  /** Of the trained part, padding included. */
  public int trainedElements() {
    return trainedElements;
  }

  public Slice slice(String name) {
    return slices.get(name);
  }

  /**
   * A trained parameter's part.
   *
   * @throws IllegalArgumentException where none has that name
   */
  public Slice trained(String name) {
    Slice slice = slices.get(name);
    if (slice == null || !slice.spec().role().isTrained()) {
      throw new IllegalArgumentException("no trained parameter is named " + name);
    }
    return slice;
  }

  /**
   * Checks everything before any of it is restored.
   *
   * @throws IllegalArgumentException where one is missing or has another shape
   */
  public void requireShapes(Parameters parameters, TrainingSession.OptimizerState state) {
    requireShapes(slices(), parameters);
    for (Parameters moments : List.of(state.first(), state.second())) {
      if (!moments.isEmpty()) {
        requireShapes(trained, moments);
      }
    }
  }

  private static void requireShapes(Collection<Slice> which, Parameters from) {
    which.forEach(slice -> from.requireShape(slice.spec()));
  }
}
