package org.residuum.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.Resources;
import org.residuum.backend.cuda.kernel.Arguments;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.lower.FlatLayout;
import org.residuum.backend.lower.Learner;
import org.residuum.network.ElementType;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;

/**
 * The update of the flat parameter buffer on the device: the gradients' norm, the scale that clips
 * it, then the rule, for all parameters in one launch each.
 */
final class Optimizer implements Learner, AutoCloseable {
  static final Kernel SQUARE_SUMS =
      kernel("square_sums", GridRule.FLAT_REDUCTION, "g* partials* n:i64");
  static final Kernel CLIP_SCALE =
      kernel("clip_scale", GridRule.ONE_BLOCK, "partials* control* blocks:i32 max_norm:f32");
  static final Kernel SGD =
      kernel("sgd", GridRule.ELEMENTS, "w* g* decays* control* n:i64 rate:f32 decay:f32");
  static final Kernel SGD_MOMENTUM =
      kernel(
          "sgd_momentum",
          GridRule.ELEMENTS,
          "w* g* v* decays* control* n:i64 rate:f32 momentum:f32 decay:f32 nesterov:i32");
  static final Kernel ADAMW =
      kernel(
          "adamw",
          GridRule.ELEMENTS,
          "w* g* m* v* decays* control* n:i64 step:f32 beta1:f32 beta2:f32 epsilon:f32"
              + " correction:f32 rate_decay:f32");

  static final List<Kernel> KERNELS = List.of(SQUARE_SUMS, CLIP_SCALE, SGD, SGD_MOMENTUM, ADAMW);

  private final CudaDriver driver;
  private final CudaStream stream;
  private final TrainingParameters parameters;
  private final Resources resources = new Resources();
  private final int n;
  private final long decays;
  private final long partials;
  private final long control;
  private final LaunchShape reduction;
  private final ByteBuffer host;
  private long first;
  private long second;
  private long steps;
  private boolean masked;
  private boolean maskOfAll;

  private static Kernel kernel(String name, GridRule grid, String signature) {
    return Kernel.of(name, grid, signature, ElementType.F32);
  }

  Optimizer(CudaDriver driver, CudaStream stream, TrainingParameters parameters) {
    this.driver = driver;
    this.stream = stream;
    this.parameters = parameters;
    this.n = parameters.layout().trainedElements();
    this.reduction = SQUARE_SUMS.grid().shape(n, 1);
    long segments = n / FlatLayout.SEGMENT;
    long partialBytes = 4L * reduction.gridX();
    this.partials =
        resources.allocate(driver, partialBytes + 16 + segments, "optimiser's workspace");
    this.control = partials + partialBytes;
    this.decays = control + 16;
    this.host = driver.allocateHost(Math.max(8, segments), "optimiser's mask");
    resources.add(() -> driver.freeHost(host));
  }

  @Override
  public double update(UpdateRule rule, double learningRate, double maxGradientNorm) {
    if (n == 0) {
      return 0;
    }
    prepare(rule);
    launch(
        SQUARE_SUMS
            .arguments()
            .pointer("g", parameters.gradients())
            .pointer("partials", partials)
            .number("n", n),
        reduction);
    launch(
        CLIP_SCALE
            .arguments()
            .pointer("partials", partials)
            .pointer("control", control)
            .number("blocks", reduction.gridX())
            .number("max_norm", (float) maxGradientNorm),
        CLIP_SCALE.grid().shape(1, 1));
    if (rule instanceof UpdateRule.Sgd sgd) {
      sgd(sgd, (float) learningRate);
    } else if (rule instanceof UpdateRule.AdamW adam) {
      adamW(adam, learningRate);
    } else {
      throw new IllegalStateException("no arithmetic for the rule " + rule);
    }
    parameters.refreshCopies();
    stream.copyToHost(host, control, 4);
    stream.synchronize();
    double norm = host.getFloat(0);
    if (Double.isFinite(norm)) {
      steps++;
    }
    return norm;
  }

  /** Device bytes that a rule needs beyond those allocated already. */
  long missingBytes(UpdateRule rule) {
    boolean adam = rule instanceof UpdateRule.AdamW;
    boolean needsFirst = adam || rule instanceof UpdateRule.Sgd sgd && sgd.momentum() > 0;
    return 4L * n * ((needsFirst && first == 0 ? 1 : 0) + (adam && second == 0 ? 1 : 0));
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
  public TrainingSession.OptimizerState state() {
    return new TrainingSession.OptimizerState(steps, moments(first), moments(second));
  }

  private Parameters moments(long address) {
    return address == 0 ? Parameters.NONE : parameters.readTrained(address);
  }

  @Override
  public void restore(Parameters values, TrainingSession.OptimizerState state) {
    parameters.layout().requireShapes(values, state);
    parameters.restore(values);
    steps = state.steps();
    first = restored(first, state.first(), "first moments");
    second = restored(second, state.second(), "second moments");
    stream.synchronize();
  }

  private long restored(long address, Parameters moments, String label) {
    if (address == 0 && moments.isEmpty()) {
      return 0;
    }
    long target = address == 0 ? state(label) : address;
    if (moments.isEmpty()) {
      stream.fill(target, (byte) 0, 4L * n);
    } else {
      parameters.writeTrained(target, moments);
    }
    return target;
  }

  private void prepare(UpdateRule rule) {
    boolean adam = rule instanceof UpdateRule.AdamW;
    boolean momentum = rule instanceof UpdateRule.Sgd sgd && sgd.momentum() > 0;
    if (first == 0 && (adam || momentum)) {
      first = state("first moments");
    }
    if (second == 0 && adam) {
      second = state("second moments");
    }
    if (!masked || maskOfAll != rule.decayAll()) {
      writeMask(rule.decayAll());
    }
  }

  private long state(String label) {
    long address = resources.allocate(driver, 4L * n, label);
    stream.fill(address, (byte) 0, 4L * n);
    return address;
  }

  /** One byte a segment: 1 where weight decay applies. */
  private void writeMask(boolean decayAll) {
    for (int i = 0; i < n / FlatLayout.SEGMENT; i++) {
      host.put(i, (byte) 0);
    }
    for (FlatLayout.Slice slice : parameters.layout().trained()) {
      if (decayAll || slice.spec().role() == ParameterSpec.Role.WEIGHT) {
        int end = slice.offset() + slice.elements();
        for (int i = slice.offset(); i < end; i += FlatLayout.SEGMENT) {
          host.put(i / FlatLayout.SEGMENT, (byte) 1);
        }
      }
    }
    stream.copyToDevice(decays, host, n / FlatLayout.SEGMENT);
    stream.synchronize();
    masked = true;
    maskOfAll = decayAll;
  }

  private void sgd(UpdateRule.Sgd rule, float rate) {
    Arguments arguments =
        update(first == 0 ? SGD : SGD_MOMENTUM)
            .number("rate", rate)
            .number("decay", (float) rule.weightDecay());
    if (first != 0) {
      arguments
          .pointer("v", first)
          .number("momentum", (float) rule.momentum())
          .number("nesterov", rule.nesterov() ? 1 : 0);
    }
    launch(arguments, arguments.kernel().grid().shape(n, 1));
  }

  private void adamW(UpdateRule.AdamW rule, double rate) {
    long t = steps + 1;
    launch(
        update(ADAMW)
            .pointer("m", first)
            .pointer("v", second)
            .number("step", (float) (rate / (1 - Math.pow(rule.beta1(), t))))
            .number("beta1", (float) rule.beta1())
            .number("beta2", (float) rule.beta2())
            .number("epsilon", (float) rule.epsilon())
            .number("correction", (float) (1 / Math.sqrt(1 - Math.pow(rule.beta2(), t))))
            .number("rate_decay", (float) (rate * rule.weightDecay())),
        ADAMW.grid().shape(n, 1));
  }

  /** What all rules take. */
  private Arguments update(Kernel kernel) {
    return kernel
        .arguments()
        .pointer("w", parameters.values())
        .pointer("g", parameters.gradients())
        .pointer("decays", decays)
        .pointer("control", control)
        .number("n", n);
  }

  private void launch(Arguments arguments, LaunchShape shape) {
    stream.launch(arguments.kernel(), ElementType.F32, shape, arguments.inOrder().toArray()).run();
  }

  @Override
  public void close() {
    resources.close();
  }
}
