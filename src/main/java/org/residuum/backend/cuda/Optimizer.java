package org.residuum.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.Resources;
import org.residuum.backend.lower.FlatLayout;
import org.residuum.backend.lower.Learner;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;

/**
 * The update of the flat parameter buffer on the device: the gradients' norm, the scale that clips
 * it, then the rule, for all parameters in one launch each. The launches of a rule are prepared
 * once; rate, limit and corrections of a step travel to {@code control}, so that a graph that holds
 * them serves every step.
 */
final class Optimizer implements Learner, AutoCloseable {
  /** In {@code control}: norm and scale, which the device writes, then the host's numbers. */
  private static final int NUMBERS_AT = 8;

  private static final int CONTROL_BYTES = 32;

  private final CudaDriver driver;
  private final CudaStream stream;
  private final TrainingParameters parameters;
  private final Resources resources = new Resources();
  private final int n;
  private final long decays;
  private final long partials;
  private final long control;
  private final RateGroups rates;
  private final ByteBuffer norm;
  private final Runnable normOut;
  private final MomentBuffer first;
  private final MomentBuffer second;
  private final MomentBuffer mean;
  private final MomentBuffer sum;
  private UpdateRule rule;
  private Runnable[] launches = {};
  private long steps;
  private int accumulated;
  private int accumulatedBound;
  private boolean underWay;
  private boolean masked;
  private boolean maskOfAll;

  Optimizer(CudaDriver driver, CudaStream stream, TrainingParameters parameters) {
    this.driver = driver;
    this.stream = stream;
    this.parameters = parameters;
    this.n = parameters.layout().trainedElements();
    this.first = new MomentBuffer(driver, stream, parameters, resources, "first moments", false);
    this.second = new MomentBuffer(driver, stream, parameters, resources, "second moments", false);
    this.mean = new MomentBuffer(driver, stream, parameters, resources, "running mean", true);
    this.sum = new MomentBuffer(driver, stream, parameters, resources, "sum of gradients", false);
    long partialBytes = OptimizerKernels.partialBytes(n);
    long segments = n / FlatLayout.SEGMENT;
    try {
      this.partials =
          resources.allocate(
              driver, partialBytes + CONTROL_BYTES + segments, "optimiser's workspace");
      this.control = partials + partialBytes;
      this.rates = new RateGroups(driver, stream, resources, control, NUMBERS_AT);
      this.norm = resources.allocateHost(driver, Float.BYTES, "norm of the gradients");
    } catch (RuntimeException e) {
      resources.closeAfter(e);
      throw e;
    }
    this.decays = control + CONTROL_BYTES;
    rates.arrange(parameters.layout(), Map.of());
    this.normOut = normTo(stream);
  }

  /** What copies the norm of a step to the host. */
  Runnable normTo(CudaStream out) {
    return n == 0 ? () -> {} : out.toHost(norm, control, Float.BYTES);
  }

  @Override
  public double update(UpdateRule wanted, double learningRate, double maxGradientNorm) {
    prepare(wanted, learningRate, maxGradientNorm);
    if (n > 0) {
      driver.enter();
      queue();
      normOut.run();
      stream.synchronize();
    }
    return settle();
  }

  /**
   * Prepares a step, which {@link #queue} gives to the device and {@link #settle} ends.
   *
   * @throws IllegalStateException where the one before has not ended
   */
  void prepare(UpdateRule wanted, double learningRate, double maxGradientNorm) {
    requireSettled();
    if (n > 0) {
      bind(wanted);
      write(learningRate, maxGradientNorm);
    }
  }

  /** Has what would disturb a step be refused until {@link #settle} or {@link #abandon}. */
  void begin() {
    underWay = true;
  }

  /** The step failed. */
  void abandon() {
    underWay = false;
  }

  /** The device may still read the numbers, and the state is neither old nor new. */
  private void requireSettled() {
    if (underWay) {
      throw new IllegalStateException("a training step is under way; await it first");
    }
  }

  /** Gives the numbers and the launches of the rule to the stream. */
  void queue() {
    for (RateGroups.Group group : rates.groups()) {
      group.in().run();
    }
    for (Runnable launch : launches) {
      launch.run();
    }
    parameters.refreshCopies().run();
  }

  /** The launches that {@link #queue} makes: another object after each change of them. */
  Object launches() {
    return launches;
  }

  /** Once the norm is there: counts the step and gives it. */
  double settle() {
    underWay = false;
    accumulated = 0;
    if (n == 0) {
      return 0;
    }
    double value = norm.getFloat(0);
    if (Double.isFinite(value)) {
      steps++;
    }
    return value;
  }

  @Override
  public void scaleRates(Map<String, Double> factors) {
    requireSettled();
    parameters.layout().requireFactors(factors);
    rule = null;
    rates.arrange(parameters.layout(), factors);
  }

  private void write(double learningRate, double maxGradientNorm) {
    for (RateGroups.Group group : rates.groups()) {
      write(group.numbers(), learningRate * group.factor(), maxGradientNorm);
    }
  }

  private void write(ByteBuffer numbers, double rate, double maxGradientNorm) {
    numbers.putFloat(0, (float) maxGradientNorm);
    if (rule instanceof UpdateRule.AdamW adam) {
      long t = steps + 1;
      numbers.putFloat(4, (float) (rate / (1 - Math.pow(adam.beta1(), t))));
      numbers.putFloat(8, (float) (1 / Math.sqrt(1 - Math.pow(adam.beta2(), t))));
      numbers.putFloat(12, (float) (rate * adam.weightDecay()));
    } else {
      numbers.putFloat(4, (float) rate);
    }
  }

  /** Takes the memory that a rule needs and prepares its launches, unless it is prepared. */
  private void bind(UpdateRule wanted) {
    if (wanted.equals(rule) && accumulated == accumulatedBound) {
      return;
    }
    rule = null;
    takeMemory(wanted);
    OptimizerKernels all =
        new OptimizerKernels(
            stream,
            n,
            parameters.values(),
            parameters.gradients(),
            new OptimizerKernels.Moments(first.addressOrZero(), second.addressOrZero()),
            decays,
            control);
    List<Runnable> made = new ArrayList<>();
    if (accumulated > 0) {
      made.add(mean(accumulated + 1));
    }
    made.add(all.norm(partials));
    for (RateGroups.Group group : rates.groups()) {
      OptimizerKernels part = all.part(group.from(), group.count(), group.control());
      made.addAll(part.step(wanted, partials, n));
    }
    launches = made.toArray(new Runnable[0]);
    accumulatedBound = accumulated;
    rule = wanted;
  }

  /** Makes the gradients the mean with those that were accumulated. */
  private Runnable mean(int runs) {
    float share = 1f / runs;
    return OptimizerKernels.blend(
        stream, parameters.gradients(), share, sum.addressOrZero(), share, n);
  }

  @Override
  public void accumulate() {
    requireSettled();
    if (n == 0) {
      return;
    }
    driver.enter();
    if (accumulated == 0) {
      sum.start();
    }
    OptimizerKernels.blend(stream, sum.addressOrZero(), 1, parameters.gradients(), 1, n).run();
    accumulated++;
  }

  @Override
  public void follow(double decay) {
    requireSettled();
    if (mean.elements() == 0) {
      return;
    }
    driver.enter();
    boolean isNew = !mean.isInUse();
    mean.use();
    float kept = isNew ? 0 : (float) decay;
    float added = isNew ? 1 : (float) (1 - decay);
    long address = mean.addressOrZero();
    OptimizerKernels.blend(stream, address, kept, parameters.values(), added, mean.elements())
        .run();
  }

  /** Device bytes that a rule needs beyond those allocated already. */
  long missingBytes(UpdateRule rule) {
    boolean adam = rule instanceof UpdateRule.AdamW;
    return (adam || hasMomentum(rule) ? first.missingBytes() : 0)
        + (adam ? second.missingBytes() : 0);
  }

  private static boolean hasMomentum(UpdateRule rule) {
    return rule instanceof UpdateRule.Sgd sgd && sgd.momentum() > 0;
  }

  @Override
  public Parameters snapshot() {
    return parameters.snapshot();
  }

  @Override
  public FloatBuffer gradientCopy(String name) {
    return parameters.gradientValues(name);
  }

  @Override
  public Map<String, Double> gradientNorms() {
    requireSettled();
    return parameters.gradientNorms();
  }

  @Override
  public TrainingSession.OptimizerState state() {
    requireSettled();
    return new TrainingSession.OptimizerState(
        steps, first.snapshot(), second.snapshot(), mean.snapshot());
  }

  @Override
  public void restore(Parameters values, TrainingSession.OptimizerState state) {
    requireSettled();
    parameters.layout().requireShapes(values, state);
    rule = null;
    parameters.restore(values);
    steps = state.steps();
    first.restore(state.first());
    second.restore(state.second());
    mean.restore(state.mean());
    accumulated = 0;
    stream.synchronize();
  }

  /** AdamW begins with zeros, even where SGD's momentum was in use. */
  private void takeMemory(UpdateRule wanted) {
    if (wanted instanceof UpdateRule.AdamW && !second.isInUse()) {
      first.reserve();
      second.reserve();
      first.start();
      second.start();
    } else if (wanted instanceof UpdateRule.AdamW || hasMomentum(wanted)) {
      first.use();
    }
    if (!masked || maskOfAll != wanted.decayAll()) {
      writeMask(wanted.decayAll());
    }
  }

  /** One byte a segment: 1 where weight decay applies. */
  private void writeMask(boolean decayAll) {
    int segments = n / FlatLayout.SEGMENT;
    ByteBuffer mask = driver.allocateHost(segments, "optimiser's mask");
    try {
      for (int i = 0; i < segments; i++) {
        mask.put(i, (byte) 0);
      }
      for (FlatLayout.Slice slice : parameters.layout().trained()) {
        if (decayAll || slice.spec().role() == ParameterSpec.Role.WEIGHT) {
          int end = slice.offset() + slice.elements();
          for (int i = slice.offset(); i < end; i += FlatLayout.SEGMENT) {
            mask.put(i / FlatLayout.SEGMENT, (byte) 1);
          }
        }
      }
      stream.copyToDevice(decays, mask, segments);
      stream.synchronize();
    } finally {
      driver.freeHost(mask);
    }
    masked = true;
    maskOfAll = decayAll;
  }

  @Override
  public void close() {
    resources.close();
  }
}
