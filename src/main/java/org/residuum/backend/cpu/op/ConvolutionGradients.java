package org.residuum.backend.cpu.op;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_backward_data_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_backward_weights_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_deconvolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_deconvolution_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_equal;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_diff_weights_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_weights_md;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.residuum.backend.cpu.onednn.Assembly;
import org.residuum.backend.cpu.onednn.Attributes;
import org.residuum.backend.cpu.onednn.ConvolutionWindow;
import org.residuum.backend.cpu.onednn.Desc;
import org.residuum.backend.cpu.onednn.Implementations;
import org.residuum.backend.cpu.onednn.Kernel;
import org.residuum.backend.cpu.onednn.OneDnn;
import org.residuum.backend.cpu.onednn.Operand;
import org.residuum.network.Shape;
import org.residuum.network.op.Conv2d;

/** The gradients of a convolution. */
public final class ConvolutionGradients {
  private final Assembly assembly;
  private final Conv2d op;
  private final ConvolutionWindow window;
  private final dnnl_memory_desc imagesX;
  private final dnnl_memory_desc imagesY;

  /**
   * The gradients that the assembly's node makes.
   *
   * @param x the shape of the convolution's input
   */
  public ConvolutionGradients(Assembly assembly, Conv2d op, Shape x) {
    this.assembly = assembly;
    this.op = op;
    this.window = new ConvolutionWindow(op, x);
    this.imagesX = assembly.desc().value(x, assembly.batch());
    this.imagesY = assembly.desc().value(window.y, assembly.batch());
  }

  /**
   * dx = wᵀ ∗ dy [+ residual].
   *
   * @param inPlace whether dx takes over the residual's memory
   */
  public void input(boolean residual, boolean inPlace) {
    if (!residual) {
      backward();
      return;
    }
    if (!inPlace) {
      assembly.reorder(imagesX, assembly.input(1), imagesX, assembly.output(0));
    }
    transposed();
  }

  private void backward() {
    dnnl_primitive_desc description;
    try (Attributes attributes = new Attributes()) {
      dnnl_primitive_attr attr = attributes.handle();
      dnnl_primitive_desc hint = hint(attr);
      Supplier<dnnl_primitive_desc> create = () -> backward(hint, attr);
      description =
          window.gradientSuitsDirectKernels() ? Implementations.direct(create) : create.get();
    }
    dnnl_memory_desc wanted =
        assembly.desc().copy(Assembly.query(description, dnnl_query_weights_md, 0));
    Operand weights = assembly.parameter(0, assembly.desc().plain(window.weightDims), wanted);
    assembly.add(
        description,
        Assembly.argument(DNNL_ARG_DIFF_DST, imagesY, assembly.input(0)),
        Assembly.argument(DNNL_ARG_WEIGHTS, wanted, weights),
        Assembly.argument(DNNL_ARG_DIFF_SRC, imagesX, assembly.output(0)));
  }

  /** Backward primitives ask for the forward one they belong to. */
  private dnnl_primitive_desc hint(dnnl_primitive_attr attributes) {
    return window.forward(assembly, dnnl_forward_training, imagesX, null, imagesY, attributes);
  }

  private dnnl_primitive_desc backward(dnnl_primitive_desc hint, dnnl_primitive_attr attributes) {
    return assembly.describe(
        "dnnl_convolution_backward_data_primitive_desc_create",
        made ->
            dnnl_convolution_backward_data_primitive_desc_create(
                made,
                OneDnn.engine(),
                dnnl_convolution_direct,
                imagesX,
                assembly.desc().any(window.weightDims),
                imagesY,
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
    dnnl_primitive_desc description;
    try (Attributes attributes = new Attributes()) {
      description =
          assembly.describe(
              "dnnl_deconvolution_forward_primitive_desc_create",
              made ->
                  dnnl_deconvolution_forward_primitive_desc_create(
                      made,
                      OneDnn.engine(),
                      dnnl_forward_inference,
                      dnnl_deconvolution_direct,
                      imagesY,
                      assembly.desc().any(dims),
                      null,
                      imagesX,
                      window.strides,
                      window.dilations,
                      window.padBefore,
                      window.padAfter,
                      attributes.sum().handle()));
    }
    dnnl_memory_desc wanted =
        assembly.desc().copy(Assembly.query(description, dnnl_query_weights_md, 0));
    dnnl_memory_desc plain =
        assembly.desc().strided(dims, swapped(Desc.rowMajor(window.weightDims)));
    Operand weights = assembly.parameter(0, plain, wanted);
    assembly.add(
        description,
        Assembly.argument(DNNL_ARG_SRC, imagesY, assembly.input(0)),
        Assembly.argument(DNNL_ARG_WEIGHTS, wanted, weights),
        Assembly.argument(DNNL_ARG_DST, imagesX, assembly.output(0)));
  }

  /** With the axes of the channels of y and x, which stand before the taps, exchanged. */
  private static long[] swapped(long[] perAxis) {
    long[] swapped = perAxis.clone();
    int ofY = perAxis.length - 4;
    swapped[ofY] = perAxis[ofY + 1];
    swapped[ofY + 1] = perAxis[ofY];
    return swapped;
  }

  /** dw, and db where there is a bias. */
  public void weights() {
    dnnl_memory_desc bias = op.bias() ? assembly.desc().plain(op.outChannels()) : null;
    dnnl_primitive_desc description;
    try (Attributes attributes = new Attributes()) {
      dnnl_primitive_attr attr = attributes.handle();
      dnnl_primitive_desc hint = hint(attr);
      description =
          assembly.describe(
              "dnnl_convolution_backward_weights_primitive_desc_create",
              made ->
                  dnnl_convolution_backward_weights_primitive_desc_create(
                      made,
                      OneDnn.engine(),
                      dnnl_convolution_direct,
                      imagesX,
                      assembly.desc().any(window.weightDims),
                      bias,
                      imagesY,
                      window.strides,
                      window.dilations,
                      window.padBefore,
                      window.padAfter,
                      hint,
                      attr));
    }
    dnnl_memory_desc made =
        assembly.desc().copy(Assembly.query(description, dnnl_query_diff_weights_md, 0));
    dnnl_memory_desc plain = assembly.desc().plain(window.weightDims);
    boolean direct = dnnl_memory_desc_equal(plain, made) != 0;
    Operand dw = direct ? assembly.output(0) : assembly.temporary(dnnl_memory_desc_get_size(made));
    List<Kernel.Argument> arguments = new ArrayList<>();
    arguments.add(Assembly.argument(DNNL_ARG_SRC, imagesX, assembly.input(0)));
    arguments.add(Assembly.argument(DNNL_ARG_DIFF_DST, imagesY, assembly.input(1)));
    arguments.add(Assembly.argument(DNNL_ARG_DIFF_WEIGHTS, made, dw));
    if (bias != null) {
      arguments.add(Assembly.argument(DNNL_ARG_DIFF_BIAS, bias, assembly.output(1)));
    }
    assembly.add(description, arguments.toArray(Kernel.Argument[]::new));
    if (!direct) {
      assembly.reorder(made, dw, plain, assembly.output(0));
    }
  }
}
