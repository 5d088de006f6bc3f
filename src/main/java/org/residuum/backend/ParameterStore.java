package org.residuum.backend;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Role;
import org.residuum.network.Tensor;

/**
 * What a training session on the host owns: all parameters in one flat buffer, the gradients of the
 * trained ones in a second, each of the optimiser's states in a further one, all off the heap and
 * 64-byte aligned.
 */
public final class ParameterStore {
  private static final int ALIGNMENT_FLOATS = 16;

  private record Slice(ParameterSpec spec, int offset) {
    int elements() {
      return spec.shape().elements();
    }

    boolean decays(UpdateRule rule) {
      return rule.weightDecay() > 0 && (rule.decayAll() || spec.role() == Role.WEIGHT);
    }
  }

  private final Map<String, Slice> slices = new LinkedHashMap<>();
  private final List<Slice> trained = new ArrayList<>();
  private final FloatBuffer values;
  private final FloatBuffer gradients;
  private final FlatUpdate arithmetic = new FlatUpdate();
  private FloatBuffer first;
  private FloatBuffer second;
  private long steps;

  /** A store with copies of the given parameters. */
  public ParameterStore(List<ParameterSpec> specs, Parameters initial) {
    int trainedFloats = place(specs, true, 0);
    int floats = place(specs, false, trainedFloats);
    this.values = allocate(floats);
    this.gradients = allocate(trainedFloats);
    slices.values().forEach(slice -> put(values, slice, initial));
  }

  private int place(List<ParameterSpec> specs, boolean isTrained, int offset) {
    int next = offset;
    for (ParameterSpec spec : specs) {
      if (spec.role().isTrained() == isTrained) {
        Slice slice = new Slice(spec, next);
        slices.put(spec.name(), slice);
        if (isTrained) {
          trained.add(slice);
        }
        int padded = (spec.shape().elements() + ALIGNMENT_FLOATS - 1) / ALIGNMENT_FLOATS;
        next = Math.addExact(next, padded * ALIGNMENT_FLOATS);
      }
    }
    return next;
  }

  /** Zeros off the heap, 64-byte aligned, in the machine's byte order. */
  public static FloatBuffer allocate(int floats) {
    long bytes = (4L * floats + 63) / 64 * 64 + 64;
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(floats + " floats do not fit into one buffer of 2 GiB");
    }
    ByteBuffer buffer = ByteBuffer.allocateDirect((int) bytes).alignedSlice(64);
    return buffer.order(ByteOrder.nativeOrder()).asFloatBuffer().slice(0, floats);
  }

  /** The values of a parameter, a view. */
  public FloatBuffer values(String name) {
    Slice slice = slices.get(name);
    return values.slice(slice.offset(), slice.elements());
  }

  /** The gradient of a trained parameter, a view. */
  public FloatBuffer gradient(String name) {
    Slice slice = slices.get(name);
    if (slice == null || !slice.spec().role().isTrained()) {
      throw new IllegalArgumentException("no trained parameter is named " + name);
    }
    return gradients.slice(slice.offset(), slice.elements());
  }

  /** A copy of all parameters. */
  public Parameters snapshot() {
    return copy(values, slices.values());
  }

  /** A copy of what the optimiser remembers. */
  public OptimizerState state() {
    return new OptimizerState(steps, moments(first), moments(second));
  }

  private Parameters moments(FloatBuffer buffer) {
    return buffer == null ? Parameters.NONE : copy(buffer, trained);
  }

  private static Parameters copy(FloatBuffer from, Collection<Slice> which) {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    for (Slice slice : which) {
      float[] copy = new float[slice.elements()];
      from.get(slice.offset(), copy);
      copies.put(slice.spec().name(), Tensor.of(slice.spec().shape(), copy));
    }
    return new Parameters(copies);
  }

  /** Overwrites all parameters and the optimiser's state. */
  public void restore(Parameters parameters, OptimizerState state) {
    slices.values().forEach(slice -> put(values, slice, parameters));
    first = moments(state.first());
    second = moments(state.second());
    steps = state.steps();
  }

  private FloatBuffer moments(Parameters moments) {
    if (moments.isEmpty()) {
      return null;
    }
    FloatBuffer buffer = allocate(gradients.limit());
    trained.forEach(slice -> put(buffer, slice, moments));
    return buffer;
  }

  private static void put(FloatBuffer target, Slice slice, Parameters from) {
    Tensor tensor = from.get(slice.spec().name());
    if (!tensor.shape().equals(slice.spec().shape())) {
      throw new IllegalArgumentException(
          "parameter "
              + slice.spec().name()
              + " is "
              + tensor.shape()
              + ", the network needs "
              + slice.spec().shape());
    }
    target.put(slice.offset(), tensor.data(), 0, slice.elements());
  }

  /** As {@link TrainingSession#update}. */
  public double update(UpdateRule rule, double learningRate, double maxGradientNorm) {
    double norm = gradientNorm();
    if (!Double.isFinite(norm)) {
      return norm;
    }
    double scale = maxGradientNorm > 0 && norm > maxGradientNorm ? maxGradientNorm / norm : 1;
    steps++;
    for (Slice slice : trained) {
      double decay = slice.decays(rule) ? rule.weightDecay() : 0;
      if (rule instanceof UpdateRule.Sgd sgd) {
        sgd(slice, sgd, (float) learningRate, (float) decay, (float) scale);
      } else if (rule instanceof UpdateRule.AdamW adam) {
        adamW(slice, adam, learningRate, decay, (float) scale);
      }
    }
    return norm;
  }

  private double gradientNorm() {
    double sum = 0;
    for (Slice slice : trained) {
      sum += arithmetic.squares(gradients, slice.offset(), slice.elements());
    }
    return Math.sqrt(sum);
  }

  private void sgd(Slice slice, UpdateRule.Sgd rule, float rate, float decay, float scale) {
    if (rule.momentum() > 0 && first == null) {
      first = allocate(gradients.limit());
    }
    arithmetic.sgd(
        values, gradients, first, slice.offset(), slice.elements(), rule, rate, decay, scale);
  }

  private void adamW(Slice slice, UpdateRule.AdamW rule, double rate, double decay, float scale) {
    if (second == null) {
      first = allocate(gradients.limit());
      second = allocate(gradients.limit());
    }
    arithmetic.adamW(
        values,
        gradients,
        first,
        second,
        slice.offset(),
        slice.elements(),
        rule,
        scale,
        (float) (rate / (1 - Math.pow(rule.beta1(), steps))),
        (float) (1 / Math.sqrt(1 - Math.pow(rule.beta2(), steps))),
        (float) (1 - rate * decay));
  }
}
