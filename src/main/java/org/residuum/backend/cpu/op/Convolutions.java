package org.residuum.backend.cpu.op;

import static org.residuum.backend.cpu.onednn.CpuAssembly.argument;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.cpu.onednn.Attributes;
import org.residuum.backend.cpu.onednn.ConvolutionWindow;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.cpu.onednn.Desc;
import org.residuum.backend.cpu.onednn.Implementations;
import org.residuum.backend.cpu.winograd.WinogradConvolution;
import org.residuum.backend.lower.InPlace;
import org.residuum.backend.lower.OpTable;
import org.residuum.backend.lower.Place;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.op.Conv2d;

/**
 * Convolutions and their gradients; the layout of the weights is oneDNN's choice, that of the
 * images is not.
 */
final class Convolutions {
  private final CpuAssembly assembly;
  private final Conv2d op;
  private final ConvolutionWindow window;
  private final dnnl_memory_desc x;
  private final dnnl_memory_desc y;
  private final dnnl_memory_desc plainWeights;
  private final dnnl_memory_desc bias;

  private Convolutions(CpuAssembly assembly, Conv2d op) {
    this.assembly = assembly;
    this.op = op;
    this.window = new ConvolutionWindow(op, assembly.x());
    this.x = assembly.desc(window.x);
    this.y = assembly.desc(window.y);
    this.plainWeights = assembly.desc().plain(window.weightDims);
    this.bias = op.bias() ? assembly.desc().plain(op.outChannels()) : null;
  }

  static void enter(OpTable<CpuAssembly> ops) {
    ops.add(Conv2d.class)
        .forward((assembly, node, op) -> new Convolutions(assembly, op).forward())
        .inPlace(InPlace.addend(1))
        .inputGradient(
            (assembly, node, op) ->
                new Convolutions(assembly, op).inputGradient((InputGradient) node.op()))
        .inputGradientInPlace(InPlace.addend(1))
        .weightGradient((assembly, node, op) -> new Convolutions(assembly, op).weightGradient());
  }

  /** y = activation(w ∗ x + b [+ residual]). */
  private void forward() {
    WinogradConvolution winograd = new WinogradConvolution(assembly, op, window.x);
    if (assembly.winograd() && winograd.isFaster()) {
      if (op.epilogue().residual() && !assembly.overwrites(1)) {
        assembly.reorder(y, assembly.input(1), y, assembly.output(0));
      }
      winograd.forward();
    } else {
      new WeightedLayer(x, plainWeights, bias, assembly.sums(window.y))
          .append(assembly, op.epilogue(), this::forwardDescription);
    }
  }

  private dnnl_primitive_desc forwardDescription(Consumer<Attributes> postOps) {
    int kind = assembly.training() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference;
    Supplier<dnnl_primitive_desc> create = () -> window.forward(assembly, kind, bias, postOps);
    boolean direct = assembly.training() && window.suitsDirectKernels();
    return direct ? Implementations.direct(create) : create.get();
  }

  /** Backward primitives ask for the forward one they belong to. */
  private dnnl_primitive_desc hint() {
    return window.forward(assembly, dnnl.dnnl_forward_training, null, attributes -> {});
  }

  /** dx = wᵀ ∗ dy [+ residual]. */
  private void inputGradient(InputGradient gradient) {
    if (!gradient.residual()) {
      backward();
      return;
    }
    if (!assembly.overwrites(1)) {
      assembly.reorder(x, assembly.input(1), x, assembly.output(0));
    }
    transposed();
  }

  private void backward() {
    dnnl_primitive_desc hint = hint();
    Supplier<dnnl_primitive_desc> create = () -> backwardDescription(hint);
    dnnl_primitive_desc description =
        window.gradientSuitsDirectKernels() ? Implementations.direct(create) : create.get();
    dnnl_memory_desc wanted = assembly.layout(description, dnnl.dnnl_query_weights_md);
    assembly.add(
        description,
        argument(dnnl.DNNL_ARG_DIFF_DST, y, assembly.input(0)),
        argument(dnnl.DNNL_ARG_WEIGHTS, wanted, assembly.weights(plainWeights, wanted)),
        argument(dnnl.DNNL_ARG_DIFF_SRC, x, assembly.output(0)));
  }

  private dnnl_primitive_desc backwardDescription(dnnl_primitive_desc hint) {
    return assembly.describe(
        "dnnl_convolution_backward_data_primitive_desc_create",
        (made, engine, attributes) ->
            dnnl.dnnl_convolution_backward_data_primitive_desc_create(
                made,
                engine,
                dnnl.dnnl_convolution_direct,
                x,
                assembly.operands().any(window.weightDims),
                y,
                window.strides,
                window.dilations,
                window.padBefore,
                window.padAfter,
                hint,
                attributes));
  }

  /**
   * dx += wᵀ ∗ dy, for steps of one pixel. oneDNN's backward primitives only overwrite, but a
   * transposed convolution is the same computation and adds to what is there.
   */
  private void transposed() {
    long[] dims = swapped(window.weightDims);
    dnnl_primitive_desc description =
        assembly.describe(
            "dnnl_deconvolution_forward_primitive_desc_create",
            Attributes::sum,
            (made, engine, attributes) ->
                dnnl.dnnl_deconvolution_forward_primitive_desc_create(
                    made,
                    engine,
                    dnnl.dnnl_forward_inference,
                    dnnl.dnnl_deconvolution_direct,
                    y,
                    assembly.operands().any(dims),
                    null,
                    x,
                    window.strides,
                    window.dilations,
                    window.padBefore,
                    window.padAfter,
                    attributes));
    dnnl_memory_desc wanted = assembly.layout(description, dnnl.dnnl_query_weights_md);
    dnnl_memory_desc plain =
        assembly.desc().strided(dims, swapped(Desc.rowMajor(window.weightDims)));
    assembly.add(
        description,
        argument(dnnl.DNNL_ARG_SRC, y, assembly.input(0)),
        argument(dnnl.DNNL_ARG_WEIGHTS, wanted, assembly.weights(plain, wanted)),
        argument(dnnl.DNNL_ARG_DST, x, assembly.output(0)));
  }

  /** With the axes of the channels of y and x, which precede the taps, swapped. */
  private static long[] swapped(long[] perAxis) {
    long[] swapped = perAxis.clone();
    int ofY = perAxis.length - 4;
    swapped[ofY] = perAxis[ofY + 1];
    swapped[ofY + 1] = perAxis[ofY];
    return swapped;
  }

  /** dw, and db where there is a bias. */
  private void weightGradient() {
    dnnl_primitive_desc hint = hint();
    dnnl_primitive_desc description =
        assembly.describe(
            "dnnl_convolution_backward_weights_primitive_desc_create",
            (made, engine, attributes) ->
                dnnl.dnnl_convolution_backward_weights_primitive_desc_create(
                    made,
                    engine,
                    dnnl.dnnl_convolution_direct,
                    x,
                    assembly.desc().any(window.weightDims),
                    bias,
                    y,
                    window.strides,
                    window.dilations,
                    window.padBefore,
                    window.padAfter,
                    hint,
                    attributes));
    dnnl_memory_desc made = assembly.layout(description, dnnl.dnnl_query_diff_weights_md);
    boolean direct = dnnl.dnnl_memory_desc_equal(plainWeights, made) != 0;
    Place dw =
        direct ? assembly.singleOutput(0) : assembly.scratch(dnnl.dnnl_memory_desc_get_size(made));
    assembly.add(
        description,
        argument(dnnl.DNNL_ARG_SRC, x, assembly.input(0)),
        argument(dnnl.DNNL_ARG_DIFF_DST, y, assembly.input(1)),
        argument(dnnl.DNNL_ARG_DIFF_WEIGHTS, made, dw),
        bias == null ? null : argument(dnnl.DNNL_ARG_DIFF_BIAS, bias, assembly.singleOutput(1)));
    if (!direct) {
      assembly.reorder(made, dw, plainWeights, assembly.singleOutput(0));
    }
  }
}
