package org.residuum.backend.cuda.op;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.lower.InPlace;
import org.residuum.backend.lower.Place;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Activation.Kind;
import org.residuum.network.op.PRelu;

/** Activations and their gradients, element by element. A new one is a line in {@link #KINDS}. */
final class Activations {
  /** A number that the kernels of an activation take. */
  private record Setting(String name, ToDoubleFunction<Activation> value) {}

  /** The two kernels of an activation; both take its settings last. */
  private record Kernels(Kernel forward, Kernel backward, List<Setting> settings) {
    static Kernels of(String name, Setting... settings) {
      StringBuilder numbers = new StringBuilder();
      for (Setting setting : settings) {
        numbers.append(' ').append(setting.name()).append(":f32");
      }
      return new Kernels(
          Kernel.of(name + "_forward", GridRule.ELEMENTS, "x* y* n:i64" + numbers),
          Kernel.of(name + "_backward", GridRule.ELEMENTS, "saved* dy* dx* n:i64" + numbers),
          List.of(settings));
    }
  }

  private static final Map<Kind, Kernels> KINDS =
      Map.of(
          Kind.RELU,
          Kernels.of("relu"),
          Kind.SIGMOID,
          Kernels.of("sigmoid"),
          Kind.CLIP,
          Kernels.of(
              "clip", new Setting("low", Activation::low), new Setting("high", Activation::high)),
          Kind.LEAKY_RELU,
          Kernels.of("leaky_relu", new Setting("slope", Activation::low)),
          Kind.SILU,
          Kernels.of("silu"),
          Kind.HARDSWISH,
          Kernels.of("hardswish"),
          Kind.GELU,
          Kernels.of("gelu"),
          Kind.GELU_TANH,
          Kernels.of("gelu_tanh"));

  private static final Kernel PRELU =
      Kernel.of("prelu", GridRule.ELEMENTS, "x* v* slope* y* " + Kernel.ROWS);
  private static final Kernel SLOPE_SUMS =
      Kernel.of("prelu_slope_sums", GridRule.COLUMNS, "x* dy* partials* " + Kernel.ROWS);

  private Activations() {}

  static void enter(CudaOps ops) {
    KINDS.values().forEach(kernels -> ops.add(kernels.forward(), kernels.backward()));
    ops.add(Activate.class)
        .forward(
            (to, node, op) ->
                append(to, op.activation(), to.input(0), to.output(0), to.elements(to.x())))
        .inPlace(InPlace.input(0))
        .inputGradient(
            (to, node, op) ->
                appendGradient(
                    to,
                    op.activation(),
                    to.input(0),
                    to.lastInput(),
                    to.output(0),
                    to.elements(to.x())))
        .inputGradientInPlace(InPlace.lastInput());
    ops.add(PRELU, SLOPE_SUMS);
    ops.add(PRelu.class)
        .forward((to, node, op) -> prelu(to, to.input(0)))
        .inPlace(InPlace.input(0))
        .inputGradient((to, node, op) -> preluGradient(to))
        .inputGradientInPlace(InPlace.lastInput());
  }

  /** v where x is positive, slope · v elsewhere, over (rows, slopes) */
  private static void prelu(CudaAssembly to, Place v) {
    int slopes = slopes(to);
    long n = to.elements(to.x());
    to.launch(PRELU)
        .pointer("x", to.input(0))
        .pointer("v", v)
        .pointer("slope", to.vector(0))
        .pointer("y", to.output(0))
        .number("rows", n / slopes)
        .number("channels", slopes)
        .over(n);
  }

  private static int slopes(CudaAssembly to) {
    return to.node().parameters().get(0).shape().elements();
  }

  /** dx of dy, then the slopes' gradient in two passes. */
  private static void preluGradient(CudaAssembly to) {
    int slopes = slopes(to);
    long rows = to.elements(to.x()) / slopes;
    LaunchShape shape = GridRule.COLUMNS.shape(rows, slopes, to.type());
    Place partials = to.scratch(4L * shape.gridY() * slopes);
    to.launch(SLOPE_SUMS, to.storage())
        .pointer("x", to.input(0))
        .pointer("dy", to.lastInput())
        .pointer("partials", partials)
        .number("rows", rows)
        .number("channels", slopes)
        .over(shape);
    ColumnSums.finish(to, partials, to.output(1), shape.gridY(), slopes);
    prelu(to, to.lastInput());
  }

  /** y = activation(x) over n elements. */
  static void append(CudaAssembly to, Activation activation, Place x, Place y, long n) {
    if (activation.isNone()) {
      to.copy(x, y, n * to.type().bytes());
      return;
    }
    Launch launch = to.launch(KINDS.get(activation.kind()).forward());
    set(launch.pointer("x", x).pointer("y", y), activation, n).over(n);
  }

  /** dx = dy activation'(x), from what the forward pass saved. */
  static void appendGradient(
      CudaAssembly to, Activation activation, Place saved, Place dy, Place dx, long n) {
    if (activation.isNone()) {
      to.copy(dy, dx, n * to.type().bytes());
      return;
    }
    Launch launch = to.launch(KINDS.get(activation.kind()).backward());
    launch.pointer("saved", saved).pointer("dy", dy).pointer("dx", dx);
    set(launch, activation, n).over(n);
  }

  private static Launch set(Launch launch, Activation activation, long n) {
    for (Setting setting : KINDS.get(activation.kind()).settings()) {
      launch.number(setting.name(), (float) setting.value().applyAsDouble(activation));
    }
    return launch.number("n", n);
  }
}
