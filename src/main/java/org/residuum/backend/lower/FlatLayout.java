package org.residuum.backend.lower;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.residuum.backend.TrainingSession;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.plan.Gradients;

/**
 * The positions of parameters in one flat buffer: trained ones first, then frozen ones, then
 * running statistics, each at a multiple of {@link #SEGMENT} elements.
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
  private final List<Slice> trained;
  private final int trainedElements;
  private final int learnableElements;
  private final int elements;

  /**
   * The parameters of a training.
   *
   * @param training a network with an output for the gradient of each parameter that it trains
   */
  public FlatLayout(Network training) {
    Predicate<ParameterSpec> isTrained =
        spec -> training.outputs().containsKey(Gradients.outputName(spec.name()));
    Predicate<ParameterSpec> isLearnable = spec -> spec.role().isTrained();
    List<ParameterSpec> specs = training.parameters();
    this.trainedElements = place(specs, isTrained, 0);
    this.trained = List.copyOf(slices.values());
    this.learnableElements = place(specs, isLearnable.and(isTrained.negate()), trainedElements);
    this.elements = place(specs, isLearnable.negate(), learnableElements);
  }

  private int place(List<ParameterSpec> specs, Predicate<ParameterSpec> which, int offset) {
    int next = offset;
    for (ParameterSpec spec : specs) {
      if (which.test(spec)) {
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

  /** Of the trained and the frozen part, padding included: all but running statistics. */
  public int learnableElements() {
    return learnableElements;
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
    if (slice == null || slice.offset() >= trainedElements) {
      throw new IllegalArgumentException("no trained parameter is named " + name);
    }
    return slice;
  }

  /**
   * Checks factors of learning rates.
   *
   * @throws IllegalArgumentException where one is not above 0 and finite, or its name is of no
   *     trained parameter
   */
  public void requireFactors(Map<String, Double> factors) {
    factors.forEach(
        (name, factor) -> {
          trained(name);
          if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                "the factor of the learning rate of "
                    + name
                    + " must be above 0 and finite, not "
                    + factor);
          }
        });
  }

  /**
   * Checks everything before any of it is restored.
   *
   * @throws IllegalArgumentException where one is missing or has another shape
   */
  public void requireShapes(Parameters parameters, TrainingSession.OptimizerState state) {
    requireShapes(slices(), parameters);
    if (!state.mean().isEmpty()) {
      requireShapes(slices(), state.mean());
    }
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
