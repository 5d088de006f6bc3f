package org.residuum.backend.cpu;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_data_type_undef;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_clip;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_binary;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_eltwise;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_sum;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_post_ops;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_scratchpad_mode;
import static org.bytedeco.dnnl.global.dnnl.dnnl_scratchpad_mode_user;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Epilogue;

/**
 * What a primitive does to its sums before it writes them; scratch always comes from the session.
 */
final class Attributes implements AutoCloseable {
  private final NativeObjects objects = new NativeObjects();
  private final dnnl_primitive_attr attributes =
      objects.create(
          new dnnl_primitive_attr(),
          "dnnl_primitive_attr_create",
          made -> dnnl_primitive_attr_create(made),
          dnnl::dnnl_primitive_attr_destroy);
  private final dnnl_post_ops postOps =
      objects.create(
          new dnnl_post_ops(),
          "dnnl_post_ops_create",
          made -> dnnl_post_ops_create(made),
          dnnl::dnnl_post_ops_destroy);

  Attributes() {
    OneDnn.check(
        dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user),
        "dnnl_primitive_attr_set_scratchpad_mode");
  }

  /** y += what y's memory held before, in y's type: reorders refuse a type given by name. */
  Attributes sum() {
    OneDnn.check(
        dnnl_post_ops_append_sum(postOps, 1, 0, dnnl_data_type_undef), "dnnl_post_ops_append_sum");
    return this;
  }

  /** y += another memory. */
  Attributes add(dnnl_memory_desc other) {
    OneDnn.check(
        dnnl_post_ops_append_binary(postOps, dnnl_binary_add, other),
        "dnnl_post_ops_append_binary");
    return this;
  }

  /**
   * activation(y [+ residual]).
   *
   * @param inPlace whether the residual is what y's memory held before; else it is an argument
   * @param result the layout of y
   */
  Attributes epilogue(Epilogue epilogue, boolean inPlace, dnnl_memory_desc result) {
    if (epilogue.residual() && inPlace) {
      sum();
    } else if (epilogue.residual()) {
      add(result);
    }
    return activate(epilogue.activation());
  }

  Attributes activate(Activation activation) {
    if (!activation.isNone()) {
      OneDnn.check(
          dnnl_post_ops_append_eltwise(
              postOps, algorithm(activation), activation.low(), activation.high()),
          "dnnl_post_ops_append_eltwise");
    }
    return this;
  }

  static int algorithm(Activation activation) {
    return switch (activation.kind()) {
      case RELU -> dnnl_eltwise_relu;
      case CLIP -> dnnl_eltwise_clip;
      case SIGMOID -> dnnl_eltwise_logistic;
      case NONE -> throw new IllegalArgumentException("no activation");
    };
  }

  dnnl_primitive_attr handle() {
    OneDnn.check(
        dnnl_primitive_attr_set_post_ops(attributes, postOps), "dnnl_primitive_attr_set_post_ops");
    return attributes;
  }

  @Override
  public void close() {
    objects.close();
  }
}
