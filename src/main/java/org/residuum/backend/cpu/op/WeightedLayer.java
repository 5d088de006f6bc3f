package org.residuum.backend.cpu.op;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_weights_md;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.residuum.backend.cpu.onednn.Assembly;
import org.residuum.backend.cpu.onednn.Attributes;
import org.residuum.backend.cpu.onednn.Kernel;
import org.residuum.network.op.Epilogue;

/**
 * A dense layer or a convolution forward, one primitive that says which layout its weights take.
 *
 * @param weights how PyTorch lays them out
 * @param bias null for none
 */
public record WeightedLayer(
    dnnl_memory_desc src, dnnl_memory_desc weights, dnnl_memory_desc bias, dnnl_memory_desc dst) {
  /**
   * Appends the assembly's node.
   *
   * @param inPlace whether the result takes over the residual's memory
   * @param describe oneDNN's description of the primitive with these attributes
   */
  public void append(
      Assembly assembly,
      Epilogue epilogue,
      boolean inPlace,
      Function<Attributes, dnnl_primitive_desc> describe) {
    dnnl_primitive_desc description;
    try (Attributes attributes = new Attributes()) {
      attributes.epilogue(epilogue, inPlace, dst, assembly.signedZeros());
      description = describe.apply(attributes);
    }
    dnnl_memory_desc wanted =
        assembly.desc().copy(Assembly.query(description, dnnl_query_weights_md, 0));
    List<Kernel.Argument> arguments = new ArrayList<>();
    arguments.add(Assembly.argument(DNNL_ARG_SRC, src, assembly.input(0)));
    arguments.add(
        Assembly.argument(DNNL_ARG_WEIGHTS, wanted, assembly.parameter(0, weights, wanted)));
    if (bias != null) {
      arguments.add(Assembly.argument(DNNL_ARG_BIAS, bias, assembly.parameter(1)));
    }
    if (epilogue.residual() && !inPlace) {
      int first = DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | DNNL_ARG_SRC_1;
      arguments.add(Assembly.argument(first, dst, assembly.input(1)));
    }
    arguments.add(Assembly.argument(DNNL_ARG_DST, dst, assembly.output(0)));
    assembly.add(description, arguments.toArray(Kernel.Argument[]::new));
  }
}
