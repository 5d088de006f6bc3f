package org.residuum.backend.lower;

import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.lower.FlatLayout.Slice;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;

/**
 * What a training session on the host owns: all parameters in one flat buffer, the gradients of the
 * trained ones in a second, each of the optimiser's states in a further one.
 */
public final class ParameterStore implements Learner {
  /** Elements from which on a copy, which a training waits for, is made by several threads. */
  private static final int PARALLEL = 1 << 20;

  private final FlatLayout layout;
  private final FloatBuffer values;
  private final FloatBuffer gradients;
  private final FlatUpdate arithmetic = new FlatUpdate();
  private final IntFunction<FloatBuffer> memory;
  private Map<String, Double> factors = Map.of();
  private final Kept first;
  private final Kept second;
  private final Kept mean;
  private final Kept sum;
  private int accumulated;
  private long steps;

  /**
   * A store with copies of the given parameters.
   *
   * @param training says which of them it trains, by their gradients
   * @param memory allocates buffers of that many floats, all zero, which are freed with the session
   */
  public ParameterStore(Network training, Parameters initial, IntFunction<FloatBuffer> memory) {
    this.layout = new FlatLayout(training);
    layout.requireShapes(initial, TrainingSession.OptimizerState.NONE);
    this.memory = memory;
    this.values = memory.apply(layout.elements());
    this.gradients = memory.apply(layout.trainedElements());
    first = new Kept(layout.trained(), gradients.limit());
    second = new Kept(layout.trained(), gradients.limit());
    mean = new Kept(layout.slices(), values.limit());
    sum = new Kept(layout.trained(), gradients.limit());
    put(values, layout.slices(), initial);
  }

  /** One of the optimiser's states. Its buffer is allocated at the first use and then kept. */
  private final class Kept {
    private final Collection<Slice> slices;
    private final int elements;
    private FloatBuffer buffer;
    private boolean inUse;

    Kept(Collection<Slice> slices, int elements) {
      this.slices = slices;
      this.elements = elements;
    }

    /** The buffer, or null where this state is not in use. */
    FloatBuffer orNull() {
      return inUse ? buffer : null;
    }

    /** The buffer; zeros where this state was not in use. */
    FloatBuffer use() {
      if (!inUse) {
        start();
      }
      return buffer;
    }

    /** Begins with zeros. */
    void start() {
      if (buffer == null) {
        buffer = memory.apply(elements);
      }
      for (int i = 0; i < buffer.limit(); i++) {
        buffer.put(i, 0f);
      }
      inUse = true;
    }

    Parameters snapshot() {
      return inUse ? copy(buffer, slices) : Parameters.NONE;
    }

    void restore(Parameters contents) {
      inUse = false;
      if (!contents.isEmpty()) {
        put(use(), slices, contents);
      }
    }
  }

  /** The values of a parameter, a view. */
  public FloatBuffer values(String name) {
    Slice slice = layout.slice(name);
    return values.slice(slice.offset(), slice.elements());
  }

  /** The gradient of a trained parameter, a view. */
  public FloatBuffer gradient(String name) {
    Slice slice = layout.trained(name);
    return gradients.slice(slice.offset(), slice.elements());
  }

  @Override
  public FloatBuffer gradientCopy(String name) {
    FloatBuffer gradient = gradient(name);
    return FloatBuffer.allocate(gradient.limit()).put(0, gradient, 0, gradient.limit());
  }

  @Override
  public void scaleRates(Map<String, Double> wanted) {
    layout.requireFactors(wanted);
    factors = Map.copyOf(wanted);
  }

  @Override
  public Parameters snapshot() {
    return copy(values, layout.slices());
  }

  @Override
  public TrainingSession.OptimizerState state() {
    return new TrainingSession.OptimizerState(
        steps, first.snapshot(), second.snapshot(), mean.snapshot());
  }

  private static Parameters copy(FloatBuffer from, Collection<Slice> which) {
    List<Slice> slices = List.copyOf(which);
    float[][] copied = new float[slices.size()][];
    IntStream all = IntStream.range(0, copied.length);
    (from.limit() < PARALLEL ? all : all.parallel())
        .forEach(i -> copied[i] = copy(from, slices.get(i)));
    Map<String, Tensor> copies = new LinkedHashMap<>();
    for (int i = 0; i < copied.length; i++) {
      ParameterSpec spec = slices.get(i).spec();
      copies.put(spec.name(), Tensor.of(spec.shape(), copied[i]));
    }
    return new Parameters(copies);
  }

  private static float[] copy(FloatBuffer from, Slice slice) {
    float[] copy = new float[slice.elements()];
    from.get(slice.offset(), copy);
    return copy;
  }

  @Override
  public void restore(Parameters parameters, TrainingSession.OptimizerState state) {
    layout.requireShapes(parameters, state);
    put(values, layout.slices(), parameters);
    first.restore(state.first());
    second.restore(state.second());
    mean.restore(state.mean());
    accumulated = 0;
    steps = state.steps();
  }

  private static void put(FloatBuffer target, Collection<Slice> which, Parameters from) {
    for (Slice slice : which) {
      FloatBuffer data = from.get(slice.spec().name()).data();
      target.put(slice.offset(), data, 0, slice.elements());
    }
  }

  @Override
  public void accumulate() {
    if (accumulated == 0) {
      sum.start();
    }
    arithmetic.blend(sum.use(), 1, gradients, 1);
    accumulated++;
  }

  @Override
  public void follow(double decay) {
    if (mean.orNull() == null) {
      mean.use().put(0, values, 0, values.limit());
    } else {
      arithmetic.blend(mean.use(), (float) decay, values, (float) (1 - decay));
    }
  }

  /** Makes the gradients the mean with those that were accumulated. */
  private void takeMean() {
    if (accumulated > 0) {
      float share = 1f / (accumulated + 1);
      arithmetic.blend(gradients, share, sum.use(), share);
      accumulated = 0;
    }
  }

  @Override
  public double update(UpdateRule rule, double learningRate, double maxGradientNorm) {
    takeMean();
    double norm = gradientNorm();
    if (!Double.isFinite(norm)) {
      return norm;
    }
    double scale = maxGradientNorm > 0 && norm > maxGradientNorm ? maxGradientNorm / norm : 1;
    steps++;
    for (Slice slice : layout.trained()) {
      double decay = decays(slice.spec(), rule) ? rule.weightDecay() : 0;
      double rate = learningRate * factors.getOrDefault(slice.spec().name(), 1.0);
      if (rule instanceof UpdateRule.Sgd sgd) {
        sgd(slice, sgd, (float) rate, (float) decay, (float) scale);
      } else if (rule instanceof UpdateRule.AdamW adam) {
        adamW(slice, adam, rate, decay, (float) scale);
      } else {
        throw new IllegalStateException("no arithmetic for the rule " + rule);
      }
    }
    return norm;
  }

  private static boolean decays(ParameterSpec spec, UpdateRule rule) {
    return rule.weightDecay() > 0 && (rule.decayAll() || spec.role() == ParameterSpec.Role.WEIGHT);
  }

  @Override
  public Map<String, Double> gradientNorms() {
    return arithmetic.norms(gradients, layout.trained());
  }

  private double gradientNorm() {
    double sum = 0;
    for (Slice slice : layout.trained()) {
      sum += arithmetic.squares(gradients, slice.offset(), slice.elements());
    }
    return Math.sqrt(sum);
  }

  private void sgd(Slice slice, UpdateRule.Sgd rule, float rate, float decay, float scale) {
    FloatBuffer momentum = rule.momentum() > 0 ? first.use() : first.orNull();
    arithmetic.sgd(
        new FlatUpdate.Run(values, gradients, momentum, null, slice.offset(), slice.elements()),
        new FlatUpdate.SgdStep(rate, (float) rule.momentum(), rule.nesterov(), decay, scale));
  }

  private void adamW(Slice slice, UpdateRule.AdamW rule, double rate, double decay, float scale) {
    if (second.orNull() == null) {
      first.start();
      second.start();
    }
    arithmetic.adamW(
        new FlatUpdate.Run(
            values, gradients, first.use(), second.use(), slice.offset(), slice.elements()),
        new FlatUpdate.AdamWStep(
            (float) rule.beta1(),
            (float) rule.beta2(),
            (float) rule.epsilon(),
            scale,
            (float) (rate / (1 - Math.pow(rule.beta1(), steps))),
            (float) (1 / Math.sqrt(1 - Math.pow(rule.beta2(), steps))),
            (float) (1 - rate * decay)));
  }
}
