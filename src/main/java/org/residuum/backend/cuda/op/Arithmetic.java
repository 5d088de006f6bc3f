package org.residuum.backend.cuda.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.KernelVariants;
import org.residuum.backend.lower.InPlace;
import org.residuum.backend.lower.Place;
import org.residuum.network.Node;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.Multiply;

/** Sums and products of two values. */
final class Arithmetic {
  private static final KernelVariants SUMS =
      new KernelVariants("residual_add", "_forward", GridRule.ELEMENTS, "a* b* y* n:i64")
          .with(false);
  private static final Kernel MULTIPLY =
      Kernel.of("multiply_forward", GridRule.ELEMENTS, "a* b* y* n:i64");
  private static final Kernel MULTIPLY_CHANNELS =
      Kernel.of(
          "multiply_channels_forward",
          GridRule.LINES,
          "a* s* y* images:i64 pixels:i32 channels:i32");

  private Arithmetic() {}

  static void enter(CudaOps ops) {
    ops.add(SUMS.all());
    ops.add(MULTIPLY, MULTIPLY_CHANNELS);
    ops.add(Add.class)
        .forward(
            (to, node, op) -> {
              Place y = to.output(0);
              sum(to, op.activation(), to.input(0), to.input(1), y, to.elements(to.x()));
              Epilogues.activateApart(to, op.activation(), y, to.elements(to.x()));
            })
        .inPlace(InPlace.input(0));
    ops.keepSingle(Add.class, Arithmetic::sumsOfSingles);
    ops.add(Multiply.class)
        .forward((to, node, op) -> multiply(to, node))
        .inPlace(InPlace.input(0))
        .inputGradient((to, node, op) -> multiply(to, node));
  }

  /** Sums of gradients of a parameter that is used twice. */
  private static List<Value> sumsOfSingles(Node node, Set<Value> single) {
    if (node.inputs().stream().noneMatch(single::contains)) {
      return List.of();
    }
    List<Value> all = new ArrayList<>(node.inputs());
    all.addAll(node.outputs());
    return all;
  }

  /** y = a + b, with the activation if it is one that is fused. */
  static void sum(CudaAssembly to, Activation activation, Place a, Place b, Place y, long n) {
    to.launch(SUMS.of(false, activation))
        .pointer("a", a)
        .pointer("b", b)
        .pointer("y", y)
        .number("n", n)
        .over(n);
  }

  /** y = a · b, where b has a's shape or is one factor a channel. */
  private static void multiply(CudaAssembly to, Node node) {
    Shape a = node.inputs().get(0).shape();
    if (a.equals(node.inputs().get(1).shape())) {
      long n = to.elements(a);
      to.launch(MULTIPLY)
          .pointer("a", to.input(0))
          .pointer("b", to.input(1))
          .pointer("y", to.output(0))
          .number("n", n)
          .over(n);
      return;
    }
    int pixels = a.extent(2) * a.extent(3);
    to.launch(MULTIPLY_CHANNELS)
        .pointer("a", to.input(0))
        .pointer("s", to.input(1))
        .pointer("y", to.output(0))
        .number("images", to.rows(a))
        .number("pixels", pixels)
        .number("channels", a.extent(1))
        .over(to.rows(a), GridRule.accesses(pixels, a.extent(1), to.type()));
  }
}
