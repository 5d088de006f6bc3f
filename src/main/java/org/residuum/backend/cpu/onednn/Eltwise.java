package org.residuum.backend.cpu.onednn;

import org.bytedeco.dnnl.global.dnnl;
import org.residuum.network.op.Activation;

/**
 * An activation in oneDNN's terms.
 *
 * @param algorithm of the forward primitive
 * @param backward the algorithm that gives the derivative from the result, or from the argument if
 *     the activation derives from it
 */
public record Eltwise(int algorithm, int backward, float alpha, float beta) {
  /** The ReLU is an ELU of α = 0, which hands a NaN on. */
  public static Eltwise of(Activation activation) {
    return switch (activation.kind()) {
      case RELU -> new Eltwise(dnnl.dnnl_eltwise_elu, dnnl.dnnl_eltwise_relu_use_dst_for_bwd, 0, 0);
      case CLIP ->
          new Eltwise(
              dnnl.dnnl_eltwise_clip,
              dnnl.dnnl_eltwise_clip_v2_use_dst_for_bwd,
              activation.low(),
              activation.high());
      case SIGMOID ->
          new Eltwise(dnnl.dnnl_eltwise_logistic, dnnl.dnnl_eltwise_logistic_use_dst_for_bwd, 0, 0);
      case LEAKY_RELU ->
          new Eltwise(
              dnnl.dnnl_eltwise_relu,
              activation.derivesFromInput()
                  ? dnnl.dnnl_eltwise_relu
                  : dnnl.dnnl_eltwise_relu_use_dst_for_bwd,
              activation.low(),
              0);
      case SILU -> new Eltwise(dnnl.dnnl_eltwise_swish, dnnl.dnnl_eltwise_swish, 1, 0);
      case HARDSWISH ->
          new Eltwise(dnnl.dnnl_eltwise_hardswish, dnnl.dnnl_eltwise_hardswish, 1f / 6, 0.5f);
      case GELU -> new Eltwise(dnnl.dnnl_eltwise_gelu_erf, dnnl.dnnl_eltwise_gelu_erf, 0, 0);
      case GELU_TANH -> new Eltwise(dnnl.dnnl_eltwise_gelu_tanh, dnnl.dnnl_eltwise_gelu_tanh, 0, 0);
      case NONE -> throw new IllegalArgumentException("no activation");
    };
  }
}
