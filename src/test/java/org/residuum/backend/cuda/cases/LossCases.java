package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;
import org.residuum.network.loss.PointwiseLoss;

/** Cases of pointwise_loss.cu, whose definition is that of {@link PointwiseLoss.Kind}. */
final class LossCases {
  private static final int N = 299;

  /** Exponentials and logarithms err by 4 units each, and up to 6 roundings follow. */
  private static final double ROUNDINGS = 14;

  private LossCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      for (PointwiseLoss.Kind kind : PointwiseLoss.Kind.values()) {
        String name = kind.name().toLowerCase(Locale.ROOT);
        DoubleBinaryOperator size = size(kind);
        add(cases, storage, name + "_forward", kind, kind::value, size);
        DoubleBinaryOperator steepness =
            switch (kind) {
              case BINARY_CROSS_ENTROPY -> (x, t) -> 1;
              case WEIGHTED_BINARY_CROSS_ENTROPY -> (x, t) -> Math.max(1, t);
              default -> (x, t) -> 2 * Math.abs(x - t);
            };
        add(cases, storage, name + "_backward", kind, kind::derivative, steepness);
      }
    }
    return cases;
  }

  /** What is added up in the loss of an output. */
  private static DoubleBinaryOperator size(PointwiseLoss.Kind kind) {
    return switch (kind) {
      case BINARY_CROSS_ENTROPY -> (x, t) -> Math.abs(x) + Math.abs(x * t) + 1;
      case WEIGHTED_BINARY_CROSS_ENTROPY -> (x, t) -> Math.max(1, t) * (Math.abs(x) + 1);
      case SQUARED_ERROR -> kind::value;
      case SMOOTH_L1 -> (x, t) -> Math.abs(x - t) + 0.5;
    };
  }

  private static void add(
      List<KernelCase> cases,
      ElementType storage,
      String name,
      PointwiseLoss.Kind kind,
      DoubleBinaryOperator f,
      DoubleBinaryOperator size) {
    Kernel kernel = kernel(name);
    boolean gradient = name.endsWith("_backward");
    Function<Spread, Function<KernelRig, Trial>> trial =
        spread -> rig -> trial(rig, kernel, spread, kind, gradient, f, size);
    cases.add(
        new KernelCase(
            kernel,
            storage,
            "every way",
            rig -> {
              ElementwiseCases.everySize(n -> trial.apply(Spread.dense(n)).apply(rig));
              ElementwiseCases.everyWay(trial.apply(Spread.dense(N)).apply(rig), N);
            }));
    cases.add(
        new KernelCase(
            kernel,
            storage,
            "over 2^32 elements",
            rig -> ElementwiseCases.far(rig, spread -> trial.apply(spread).apply(rig))));
  }

  private static Trial trial(
      KernelRig rig,
      Kernel kernel,
      Spread spread,
      PointwiseLoss.Kind kind,
      boolean gradient,
      DoubleBinaryOperator f,
      DoubleBinaryOperator size) {
    int n = spread.elements();
    float[] x = outputs(rig, n);
    float[] t = targets(rig, n, kind);
    double parts = gradient ? spread.total() : 1;
    return new Trial(rig, kernel)
        .within(spread)
        .reads(x)
        .array(ElementType.F32, spread, t, Trial.exactly(t))
        .array(
            gradient ? rig.storage() : ElementType.F32,
            spread,
            null,
            (what, actual) ->
                Check.close(
                    what,
                    gradient ? rig.storage() : ElementType.F32,
                    i -> f.applyAsDouble(x[i], t[i]) / parts,
                    actual,
                    ROUNDINGS,
                    i -> size.applyAsDouble(x[i], t[i]) / parts))
        .numbers(spread.total());
  }

  /**
   * Small ones, at which the pieces of the losses meet, and those that exponentials overflow at.
   */
  private static float[] outputs(KernelRig rig, int n) {
    float[] edges = {Float.NaN, 0, -0f, 1, -1, 2, -2, 88.5f, -88.5f, 104, -104, 30_000, -30_000, 9};
    float[] x = rig.activations(n);
    for (int i = 0; i < Math.min(n, edges.length * 5); i++) {
      x[i] = rig.stored(edges[i % edges.length]);
    }
    return x;
  }

  private static float[] targets(KernelRig rig, int n, PointwiseLoss.Kind kind) {
    float[] t = new float[n];
    float[] labels = {0, 1, 0.25f};
    float[] weights = {0, 1, 0.25f, 8};
    for (int i = 0; i < n; i++) {
      t[i] =
          switch (kind) {
            case BINARY_CROSS_ENTROPY -> labels[rig.nextInt(labels.length)];
            case WEIGHTED_BINARY_CROSS_ENTROPY -> weights[rig.nextInt(weights.length)];
            default -> (rig.nextInt(65) - 32) / 16f;
          };
    }
    return t;
  }
}
