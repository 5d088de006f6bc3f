package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.residuum.backend.OpCases;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.Argument;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;
import org.residuum.network.op.Activation;

/** Cases of elementwise.cu over flat arrays. */
final class ElementwiseCases {
  /** Vectors and a tail on few threads; every pair of special values and some others. */
  private static final int N = Specials.PAIRS + 10;

  /** bf16 rounds it away from zero. */
  private static final float FILL = -(1 + 0x1.8p-8f);

  /**
   * Times 3 it is 3/4 of an fp32 unit above the middle of two bf16 numbers: rounded to nearest, it
   * becomes the upper one, and toward zero the lower one, which is even.
   */
  static final float THIRD = ((1 << 25) + (1 << 19) + (1 << 17) + 3) / 3 * 0x1p-25f;

  /** Where erff changes its formula: x / sqrt(2) is the bound itself. */
  private static final float ERF_EDGE = 1.4183996f;

  /** Exponentials are good to 4 units of rounding, {@code tanhf} and {@code erff} too. */
  private static final double EXPONENTIAL = 4;

  /** What one element of the result is of one of each input; a kernel of one ignores b. */
  @FunctionalInterface
  private interface Exact {
    float of(float a, float b);
  }

  private ElementwiseCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      exact(cases, storage, "relu_forward", 1, (x, none) -> x < 0 ? 0 : x);
      exact(cases, storage, "relu_backward", 2, (y, dy) -> y > 0 ? dy : 0);
      clip(cases, storage, -(0.5f + 0x1.8p-9f), 1 + 0x1.8p-8f);
      clip(cases, storage, 0, 3);
      leaky(cases, storage, THIRD);
      leaky(cases, storage, -0.25f);
      exact(cases, storage, "hardswish_forward", 1, (x, none) -> hardswish(x));
      exact(cases, storage, "hardswish_backward", 2, ElementwiseCases::hardswishGradient);
      exact(cases, storage, "sigmoid_backward", 2, (y, dy) -> dy * (y * (1 - y)));
      exact(cases, storage, "residual_add_forward", 2, Float::sum);
      exact(cases, storage, "residual_add_relu_forward", 2, (a, b) -> a + b < 0 ? 0 : a + b);
      exact(cases, storage, "multiply_forward", 2, (a, b) -> a * b);
      exact(cases, storage, "fill", 0, (a, b) -> FILL, FILL);
      for (Activation activation : OpCases.activations()) {
        curve(cases, storage, activation);
      }
    }
    return cases;
  }

  private static void clip(List<KernelCase> cases, ElementType storage, float low, float high) {
    exact(
        cases,
        storage,
        "clip_forward",
        1,
        (x, none) -> x < low ? low : x > high ? high : x,
        low,
        high);
    exact(cases, storage, "clip_backward", 2, (y, dy) -> y > low && y < high ? dy : 0, low, high);
  }

  private static void leaky(List<KernelCase> cases, ElementType storage, float slope) {
    exact(cases, storage, "leaky_relu_forward", 1, (x, none) -> x <= 0 ? slope * x : x, slope);
    exact(cases, storage, "leaky_relu_backward", 2, (y, dy) -> y > 0 ? dy : slope * dy, slope);
  }

  private static float hardswish(float x) {
    float raised = x + 3 < 0 ? 0 : x + 3;
    return x * (raised > 6 ? 6 : raised) / 6;
  }

  private static float hardswishGradient(float x, float dy) {
    return x < -3 ? 0 : x <= 3 ? dy * (x / 3 + 0.5f) : dy;
  }

  /** A kernel each of whose steps is rounded as Java rounds it. */
  private static void exact(
      List<KernelCase> cases,
      ElementType storage,
      String name,
      int inputs,
      Exact f,
      float... numbers) {
    Kernel kernel = kernel(name);
    String detail = numbers.length == 0 ? "" : Arrays.toString(numbers) + " ";
    cases.add(
        new KernelCase(
            kernel,
            storage,
            detail + "every way",
            rig -> {
              everySize(n -> trial(rig, kernel, Spread.dense(n), inputs, f, numbers));
              everyWay(trial(rig, kernel, Spread.dense(N), inputs, f, numbers), N);
            }));
    cases.add(
        new KernelCase(
            kernel,
            storage,
            detail + "over 2^32 elements",
            rig -> far(rig, spread -> trial(rig, kernel, spread, inputs, f, numbers))));
  }

  /** The far ends of both loops, and the tail. */
  static void far(KernelRig rig, Function<Spread, Trial> trial) {
    rig.needsSomeBlocks();
    int lanes = 16 / rig.storage().bytes();
    Far wide = Far.WIDE;
    Far rounds = Far.LONG;
    trial.apply(wide.lastBlock(lanes)).onBlock(wide.grid(), wide.last(), true);
    trial.apply(wide.lastBlock(1)).onBlock(wide.grid(), wide.last(), false);
    trial.apply(wide.firstBlock(lanes)).onBlock(wide.grid(), 0, true);
    trial.apply(rounds.lastBlock(1)).onBlock(rounds.grid(), rounds.last(), false);
    trial.apply(Far.beginning()).onBlock(wide.grid(), 0, false);
    for (Far far : Far.DIVISIONS) {
      trial.apply(far.lastBlock(1)).onBlock(far.grid(), far.last(), false);
    }
  }

  /** One thread goes round each loop so many times: they are unrolled by 4. */
  static void everySize(IntFunction<Trial> trial) {
    LaunchShape one = new LaunchShape(1, 1, 1, 1);
    for (int n = 1; n <= 10; n++) {
      trial.apply(n).on(one).misaligned(one);
    }
  }

  /** Second and third rounds of every loop, every alignment, the result in an input's place. */
  static void everyWay(Trial trial, int n) {
    LaunchShape few = new LaunchShape(2, 1, 3, 1);
    trial.onGridFor(n, 1);
    trial.on(new LaunchShape(1, 1, 2, 1)).on(new LaunchShape(3, 1, 64, 1));
    trial.misalignedAlone(few, true);
    trial.inPlace(few);
  }

  private static Trial trial(
      KernelRig rig, Kernel kernel, Spread spread, int inputs, Exact f, float[] numbers) {
    int n = spread.elements();
    float[][] in = {Specials.quick(rig.activations(n)), Specials.slow(rig.activations(n))};
    Trial trial = new Trial(rig, kernel).within(spread);
    for (int i = 0; i < inputs; i++) {
      trial.reads(in[i]);
    }
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      y[i] = rig.stored(f.of(in[0][i], in[1][i]));
    }
    String[] names = kernel.parameters().stream().map(Argument::name).toArray(String[]::new);
    trial.mayHold(n, Trial.exactly(y), Arrays.copyOf(names, inputs)).numbers(spread.total());
    for (float number : numbers) {
      trial.numbers(number);
    }
    return trial;
  }

  /** An activation that is a curve, and its gradient, against its definition in doubles. */
  private static void curve(List<KernelCase> cases, ElementType storage, Activation activation) {
    String name = activation.kind().name().toLowerCase(Locale.ROOT);
    switch (activation.kind()) {
      case SIGMOID -> curve(cases, storage, name + "_forward", activation, 2, false);
      case SILU, GELU, GELU_TANH -> {
        curve(cases, storage, name + "_forward", activation, 3, false);
        curve(cases, storage, name + "_backward", activation, 8, true);
      }
      default -> {}
    }
  }

  private static void curve(
      List<KernelCase> cases,
      ElementType storage,
      String name,
      Activation activation,
      double others,
      boolean gradient) {
    Kernel kernel = kernel(name);
    DoubleBinaryOperator f =
        gradient ? (x, dy) -> dy * activation.derivative(x) : (x, none) -> activation.apply(x);
    DoubleBinaryOperator magnitude =
        gradient
            ? (x, dy) -> Math.abs(dy) * (1 + Math.min(Math.abs(x), 8))
            : (x, none) -> activation.kind() == Activation.Kind.SIGMOID ? f.applyAsDouble(x, 0) : x;
    Function<Spread, Function<KernelRig, Trial>> trial =
        spread ->
            rig -> {
              float[] x = curveInput(rig, spread.elements());
              float[] dy = rig.activations(x.length);
              Trial one = new Trial(rig, kernel).within(spread).reads(x);
              if (gradient) {
                one.reads(dy);
              }
              one.mayHold(
                  x.length,
                  (what, actual) ->
                      Check.close(
                          what,
                          storage,
                          i -> f.applyAsDouble(x[i], dy[i]),
                          actual,
                          EXPONENTIAL + others,
                          i -> Math.abs(magnitude.applyAsDouble(x[i], dy[i]))),
                  gradient ? "dy" : "x");
              return one.numbers(spread.total());
            };
    cases.add(
        new KernelCase(
            kernel,
            storage,
            "every way",
            rig -> {
              everySize(n -> trial.apply(Spread.dense(n)).apply(rig));
              everyWay(trial.apply(Spread.dense(N)).apply(rig), N);
            }));
    cases.add(
        new KernelCase(
            kernel,
            storage,
            "over 2^32 elements",
            rig -> far(rig, spread -> trial.apply(spread).apply(rig))));
  }

  /** Special values, values up to 20, and those around which exponentials leave fp32's range. */
  private static float[] curveInput(KernelRig rig, int n) {
    float[] x = rig.activations(n);
    for (int i = 0; i < n; i++) {
      x[i] *= i % 3 == 0 ? 1 : 8;
    }
    float[] edges = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      0,
      -0f,
      Float.MIN_NORMAL,
      -Float.MIN_NORMAL,
      87,
      -87,
      88.5f,
      -88.5f,
      104,
      -104,
      30_000,
      -30_000,
      9,
      -9,
      0.25f,
      -3,
      ERF_EDGE,
      -ERF_EDGE
    };
    for (int i = 0; i < Math.min(n, edges.length * 5); i++) {
      x[i] = rig.stored(edges[i % edges.length]);
    }
    return x;
  }
}
