package org.residuum.backend.cuda;

import java.util.List;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.kernel.Arguments;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.lower.FlatLayout;
import org.residuum.network.ElementType;

/**
 * The kernels of an update and their launches over flat buffers of n parameters. What changes from
 * step to step is in {@code control}, so the launches stay the same.
 */
record OptimizerKernels(
    CudaStream stream,
    int n,
    long values,
    long gradients,
    Moments moments,
    long decays,
    long control) {
  static final Kernel SQUARE_SUMS =
      kernel("square_sums", GridRule.FLAT_REDUCTION, "g* partials* n:i64");
  static final Kernel CLIP_SCALE =
      kernel("clip_scale", GridRule.ONE_BLOCK, "partials* control* blocks:i32");
  static final Kernel SGD =
      kernel("sgd", GridRule.ELEMENTS, "w* g* decays* control* n:i64 decay:f32");
  static final Kernel SGD_MOMENTUM =
      kernel(
          "sgd_momentum",
          GridRule.ELEMENTS,
          "w* g* v* decays* control* n:i64 momentum:f32 decay:f32 nesterov:i32");
  static final Kernel ADAMW =
      kernel(
          "adamw",
          GridRule.ELEMENTS,
          "w* g* m* v* decays* control* n:i64 beta1:f32 beta2:f32 epsilon:f32");

  static final Kernel BLEND = kernel("blend", GridRule.ELEMENTS, "y* x* n:i64 kept:f32 added:f32");

  static final List<Kernel> ALL = List.of(SQUARE_SUMS, CLIP_SCALE, SGD, SGD_MOMENTUM, ADAMW, BLEND);

  /** Addresses of the first and second moments, 0 for none. */
  record Moments(long first, long second) {}

  private static Kernel kernel(String name, GridRule grid, String signature) {
    return Kernel.of(name, grid, signature, ElementType.F32);
  }

  private static LaunchShape reduction(int n) {
    return SQUARE_SUMS.grid().shape(n, 1);
  }

  /** Room for the partial sums, a multiple of 16. */
  static long partialBytes(int n) {
    return 16 * ((4L * reduction(n).gridX() + 15) / 16);
  }

  /** Sums the squares of n floats into {@link #partialBytes}. */
  static Runnable squareSums(CudaStream stream, long floats, long partials, int n) {
    return launch(
        stream,
        SQUARE_SUMS.arguments().pointer("g", floats).pointer("partials", partials).number("n", n),
        reduction(n));
  }

  /** y = kept y + added x, of n floats. */
  static Runnable blend(CudaStream stream, long y, float kept, long x, float added, int n) {
    return launch(
        stream,
        BLEND
            .arguments()
            .pointer("y", y)
            .pointer("x", x)
            .number("n", n)
            .number("kept", kept)
            .number("added", added),
        BLEND.grid().shape(n, 1));
  }

  /** What makes partial sums of the squares of all gradients. */
  Runnable norm(long partials) {
    return squareSums(stream, gradients, partials, n);
  }

  /** The same for {@code count} of the parameters, whose numbers are in another control. */
  OptimizerKernels part(int from, int count, long otherControl) {
    return new OptimizerKernels(
        stream,
        count,
        values + 4L * from,
        gradients + 4L * from,
        new Moments(shifted(moments.first, from), shifted(moments.second, from)),
        decays + from / FlatLayout.SEGMENT,
        otherControl);
  }

  private static long shifted(long address, int elements) {
    return address == 0 ? 0 : address + 4L * elements;
  }

  /**
   * The launches that follow the norm: scale, rule.
   *
   * @param all how many parameters the norm is of
   */
  List<Runnable> step(UpdateRule rule, long partials, int all) {
    Arguments clip =
        CLIP_SCALE
            .arguments()
            .pointer("partials", partials)
            .pointer("control", control)
            .number("blocks", reduction(all).gridX());
    Arguments update = update(rule);
    return List.of(
        launch(stream, clip, CLIP_SCALE.grid().shape(1, 1)),
        launch(stream, update, update.kernel().grid().shape(n, 1)));
  }

  private Arguments update(UpdateRule rule) {
    if (rule instanceof UpdateRule.Sgd sgd) {
      return sgd(sgd);
    }
    if (rule instanceof UpdateRule.AdamW adam) {
      return common(ADAMW)
          .pointer("m", moments.first)
          .pointer("v", moments.second)
          .number("beta1", (float) adam.beta1())
          .number("beta2", (float) adam.beta2())
          .number("epsilon", (float) adam.epsilon());
    }
    throw new IllegalStateException("no arithmetic for the rule " + rule);
  }

  private Arguments sgd(UpdateRule.Sgd rule) {
    boolean momentum = moments.first != 0;
    Arguments arguments =
        common(momentum ? SGD_MOMENTUM : SGD).number("decay", (float) rule.weightDecay());
    return momentum
        ? arguments
            .pointer("v", moments.first)
            .number("momentum", (float) rule.momentum())
            .number("nesterov", rule.nesterov() ? 1 : 0)
        : arguments;
  }

  /** What all rules take. */
  private Arguments common(Kernel kernel) {
    return kernel
        .arguments()
        .pointer("w", values)
        .pointer("g", gradients)
        .pointer("decays", decays)
        .pointer("control", control)
        .number("n", n);
  }

  private static Runnable launch(CudaStream stream, Arguments arguments, LaunchShape shape) {
    return stream.launch(arguments.kernel(), ElementType.F32, shape, arguments.inOrder().toArray());
  }
}
