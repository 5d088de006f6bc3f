package org.residuum.backend.cpu.op;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_batch_normalization_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_batch_normalization_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_fuse_norm_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_workspace_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_global_stats;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scale;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_shift;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.residuum.backend.cpu.onednn.Assembly;
import org.residuum.backend.cpu.onednn.Attributes;
import org.residuum.backend.cpu.onednn.Kernel;
import org.residuum.backend.cpu.onednn.OneDnn;
import org.residuum.backend.cpu.onednn.Operand;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Activation;
import org.residuum.network.op.BatchNorm;

/**
 * Batch norms and their gradient; a ReLU behind one in training leaves its mask as oneDNN's
 * workspace.
 */
public final class Norms {
  private final Assembly assembly;
  private final BatchNorm op;
  private final Shape x;
  private final dnnl_memory_desc image;
  private final dnnl_memory_desc channels;

  public Norms(Assembly assembly, BatchNorm op, Shape x) {
    this.assembly = assembly;
    this.op = op;
    this.x = x;
    this.image = assembly.desc().image(x, assembly.batch());
    this.channels = assembly.desc().plain(x.extent(1));
  }

  private boolean fusesRelu() {
    return op.training() && op.activation().kind() == Activation.Kind.RELU;
  }

  /** Whether a ReLU of oneDNN's own stands behind it in inference, which makes 0 of a NaN. */
  public static boolean losesNaN(BatchNorm op) {
    return !op.training() && op.activation().kind() == Activation.Kind.RELU;
  }

  private int flags() {
    return dnnl_use_scale
        | dnnl_use_shift
        | (op.training() ? 0 : dnnl_use_global_stats)
        | (fusesRelu() ? dnnl_fuse_norm_relu : 0);
  }

  private dnnl_primitive_desc forwardDescription(dnnl_primitive_attr attributes) {
    return assembly.describe(
        "dnnl_batch_normalization_forward_primitive_desc_create",
        made ->
            dnnl_batch_normalization_forward_primitive_desc_create(
                made,
                OneDnn.engine(),
                op.training() ? dnnl_forward_training : dnnl_forward_inference,
                image,
                image,
                op.epsilon(),
                flags(),
                attributes));
  }

  public void forward() {
    dnnl_primitive_desc description;
    try (Attributes attributes = new Attributes()) {
      if (losesNaN(op)) {
        attributes.reluThatLosesNaN();
      }
      description = forwardDescription(attributes.handle());
    }
    Operand mean = op.training() ? assembly.output(1) : assembly.parameter(2);
    Operand variance = op.training() ? assembly.output(2) : assembly.parameter(3);
    List<Kernel.Argument> arguments = new ArrayList<>();
    arguments.add(Assembly.argument(DNNL_ARG_SRC, image, assembly.input(0)));
    arguments.add(Assembly.argument(DNNL_ARG_DST, image, assembly.output(0)));
    arguments.add(Assembly.argument(DNNL_ARG_MEAN, channels, mean));
    arguments.add(Assembly.argument(DNNL_ARG_VARIANCE, channels, variance));
    arguments.add(Assembly.argument(DNNL_ARG_SCALE, channels, assembly.parameter(0)));
    arguments.add(Assembly.argument(DNNL_ARG_SHIFT, channels, assembly.parameter(1)));
    if (fusesRelu()) {
      arguments.add(workspace(description, assembly.node().outputs().get(1)));
    }
    assembly.add(description, arguments.toArray(Kernel.Argument[]::new));
    if (!op.activation().isNone() && !fusesRelu() && !losesNaN(op)) {
      new Pointwise(assembly).activateInPlace(op.activation(), assembly.output(0), x);
    }
    if (fusesRelu()) {
      spread();
    }
    if (op.training()) {
      updateRunning();
    }
  }

  /** oneDNN's fused ReLU makes 0 of a NaN; where one comes in, its whole channel is NaN. */
  private void spread() {
    int count = x.extent(1);
    int values = Math.toIntExact(x.elements(assembly.batch()));
    Operand variance = assembly.output(2);
    Operand gamma = assembly.parameter(0);
    Operand beta = assembly.parameter(1);
    Operand y = assembly.output(0);
    assembly.add(
        memory -> {
          FloatBuffer v = memory.floats(variance, count);
          FloatBuffer scale = memory.floats(gamma, count);
          FloatBuffer shift = memory.floats(beta, count);
          FloatBuffer to = memory.floats(y, values);
          return () -> {
            for (int c = 0; c < count; c++) {
              boolean lost =
                  Float.isNaN(v.get(c)) || Float.isNaN(scale.get(c)) || Float.isNaN(shift.get(c));
              for (int i = c; lost && i < values; i += count) {
                to.put(i, Float.NaN);
              }
            }
          };
        });
  }

  /** The mask of the forward pass, found again by the mean that both directions share. */
  private Kernel.Argument workspace(dnnl_primitive_desc description, Value mean) {
    dnnl_memory_desc desc =
        assembly.desc().copy(Assembly.query(description, dnnl_query_workspace_md, 0));
    Operand kept = assembly.kept(mean, dnnl_memory_desc_get_size(desc));
    return Assembly.argument(DNNL_ARG_WORKSPACE, desc, kept);
  }

  /** running += momentum (batch - running), the variance unbiased. */
  private void updateRunning() {
    int count = x.extent(1);
    double reduced = (double) x.elements(assembly.batch()) / count;
    float unbias = (float) (reduced > 1 ? reduced / (reduced - 1) : 1);
    Operand mean = assembly.output(1);
    Operand variance = assembly.output(2);
    Operand runningMean = assembly.parameter(2);
    Operand runningVariance = assembly.parameter(3);
    float momentum = op.momentum();
    assembly.add(
        memory -> {
          FloatBuffer batchMean = memory.floats(mean, count);
          FloatBuffer batchVariance = memory.floats(variance, count);
          FloatBuffer toMean = memory.floats(runningMean, count);
          FloatBuffer toVariance = memory.floats(runningVariance, count);
          return () -> {
            for (int c = 0; c < count; c++) {
              float m = toMean.get(c);
              float v = toVariance.get(c);
              toMean.put(c, m + momentum * (batchMean.get(c) - m));
              toVariance.put(c, v + momentum * (batchVariance.get(c) * unbias - v));
            }
          };
        });
  }

  /** dx, dgamma, dbeta. */
  public void gradient() {
    dnnl_primitive_desc description;
    Kernel.Argument mask = null;
    try (Attributes attributes = new Attributes()) {
      dnnl_primitive_attr attr = attributes.handle();
      dnnl_primitive_desc hint = forwardDescription(attr);
      description =
          assembly.describe(
              "dnnl_batch_normalization_backward_primitive_desc_create",
              made ->
                  dnnl_batch_normalization_backward_primitive_desc_create(
                      made,
                      OneDnn.engine(),
                      dnnl_backward,
                      image,
                      image,
                      image,
                      op.epsilon(),
                      flags(),
                      hint,
                      attr));
      if (fusesRelu()) {
        mask = workspace(hint, assembly.node().inputs().get(1));
      }
    }
    Operand dy = assembly.input(assembly.node().inputs().size() - 1);
    if (!op.activation().isNone() && !fusesRelu()) {
      Operand masked = assembly.temporary(4 * x.elements(assembly.batch()));
      Operand y = assembly.input(3);
      new Pointwise(assembly).activationGradient(op.activation(), x, y, dy, masked);
      dy = masked;
    }
    List<Kernel.Argument> arguments = new ArrayList<>();
    arguments.add(Assembly.argument(DNNL_ARG_SRC, image, assembly.input(0)));
    arguments.add(Assembly.argument(DNNL_ARG_MEAN, channels, assembly.input(1)));
    arguments.add(Assembly.argument(DNNL_ARG_VARIANCE, channels, assembly.input(2)));
    arguments.add(Assembly.argument(DNNL_ARG_DIFF_DST, image, dy));
    arguments.add(Assembly.argument(DNNL_ARG_SCALE, channels, assembly.parameter(0)));
    arguments.add(Assembly.argument(DNNL_ARG_DIFF_SRC, image, assembly.output(0)));
    arguments.add(Assembly.argument(DNNL_ARG_DIFF_SCALE, channels, assembly.output(1)));
    arguments.add(Assembly.argument(DNNL_ARG_DIFF_SHIFT, channels, assembly.output(2)));
    if (mask != null) {
      arguments.add(mask);
    }
    assembly.add(description, arguments.toArray(Kernel.Argument[]::new));
  }
}
