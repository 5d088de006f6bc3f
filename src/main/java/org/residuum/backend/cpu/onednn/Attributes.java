package org.residuum.backend.cpu.onednn;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Epilogue;

/**
 * What a primitive does to its sums before it writes them; scratch always comes from the session.
 */
public final class Attributes implements AutoCloseable {
  private final NativeObjects objects = new NativeObjects();
  private final dnnl_primitive_attr attributes =
      objects.create(
          new dnnl_primitive_attr(),
          "dnnl_primitive_attr_create",
          made -> dnnl.dnnl_primitive_attr_create(made),
          dnnl::dnnl_primitive_attr_destroy);
  private final dnnl_post_ops postOps =
      objects.create(
          new dnnl_post_ops(),
          "dnnl_post_ops_create",
          made -> dnnl.dnnl_post_ops_create(made),
          dnnl::dnnl_post_ops_destroy);

  public Attributes() {
    OneDnn.check(
        dnnl.dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl.dnnl_scratchpad_mode_user),
        "dnnl_primitive_attr_set_scratchpad_mode");
  }

  /** y += what y's memory held before, in y's type: reorders refuse a type given by name. */
  public void sum() {
    OneDnn.check(
        dnnl.dnnl_post_ops_append_sum(postOps, 1, 0, dnnl.dnnl_data_type_undef),
        "dnnl_post_ops_append_sum");
  }

  /** y += another memory. */
  private void add(dnnl_memory_desc other) {
    OneDnn.check(
        dnnl.dnnl_post_ops_append_binary(postOps, dnnl.dnnl_binary_add, other),
        "dnnl_post_ops_append_binary");
  }

  /**
   * activation(y [+ residual]).
   *
   * @param addend the layout of the residual, which is an argument; null if y's memory holds it
   * @param signedZeros whether y may hold -0 where the definition has 0
   */
  public void epilogue(Epilogue epilogue, dnnl_memory_desc addend, boolean signedZeros) {
    if (epilogue.residual() && addend == null) {
      sum();
    } else if (epilogue.residual()) {
      add(addend);
    }
    activate(epilogue.activation(), signedZeros);
  }

  public void activate(Activation activation, boolean signedZeros) {
    if (activation.kind() == Activation.Kind.RELU) {
      relu(signedZeros);
    } else if (!activation.isNone()) {
      Eltwise of = Eltwise.of(activation);
      eltwise(of.algorithm(), of.alpha(), of.beta());
    }
  }

  /**
   * max(x, 0) that propagates NaN, as x · min(max(x · FLT_MAX, 0), 1): oneDNN's own ReLU turns a
   * NaN into 0. Of -∞ it makes NaN (∞ · 0), of a negative number -0, which adding 0 clears. An ELU
   * of α = 0 keeps to the definition in all that, for 4 % of the time of ResNet-18 and 13 % of
   * ResNet-20; this takes 0 to 3 %.
   */
  private void relu(boolean signedZeros) {
    eltwise(dnnl.dnnl_eltwise_hardswish, Float.MAX_VALUE, 0);
    if (!signedZeros) {
      eltwise(dnnl.dnnl_eltwise_linear, 1, 0);
    }
  }

  /**
   * oneDNN's own ReLU, which turns a NaN into 0, and is the only activation that a batch norm
   * accepts. A pass of its own after it took 5 % of the time of a pre-activation ResNet-20.
   */
  public void reluThatLosesNaN() {
    eltwise(dnnl.dnnl_eltwise_relu, 0, 0);
  }

  /** max(x, 0) exactly: an ELU of α = 0. */
  public void exactRelu() {
    eltwise(dnnl.dnnl_eltwise_elu, 0, 0);
    eltwise(dnnl.dnnl_eltwise_linear, 1, 0);
  }

  private void eltwise(int algorithm, float alpha, float beta) {
    OneDnn.check(
        dnnl.dnnl_post_ops_append_eltwise(postOps, algorithm, alpha, beta),
        "dnnl_post_ops_append_eltwise");
  }

  dnnl_primitive_attr handle() {
    OneDnn.check(
        dnnl.dnnl_primitive_attr_set_post_ops(attributes, postOps),
        "dnnl_primitive_attr_set_post_ops");
    return attributes;
  }

  @Override
  public void close() {
    objects.close();
  }
}
