package org.residuum.backend.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_backward_data_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_backward_weights_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_equal;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_diff_weights_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_weights_md;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.residuum.network.Shape;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Window;

/**
 * Convolutions and their gradients; the layout of the weights is oneDNN's choice, that of the
 * images is not.
 */
final class Convolutions {
  private final Assembly assembly;
  private final Conv2d op;
  private final Shape x;
  private final long[] strides;
  private final long[] dilations;
  private final long[] padBefore;
  private final long[] padAfter;
  private final long[] weightDims;

  /**
   * The convolution of the assembly's node, or that which the node is a gradient of.
   *
   * @param x the shape of the convolution's input
   */
  Convolutions(Assembly assembly, Conv2d op, Shape x) {
    this.assembly = assembly;
    this.op = op;
    this.x = x;
    Window window = op.window();
    this.strides = new long[] {window.strideY(), window.strideX()};
    this.dilations = new long[] {window.dilationY() - 1L, window.dilationX() - 1L};
    this.padBefore = new long[] {window.padTop(), window.padLeft()};
    this.padAfter = new long[] {window.padBottom(), window.padRight()};
    this.weightDims = Desc.weightDims(op.parameters(List.of(x)).get(0), op.groups());
  }

  private Shape y() {
    return op.with(Epilogue.NONE).outputs(List.of(x)).get(0);
  }

  /**
   * y = activation(w ∗ x + b [+ residual]).
   *
   * @param inPlace whether y takes over the residual's memory
   */
  void forward(boolean inPlace) {
    WinogradConvolution winograd = new WinogradConvolution(assembly, op, x);
    if (assembly.winograd() && winograd.pays()) {
      if (op.epilogue().residual() && !inPlace) {
        dnnl_memory_desc sum = Desc.value(y(), assembly.batch());
        assembly.reorder(sum, assembly.input(1), sum, assembly.output(0));
      }
      winograd.forward();
    } else {
      direct(inPlace);
    }
  }

  private void direct(boolean inPlace) {
    dnnl_memory_desc src = Desc.value(x, assembly.batch());
    dnnl_memory_desc dst = Desc.value(y(), assembly.batch());
    dnnl_memory_desc bias = op.bias() ? Desc.plain(op.outChannels()) : null;
    dnnl_primitive_desc description;
    try (Attributes attributes = new Attributes()) {
      attributes.epilogue(op.epilogue(), inPlace, dst);
      description = forwardDescription(src, bias, dst, attributes.handle());
    }
    dnnl_memory_desc wanted = Desc.copy(Assembly.query(description, dnnl_query_weights_md, 0));
    List<Kernel.Argument> arguments = new ArrayList<>();
    arguments.add(Assembly.argument(DNNL_ARG_SRC, src, assembly.input(0)));
    arguments.add(
        Assembly.argument(
            DNNL_ARG_WEIGHTS, wanted, assembly.parameter(0, Desc.plain(weightDims), wanted)));
    if (bias != null) {
      arguments.add(Assembly.argument(DNNL_ARG_BIAS, bias, assembly.parameter(1)));
    }
    if (op.epilogue().residual() && !inPlace) {
      int first = DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | DNNL_ARG_SRC_1;
      arguments.add(Assembly.argument(first, dst, assembly.input(1)));
    }
    arguments.add(Assembly.argument(DNNL_ARG_DST, dst, assembly.output(0)));
    assembly.add(description, arguments.toArray(Kernel.Argument[]::new));
  }

  /** w ∗ x between given operands, for inference. */
  void plain(Operand from, Assembly.Source weights, Operand to) {
    dnnl_memory_desc src = Desc.value(x, assembly.batch());
    dnnl_memory_desc dst = Desc.value(y(), assembly.batch());
    dnnl_primitive_desc description;
    try (Attributes attributes = new Attributes()) {
      description = forwardDescription(src, null, dst, attributes.handle());
    }
    dnnl_memory_desc wanted = Desc.copy(Assembly.query(description, dnnl_query_weights_md, 0));
    assembly.add(
        description,
        Assembly.argument(DNNL_ARG_SRC, src, from),
        Assembly.argument(
            DNNL_ARG_WEIGHTS, wanted, assembly.packed(weights, Desc.plain(weightDims), wanted)),
        Assembly.argument(DNNL_ARG_DST, dst, to));
  }

  private dnnl_primitive_desc forwardDescription(
      dnnl_memory_desc src, dnnl_memory_desc bias, dnnl_memory_desc dst, dnnl_primitive_attr attr) {
    dnnl_primitive_desc description = new dnnl_primitive_desc();
    int kind = assembly.training() ? dnnl_forward_training : dnnl_forward_inference;
    OneDnn.check(
        dnnl_convolution_forward_primitive_desc_create(
            description,
            OneDnn.engine(),
            kind,
            dnnl_convolution_direct,
            src,
            Desc.any(weightDims),
            bias,
            dst,
            strides,
            dilations,
            padBefore,
            padAfter,
            attr),
        "dnnl_convolution_forward_primitive_desc_create");
    return description;
  }

  /** Backward primitives ask for the forward one they belong to. */
  private dnnl_primitive_desc hint(Attributes attributes) {
    dnnl_primitive_desc description = new dnnl_primitive_desc();
    OneDnn.check(
        dnnl_convolution_forward_primitive_desc_create(
            description,
            OneDnn.engine(),
            dnnl_forward_training,
            dnnl_convolution_direct,
            Desc.value(x, assembly.batch()),
            Desc.any(weightDims),
            null,
            Desc.value(y(), assembly.batch()),
            strides,
            dilations,
            padBefore,
            padAfter,
            attributes.handle()),
        "dnnl_convolution_forward_primitive_desc_create");
    return description;
  }

  void inputGradient() {
    dnnl_memory_desc dx = Desc.value(x, assembly.batch());
    dnnl_memory_desc dy = Desc.value(y(), assembly.batch());
    dnnl_primitive_desc description = new dnnl_primitive_desc();
    try (Attributes attributes = new Attributes()) {
      dnnl_primitive_desc hint = hint(attributes);
      OneDnn.check(
          dnnl_convolution_backward_data_primitive_desc_create(
              description,
              OneDnn.engine(),
              dnnl_convolution_direct,
              dx,
              Desc.any(weightDims),
              dy,
              strides,
              dilations,
              padBefore,
              padAfter,
              hint,
              attributes.handle()),
          "dnnl_convolution_backward_data_primitive_desc_create");
      dnnl_primitive_desc_destroy(hint);
    }
    dnnl_memory_desc wanted = Desc.copy(Assembly.query(description, dnnl_query_weights_md, 0));
    Operand weights = assembly.parameter(0, Desc.plain(weightDims), wanted);
    assembly.add(
        description,
        Assembly.argument(DNNL_ARG_DIFF_DST, dy, assembly.input(0)),
        Assembly.argument(DNNL_ARG_WEIGHTS, wanted, weights),
        Assembly.argument(DNNL_ARG_DIFF_SRC, dx, assembly.output(0)));
  }

  void weightGradient() {
    dnnl_memory_desc src = Desc.value(x, assembly.batch());
    dnnl_memory_desc dy = Desc.value(y(), assembly.batch());
    dnnl_memory_desc bias = op.bias() ? Desc.plain(op.outChannels()) : null;
    dnnl_primitive_desc description = new dnnl_primitive_desc();
    try (Attributes attributes = new Attributes()) {
      dnnl_primitive_desc hint = hint(attributes);
      OneDnn.check(
          dnnl_convolution_backward_weights_primitive_desc_create(
              description,
              OneDnn.engine(),
              dnnl_convolution_direct,
              src,
              Desc.any(weightDims),
              bias,
              dy,
              strides,
              dilations,
              padBefore,
              padAfter,
              hint,
              attributes.handle()),
          "dnnl_convolution_backward_weights_primitive_desc_create");
      dnnl_primitive_desc_destroy(hint);
    }
    dnnl_memory_desc made = Desc.copy(Assembly.query(description, dnnl_query_diff_weights_md, 0));
    dnnl_memory_desc plain = Desc.plain(weightDims);
    boolean direct = dnnl_memory_desc_equal(plain, made) != 0;
    Operand dw = direct ? assembly.output(0) : assembly.temporary(dnnl_memory_desc_get_size(made));
    List<Kernel.Argument> arguments = new ArrayList<>();
    arguments.add(Assembly.argument(DNNL_ARG_SRC, src, assembly.input(0)));
    arguments.add(Assembly.argument(DNNL_ARG_DIFF_DST, dy, assembly.input(1)));
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
