package org.residuum.backend.cuda.op;

import java.util.List;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.KernelVariants;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.lower.InPlace;
import org.residuum.backend.lower.Place;
import org.residuum.network.ElementType;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Value;
import org.residuum.network.gradient.JointGradient;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Activation.Kind;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Op;

/** Batch norms and their gradient over rows (N · H · W, C); a ReLU is fused both ways. */
final class Norms {
  private static final KernelVariants SCALE_SHIFT =
      new KernelVariants(
              "scale_shift",
              "_forward",
              GridRule.ELEMENTS,
              "x* scale* shift* residual*?residual y* " + Kernel.ROWS)
          .with(false, true);
  private static final Kernel STATISTICS =
      Kernel.of("batch_norm_statistics", GridRule.COLUMNS, "x* partials* " + Kernel.ROWS);
  private static final Kernel STATISTICS_FINISH =
      Kernel.of(
          "batch_norm_statistics_finish",
          GridRule.COLUMN_FINISH,
          "partials* gamma* mean* var* scale* running_mean* running_var* rows:i64 chunks:i32"
              + " channels:i32 epsilon:f32 momentum:f32",
          ElementType.F32);
  private static final KernelVariants NORMALIZE =
      new KernelVariants(
              "batch_norm",
              "_forward",
              GridRule.ELEMENTS,
              "x* mean* scale* beta* residual*?residual y* " + Kernel.ROWS)
          .with(false, true);
  private static final KernelVariants GRADIENT_SUMS =
      new KernelVariants(
              "batch_norm",
              "_backward_reduce",
              GridRule.COLUMNS,
              "x* mean* y*?activation dy* partials* " + Kernel.ROWS)
          .with(false);
  private static final Kernel GRADIENT_FINISH =
      Kernel.of(
          "batch_norm_backward_finish",
          GridRule.COLUMN_FINISH,
          "partials* gamma* var* dgamma* dbeta* coefficients* rows:i64 chunks:i32 channels:i32"
              + " epsilon:f32",
          ElementType.F32);
  private static final KernelVariants GRADIENT =
      new KernelVariants(
              "batch_norm",
              "_backward",
              GridRule.ELEMENTS,
              "x* mean* y*?activation dy* coefficients* dx* dresidual*?residual " + Kernel.ROWS)
          .with(false)
          .with(true, Kind.RELU);

  private final CudaAssembly to;
  private final BatchNorm op;
  private final int channels;
  private final long rows;

  private Norms(CudaAssembly to, BatchNorm op) {
    this.to = to;
    this.op = op;
    this.channels = to.x().extent(1);
    this.rows = to.elements(to.x()) / channels;
  }

  static void enter(CudaOps ops) {
    for (KernelVariants variants : List.of(SCALE_SHIFT, NORMALIZE, GRADIENT_SUMS, GRADIENT)) {
      ops.add(variants.all());
    }
    ops.add(STATISTICS, STATISTICS_FINISH, GRADIENT_FINISH);
    InPlace<BatchNorm> overX = InPlace.input(0)::overwritten;
    ops.add(BatchNorm.class)
        .forward((to, node, op) -> new Norms(to, op).forward(node))
        .inPlace((node, op, free) -> op.training() ? null : overX.overwritten(node, op, free))
        .inputGradient((to, node, op) -> new Norms(to, op).gradient(node))
        .inputGradientInPlace(InPlace.lastInput());
    ops.keepSingle(JointGradient.class, (node, known) -> statistics(node));
  }

  /** What the forward op gave beside y. */
  private static List<Value> statistics(Node node) {
    Op forward = ((JointGradient) node.op()).forward();
    int given = forward.outputs(node.inputShapes().subList(0, 1)).size();
    return node.inputs().subList(1, given);
  }

  private Launch rows(Launch launch) {
    return launch.number("rows", rows).number("channels", channels);
  }

  private void forward(Node node) {
    if (op.training()) {
      train();
    } else {
      infer(node.parameters());
    }
    Epilogues.activateApart(to, op.activation(), to.output(0), rows * channels);
  }

  private void infer(List<ParameterSpec> parameters) {
    scaleAndShift(op.activation(), to.input(0), scale(parameters), shift(parameters));
  }

  /** y = x · scale + shift */
  private void scaleAndShift(Activation then, Place x, Derivation scale, Derivation shift) {
    rows(to.launch(SCALE_SHIFT.of(false, then)))
        .pointer("x", x)
        .pointer("scale", to.computed(scale))
        .pointer("shift", to.computed(shift))
        .pointer("y", to.output(0))
        .over(rows * channels);
  }

  /** gamma / √(var + ε) */
  private Derivation scale(List<ParameterSpec> specs) {
    return parameters -> {
      float[] scale = parameters.get(specs.get(0).name()).toArray();
      float[] var = parameters.get(specs.get(3).name()).toArray();
      for (int c = 0; c < scale.length; c++) {
        scale[c] = (float) (scale[c] / Math.sqrt((double) var[c] + op.epsilon()));
      }
      return scale;
    };
  }

  /** beta - mean · gamma / √(var + ε) */
  private Derivation shift(List<ParameterSpec> specs) {
    return parameters -> {
      float[] shift = parameters.get(specs.get(1).name()).toArray();
      float[] gamma = parameters.get(specs.get(0).name()).toArray();
      float[] mean = parameters.get(specs.get(2).name()).toArray();
      float[] var = parameters.get(specs.get(3).name()).toArray();
      for (int c = 0; c < shift.length; c++) {
        double scale = gamma[c] / Math.sqrt((double) var[c] + op.epsilon());
        shift[c] = (float) (shift[c] - mean[c] * scale);
      }
      return shift;
    };
  }

  private void train() {
    LaunchShape shape = GridRule.COLUMNS.shape(rows, channels, to.type());
    Place partials = to.scratch(8L * shape.gridY() * channels);
    Place scale = to.scratch(4L * channels);
    rows(to.launch(STATISTICS)).pointer("x", to.input(0)).pointer("partials", partials).over(shape);
    rows(to.launch(STATISTICS_FINISH))
        .pointer("partials", partials)
        .pointer("gamma", to.vector(0))
        .pointer("mean", to.output(1))
        .pointer("var", to.output(2))
        .pointer("scale", scale)
        .pointer("running_mean", to.vector(2))
        .pointer("running_var", to.vector(3))
        .number("chunks", shape.gridY())
        .number("epsilon", op.epsilon())
        .number("momentum", op.momentum())
        .over(channels);
    rows(to.launch(NORMALIZE.of(false, op.activation())))
        .pointer("x", to.input(0))
        .pointer("mean", to.output(1))
        .pointer("scale", scale)
        .pointer("beta", to.vector(1))
        .pointer("y", to.output(0))
        .over(rows * channels);
  }

  private void gradient(Node node) {
    if (op.training()) {
      gradient();
    } else { // dx = dy · scale
      Derivation none = parameters -> new float[channels];
      scaleAndShift(Activation.NONE, to.lastInput(), scale(node.parameters()), none);
    }
  }

  /** dx, dgamma, dbeta. */
  private void gradient() {
    long n = rows * channels;
    Place dy = to.lastInput();
    if (!KernelVariants.fuses(op.activation())) {
      Place masked = to.scratch(n * to.type().bytes());
      Activations.appendGradient(to, op.activation(), to.input(3), dy, masked, n);
      dy = masked;
    }
    LaunchShape shape = GridRule.COLUMNS.shape(rows, channels, to.type());
    Place partials = to.scratch(8L * shape.gridY() * channels);
    Place coefficients = to.scratch(12L * channels);
    overRows(GRADIENT_SUMS, dy).pointer("partials", partials).over(shape);
    rows(to.launch(GRADIENT_FINISH))
        .pointer("partials", partials)
        .pointer("gamma", to.vector(0))
        .pointer("var", to.input(2))
        .pointer("dgamma", to.output(1))
        .pointer("dbeta", to.output(2))
        .pointer("coefficients", coefficients)
        .number("chunks", shape.gridY())
        .number("epsilon", op.epsilon())
        .over(channels);
    overRows(GRADIENT, dy)
        .pointer("coefficients", coefficients)
        .pointer("dx", to.output(0))
        .over(n);
  }

  /** What both passes over the rows read; y where an activation is fused. */
  private Launch overRows(KernelVariants variants, Place dy) {
    Activation activation = op.activation();
    Launch launch =
        rows(to.launch(variants.of(false, activation)))
            .pointer("x", to.input(0))
            .pointer("mean", to.input(1))
            .pointer("dy", dy);
    boolean masks = KernelVariants.fuses(activation) && !activation.isNone();
    return masks ? launch.pointer("y", to.input(3)) : launch;
  }
}
