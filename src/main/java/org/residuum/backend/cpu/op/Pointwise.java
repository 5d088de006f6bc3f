package org.residuum.backend.cpu.op;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_clip_v2_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_accurate;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_forward_primitive_desc_create;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.residuum.backend.cpu.onednn.Assembly;
import org.residuum.backend.cpu.onednn.Attributes;
import org.residuum.backend.cpu.onednn.OneDnn;
import org.residuum.backend.cpu.onednn.Operand;
import org.residuum.network.Shape;
import org.residuum.network.op.Activation;

/** Activations, sums, products element by element, and softmax, forward and backward. */
public final class Pointwise {
  private final Assembly assembly;

  public Pointwise(Assembly assembly) {
    this.assembly = assembly;
  }

  public void activate(Activation activation, Shape x) {
    if (activation.isNone()) {
      dnnl_memory_desc flat = assembly.desc().flat(x, assembly.batch());
      assembly.reorder(flat, assembly.input(0), flat, assembly.output(0));
    } else {
      activate(activation, x, assembly.input(0), assembly.output(0));
    }
  }

  /** What oneDNN does not do behind a batch norm. */
  public void activateInPlace(Activation activation, Operand values, Shape x) {
    activate(activation, x, values, values);
  }

  private void activate(Activation activation, Shape x, Operand from, Operand to) {
    dnnl_memory_desc flat = assembly.desc().flat(x, assembly.batch());
    if (activation.kind() == Activation.Kind.RELU && !assembly.training()) {
      relu(flat, from, to);
    } else {
      int algorithm = Attributes.algorithm(activation);
      eltwise(algorithm, activation.low(), activation.high(), flat, from, to);
    }
  }

  private void eltwise(
      int algorithm, float alpha, float beta, dnnl_memory_desc flat, Operand from, Operand to) {
    dnnl_primitive_desc description;
    try (Attributes attributes = new Attributes()) {
      description =
          assembly.describe(
              "dnnl_eltwise_forward_primitive_desc_create",
              made ->
                  dnnl_eltwise_forward_primitive_desc_create(
                      made,
                      OneDnn.engine(),
                      dnnl_forward_inference,
                      algorithm,
                      flat,
                      flat,
                      alpha,
                      beta,
                      attributes.handle()));
    }
    assembly.add(
        description,
        Assembly.argument(DNNL_ARG_SRC, flat, from),
        Assembly.argument(DNNL_ARG_DST, flat, to));
  }

  /** max(x + 0, 0): oneDNN has no code of its own for an ELU with something behind it. */
  private void relu(dnnl_memory_desc flat, Operand from, Operand to) {
    dnnl_memory_desc one = assembly.desc().plain(1);
    dnnl_primitive_desc description;
    try (Attributes attributes = new Attributes()) {
      attributes.exactRelu();
      description = binaryDescription(dnnl_binary_add, flat, one, attributes);
    }
    assembly.add(
        description,
        Assembly.argument(DNNL_ARG_SRC_0, flat, from),
        Assembly.argument(DNNL_ARG_SRC_1, one, assembly.constant(0)),
        Assembly.argument(DNNL_ARG_DST, flat, to));
  }

  private dnnl_primitive_desc binaryDescription(
      int kind, dnnl_memory_desc a, dnnl_memory_desc b, Attributes attributes) {
    return assembly.describe(
        "dnnl_binary_primitive_desc_create",
        made ->
            dnnl_binary_primitive_desc_create(
                made, OneDnn.engine(), kind, a, b, a, attributes.handle()));
  }

  /** dx = dy activation'(x), from y. */
  public void activationGradient(Activation activation, Shape x) {
    activationGradient(activation, x, assembly.input(0), assembly.input(1), assembly.output(0));
  }

  public void activationGradient(
      Activation activation, Shape x, Operand y, Operand dy, Operand dx) {
    dnnl_memory_desc flat = assembly.desc().flat(x, assembly.batch());
    if (activation.isNone()) {
      assembly.reorder(flat, dy, flat, dx);
      return;
    }
    dnnl_primitive_desc hint;
    dnnl_primitive_desc description;
    try (Attributes attributes = new Attributes()) {
      dnnl_primitive_attr attr = attributes.handle();
      hint =
          assembly.describe(
              "dnnl_eltwise_forward_primitive_desc_create",
              made ->
                  dnnl_eltwise_forward_primitive_desc_create(
                      made,
                      OneDnn.engine(),
                      dnnl_forward_training,
                      backwardAlgorithm(activation),
                      flat,
                      flat,
                      activation.low(),
                      activation.high(),
                      attr));
      description =
          assembly.describe(
              "dnnl_eltwise_backward_primitive_desc_create",
              made ->
                  dnnl_eltwise_backward_primitive_desc_create(
                      made,
                      OneDnn.engine(),
                      backwardAlgorithm(activation),
                      flat,
                      flat,
                      flat,
                      activation.low(),
                      activation.high(),
                      hint,
                      attr));
    }
    assembly.add(
        description,
        Assembly.argument(DNNL_ARG_DST, flat, y),
        Assembly.argument(DNNL_ARG_DIFF_DST, flat, dy),
        Assembly.argument(DNNL_ARG_DIFF_SRC, flat, dx));
  }

  private static int backwardAlgorithm(Activation activation) {
    return switch (activation.kind()) {
      case RELU -> dnnl_eltwise_relu_use_dst_for_bwd;
      case CLIP -> dnnl_eltwise_clip_v2_use_dst_for_bwd;
      case SIGMOID -> dnnl_eltwise_logistic_use_dst_for_bwd;
      case NONE -> throw new IllegalArgumentException("no activation");
    };
  }

  public void add(Activation activation, Shape x) {
    dnnl_memory_desc flat = assembly.desc().flat(x, assembly.batch());
    binary(dnnl_binary_add, flat, flat, activation);
  }

  public void multiply(Shape a, Shape b) {
    dnnl_memory_desc left = assembly.desc().value(a, assembly.batch());
    binary(dnnl_binary_mul, left, assembly.desc().value(b, assembly.batch()), Activation.NONE);
  }

  private void binary(int kind, dnnl_memory_desc a, dnnl_memory_desc b, Activation activation) {
    dnnl_primitive_desc description;
    try (Attributes attributes = new Attributes()) {
      attributes.activate(activation, assembly.signedZeros());
      description = binaryDescription(kind, a, b, attributes);
    }
    assembly.add(
        description,
        Assembly.argument(DNNL_ARG_SRC_0, a, assembly.input(0)),
        Assembly.argument(DNNL_ARG_SRC_1, b, assembly.input(1)),
        Assembly.argument(DNNL_ARG_DST, a, assembly.output(0)));
  }

  public void softmax(Shape x) {
    dnnl_memory_desc desc = assembly.desc().value(x, assembly.batch());
    dnnl_primitive_desc description;
    try (Attributes attributes = new Attributes()) {
      description = softmaxDescription(desc, attributes.handle());
    }
    SoftmaxRows rows = new SoftmaxRows(assembly, x);
    assembly.add(rows.look());
    assembly.add(
        description,
        Assembly.argument(DNNL_ARG_SRC, desc, assembly.input(0)),
        Assembly.argument(DNNL_ARG_DST, desc, assembly.output(0)));
    assembly.add(rows.mend());
  }

  private dnnl_primitive_desc softmaxDescription(
      dnnl_memory_desc desc, dnnl_primitive_attr attributes) {
    return assembly.describe(
        "dnnl_softmax_forward_primitive_desc_create",
        made ->
            dnnl_softmax_forward_primitive_desc_create(
                made,
                OneDnn.engine(),
                dnnl_forward_training,
                dnnl_softmax_accurate,
                desc,
                desc,
                1,
                attributes));
  }

  public void softmaxGradient(Shape x) {
    dnnl_memory_desc desc = assembly.desc().value(x, assembly.batch());
    dnnl_primitive_desc description;
    try (Attributes attributes = new Attributes()) {
      dnnl_primitive_attr attr = attributes.handle();
      dnnl_primitive_desc hint = softmaxDescription(desc, attr);
      description =
          assembly.describe(
              "dnnl_softmax_backward_primitive_desc_create",
              made ->
                  dnnl_softmax_backward_primitive_desc_create(
                      made,
                      OneDnn.engine(),
                      dnnl_softmax_accurate,
                      desc,
                      desc,
                      desc,
                      1,
                      hint,
                      attr));
    }
    assembly.add(
        description,
        Assembly.argument(DNNL_ARG_DST, desc, assembly.input(0)),
        Assembly.argument(DNNL_ARG_DIFF_DST, desc, assembly.input(1)),
        Assembly.argument(DNNL_ARG_DIFF_SRC, desc, assembly.output(0)));
  }
}
