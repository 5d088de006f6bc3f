package org.residuum.backend.cpu.op;

import static org.residuum.backend.cpu.onednn.CpuAssembly.argument;

import java.util.function.Consumer;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.cpu.onednn.Attributes;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.lower.InPlace;
import org.residuum.backend.lower.OpTable;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.Multiply;

/** Sums and products element by element. */
final class Arithmetic {
  private Arithmetic() {}

  static void enter(OpTable<CpuAssembly> ops) {
    ops.add(Add.class)
        .forward(
            (assembly, node, op) -> {
              dnnl_memory_desc flat = assembly.flat(assembly.x());
              append(assembly, dnnl.dnnl_binary_add, flat, flat, op.activation());
            })
        .inPlace(InPlace.input(0));
    ops.add(Multiply.class)
        .forward((assembly, node, op) -> multiply(assembly))
        .inputGradient((assembly, node, op) -> multiply(assembly));
  }

  /** The gradient of one operand is dy times the other. */
  private static void multiply(CpuAssembly assembly) {
    dnnl_memory_desc a = assembly.desc(assembly.node().inputs().get(0).shape());
    dnnl_memory_desc b = assembly.desc(assembly.node().inputs().get(1).shape());
    append(assembly, dnnl.dnnl_binary_mul, a, b, Activation.NONE);
  }

  private static void append(
      CpuAssembly assembly,
      int kind,
      dnnl_memory_desc a,
      dnnl_memory_desc b,
      Activation activation) {
    assembly.add(
        describe(
            assembly,
            kind,
            a,
            b,
            attributes -> attributes.activate(activation, assembly.signedZeros())),
        argument(dnnl.DNNL_ARG_SRC_0, a, assembly.input(0)),
        argument(dnnl.DNNL_ARG_SRC_1, b, assembly.input(1)),
        argument(dnnl.DNNL_ARG_DST, a, assembly.output(0)));
  }

  /** A result laid out as {@code a}; axes of one entry of {@code b} repeat. */
  static dnnl_primitive_desc describe(
      CpuAssembly assembly,
      int kind,
      dnnl_memory_desc a,
      dnnl_memory_desc b,
      Consumer<Attributes> postOps) {
    return assembly.describe(
        "dnnl_binary_primitive_desc_create",
        postOps,
        (made, engine, attributes) ->
            dnnl.dnnl_binary_primitive_desc_create(made, engine, kind, a, b, a, attributes));
  }
}
