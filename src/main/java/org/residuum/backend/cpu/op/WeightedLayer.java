package org.residuum.backend.cpu.op;

import static org.residuum.backend.cpu.onednn.CpuAssembly.argument;

import java.util.function.Consumer;
import java.util.function.Function;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.cpu.onednn.Attributes;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.network.op.Epilogue;

/**
 * A dense layer or a convolution forward, one primitive that says which layout its weights take.
 *
 * @param weights how PyTorch lays them out
 * @param bias null for none
 */
record WeightedLayer(
    dnnl_memory_desc src, dnnl_memory_desc weights, dnnl_memory_desc bias, dnnl_memory_desc dst) {
  /**
   * Appends the assembly's node.
   *
   * @param describe oneDNN's description of the primitive with what follows it
   */
  void append(
      CpuAssembly assembly,
      Epilogue epilogue,
      Function<Consumer<Attributes>, dnnl_primitive_desc> describe) {
    boolean inPlace = assembly.overwrites(1);
    dnnl_memory_desc addend = epilogue.residual() && !inPlace ? assembly.desc(assembly.y()) : null;
    dnnl_primitive_desc description =
        describe.apply(attributes -> attributes.epilogue(epilogue, addend, assembly.signedZeros()));
    dnnl_memory_desc wanted = assembly.layout(description, dnnl.dnnl_query_weights_md);
    int residual = dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | dnnl.DNNL_ARG_SRC_1;
    assembly.add(
        description,
        argument(dnnl.DNNL_ARG_SRC, src, assembly.input(0)),
        argument(dnnl.DNNL_ARG_WEIGHTS, wanted, assembly.weights(weights, wanted)),
        bias == null ? null : argument(dnnl.DNNL_ARG_BIAS, bias, assembly.parameter(1)),
        addend == null ? null : argument(residual, addend, assembly.input(1)),
        argument(dnnl.DNNL_ARG_DST, dst, assembly.sums()));
  }
}
