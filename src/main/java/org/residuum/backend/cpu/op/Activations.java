package org.residuum.backend.cpu.op;

import static org.residuum.backend.cpu.onednn.CpuAssembly.argument;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.cpu.onednn.Attributes;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.cpu.onednn.Eltwise;
import org.residuum.backend.lower.InPlace;
import org.residuum.backend.lower.OpTable;
import org.residuum.backend.lower.Place;
import org.residuum.network.Shape;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;

/** Activations in passes of their own, and their gradients. */
final class Activations {
  private final CpuAssembly assembly;
  private final Activation activation;
  private final dnnl_memory_desc flat;

  /** For values of that shape. */
  Activations(CpuAssembly assembly, Activation activation, Shape shape) {
    this.assembly = assembly;
    this.activation = activation;
    this.flat = assembly.flat(shape);
  }

  static void enter(OpTable<CpuAssembly> ops) {
    ops.add(Activate.class)
        .forward(
            (assembly, node, op) ->
                new Activations(assembly, op.activation(), assembly.x())
                    .forward(assembly.input(0), assembly.output(0)))
        .inPlace(InPlace.input(0))
        .inputGradient(
            (assembly, node, op) ->
                new Activations(assembly, op.activation(), assembly.x())
                    .gradient(assembly.input(0), assembly.input(1), assembly.output(0)))
        .inputGradientInPlace(InPlace.input(1));
  }

  /** y = activation(x) */
  void forward(Place x, Place y) {
    if (activation.isNone()) {
      assembly.reorder(flat, x, flat, y);
    } else if (activation.kind() == Activation.Kind.RELU && !assembly.training()) {
      relu(x, y);
    } else {
      eltwise(x, y);
    }
  }

  private void eltwise(Place x, Place y) {
    assembly.add(
        forwardDescription(dnnl.dnnl_forward_inference, Eltwise.of(activation).algorithm()),
        argument(dnnl.DNNL_ARG_SRC, flat, x),
        argument(dnnl.DNNL_ARG_DST, flat, y));
  }

  private dnnl_primitive_desc forwardDescription(int kind, int algorithm) {
    Eltwise eltwise = Eltwise.of(activation);
    return assembly.describe(
        "dnnl_eltwise_forward_primitive_desc_create",
        (made, engine, attributes) ->
            dnnl.dnnl_eltwise_forward_primitive_desc_create(
                made,
                engine,
                kind,
                algorithm,
                flat,
                flat,
                eltwise.alpha(),
                eltwise.beta(),
                attributes));
  }

  /** max(x + 0, 0): oneDNN has no code of its own for an ELU with something behind it. */
  private void relu(Place x, Place y) {
    dnnl_memory_desc one = assembly.operands().plain(1);
    assembly.add(
        Arithmetic.describe(assembly, dnnl.dnnl_binary_add, flat, one, Attributes::exactRelu),
        argument(dnnl.DNNL_ARG_SRC_0, flat, x),
        argument(dnnl.DNNL_ARG_SRC_1, one, assembly.constant(0)),
        argument(dnnl.DNNL_ARG_DST, flat, y));
  }

  /** dx = dy activation'(x), from x or y as the activation derives. */
  void gradient(Place saved, Place dy, Place dx) {
    if (activation.isNone()) {
      assembly.reorder(flat, dy, flat, dx);
      return;
    }
    Eltwise eltwise = Eltwise.of(activation);
    dnnl_primitive_desc hint = forwardDescription(dnnl.dnnl_forward_training, eltwise.backward());
    assembly.add(
        assembly.describe(
            "dnnl_eltwise_backward_primitive_desc_create",
            (made, engine, attributes) ->
                dnnl.dnnl_eltwise_backward_primitive_desc_create(
                    made,
                    engine,
                    eltwise.backward(),
                    flat,
                    flat,
                    flat,
                    eltwise.alpha(),
                    eltwise.beta(),
                    hint,
                    attributes)),
        argument(
            activation.derivesFromInput() ? dnnl.DNNL_ARG_SRC : dnnl.DNNL_ARG_DST, flat, saved),
        argument(dnnl.DNNL_ARG_DIFF_DST, flat, dy),
        argument(dnnl.DNNL_ARG_DIFF_SRC, flat, dx));
  }
}
