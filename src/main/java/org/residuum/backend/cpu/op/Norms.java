package org.residuum.backend.cpu.op;

import static org.residuum.backend.cpu.onednn.CpuAssembly.argument;

import java.nio.FloatBuffer;
import java.util.function.Consumer;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.cpu.onednn.Attributes;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.cpu.onednn.CpuStep;
import org.residuum.backend.cpu.onednn.Elements;
import org.residuum.backend.lower.OpTable;
import org.residuum.backend.lower.Place;
import org.residuum.network.ElementType;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Activation;
import org.residuum.network.op.BatchNorm;

/**
 * Batch norms and their gradient; in training a fused ReLU keeps its mask in oneDNN's workspace.
 */
final class Norms {
  private final CpuAssembly assembly;
  private final BatchNorm op;
  private final Shape x;
  private final dnnl_memory_desc image;
  private final dnnl_memory_desc channels;

  private Norms(CpuAssembly assembly, BatchNorm op) {
    this.assembly = assembly;
    this.op = op;
    this.x = assembly.x();
    this.image = assembly.operands().image(x, assembly.batch());
    this.channels = assembly.desc().plain(x.extent(1));
  }

  static void enter(OpTable<CpuAssembly> ops) {
    ops.add(BatchNorm.class)
        .forward((assembly, node, op) -> new Norms(assembly, op).forward())
        .inputGradient(
            (assembly, node, op) -> {
              if (op.training()) {
                new Norms(assembly, op).gradient();
              } else {
                new Norms(assembly, op).frozenGradient();
              }
            });
  }

  private boolean fusesRelu() {
    return op.training() && op.activation().kind() == Activation.Kind.RELU;
  }

  /** Whether oneDNN's own ReLU follows in inference, which turns a NaN into 0. */
  static boolean losesNaN(BatchNorm op) {
    return !op.training() && op.activation().kind() == Activation.Kind.RELU;
  }

  private int flags() {
    return dnnl.dnnl_use_scale
        | dnnl.dnnl_use_shift
        | (op.training() ? 0 : dnnl.dnnl_use_global_stats)
        | (fusesRelu() ? dnnl.dnnl_fuse_norm_relu : 0);
  }

  private dnnl_primitive_desc forwardDescription(Consumer<Attributes> postOps) {
    return assembly.describe(
        "dnnl_batch_normalization_forward_primitive_desc_create",
        postOps,
        (made, engine, attributes) ->
            dnnl.dnnl_batch_normalization_forward_primitive_desc_create(
                made,
                engine,
                op.training() ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference,
                image,
                image,
                op.epsilon(),
                flags(),
                attributes));
  }

  private void forward() {
    dnnl_primitive_desc description =
        forwardDescription(
            attributes -> {
              if (losesNaN(op)) {
                attributes.reluThatLosesNaN();
              }
            });
    Place mean = op.training() ? assembly.singleOutput(1) : assembly.parameter(2);
    Place variance = op.training() ? assembly.singleOutput(2) : assembly.parameter(3);
    assembly.add(
        description,
        argument(dnnl.DNNL_ARG_SRC, image, assembly.input(0)),
        argument(dnnl.DNNL_ARG_DST, image, assembly.output(0)),
        argument(dnnl.DNNL_ARG_MEAN, channels, mean),
        argument(dnnl.DNNL_ARG_VARIANCE, channels, variance),
        argument(dnnl.DNNL_ARG_SCALE, channels, assembly.parameter(0)),
        argument(dnnl.DNNL_ARG_SHIFT, channels, assembly.parameter(1)),
        fusesRelu() ? workspace(description, assembly.node().outputs().get(1)) : null);
    if (!op.activation().isNone() && !fusesRelu() && !losesNaN(op)) {
      new Activations(assembly, op.activation(), x).forward(assembly.output(0), assembly.output(0));
    }
    if (fusesRelu()) {
      spreadNaN();
    }
    if (op.training()) {
      updateRunning();
    }
  }

  /** oneDNN's fused ReLU turns a NaN into 0; with a NaN in x the whole channel is NaN. */
  private void spreadNaN() {
    int count = x.extent(1);
    int values = Math.toIntExact(assembly.elements(x));
    Place variance = assembly.singleOutput(2);
    Place gamma = assembly.parameter(0);
    Place beta = assembly.parameter(1);
    Place y = assembly.output(0);
    ElementType type = assembly.computing();
    assembly.add(
        memory -> {
          FloatBuffer v = memory.floats(variance, count);
          FloatBuffer scale = memory.floats(gamma, count);
          FloatBuffer shift = memory.floats(beta, count);
          Elements to = memory.elements(y, values, type);
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
  private CpuStep.Argument workspace(dnnl_primitive_desc description, Value mean) {
    dnnl_memory_desc desc = assembly.layout(description, dnnl.dnnl_query_workspace_md);
    Place kept = assembly.kept(mean, dnnl.dnnl_memory_desc_get_size(desc));
    return argument(dnnl.DNNL_ARG_WORKSPACE, desc, kept);
  }

  /** running += momentum (batch - running), the variance unbiased. */
  private void updateRunning() {
    int count = x.extent(1);
    double reduced = (double) assembly.elements(x) / count;
    float unbias = (float) (reduced > 1 ? reduced / (reduced - 1) : 1);
    Place mean = assembly.singleOutput(1);
    Place variance = assembly.singleOutput(2);
    Place runningMean = assembly.parameter(2);
    Place runningVariance = assembly.parameter(3);
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
  private void gradient() {
    dnnl_primitive_desc hint = forwardDescription(attributes -> {});
    Place dy = assembly.lastInput();
    if (!op.activation().isNone() && !fusesRelu()) {
      dy = assembly.scratch(assembly.computing().bytes() * assembly.elements(x));
      new Activations(assembly, op.activation(), x)
          .gradient(assembly.input(3), assembly.lastInput(), dy);
    }
    assembly.add(
        backwardDescription(hint, dnnl.dnnl_backward, flags()),
        argument(dnnl.DNNL_ARG_SRC, image, assembly.input(0)),
        argument(dnnl.DNNL_ARG_MEAN, channels, assembly.singleInput(1)),
        argument(dnnl.DNNL_ARG_VARIANCE, channels, assembly.singleInput(2)),
        argument(dnnl.DNNL_ARG_DIFF_DST, image, dy),
        argument(dnnl.DNNL_ARG_SCALE, channels, assembly.parameter(0)),
        argument(dnnl.DNNL_ARG_DIFF_SRC, image, assembly.output(0)),
        argument(dnnl.DNNL_ARG_DIFF_SCALE, channels, assembly.singleOutput(1)),
        argument(dnnl.DNNL_ARG_DIFF_SHIFT, channels, assembly.singleOutput(2)),
        fusesRelu() ? workspace(hint, assembly.node().inputs().get(1)) : null);
  }

  /** dx of dy and running statistics; x and dgamma, which oneDNN asks for, are none. */
  private void frozenGradient() {
    int flags = dnnl.dnnl_use_scale | dnnl.dnnl_use_global_stats;
    dnnl_primitive_desc hint =
        assembly.describe(
            "dnnl_batch_normalization_forward_primitive_desc_create",
            (made, engine, attributes) ->
                dnnl.dnnl_batch_normalization_forward_primitive_desc_create(
                    made,
                    engine,
                    dnnl.dnnl_forward_training,
                    image,
                    image,
                    op.epsilon(),
                    flags,
                    attributes));
    assembly.add(
        backwardDescription(hint, dnnl.dnnl_backward_data, flags),
        argument(dnnl.DNNL_ARG_SRC, image, assembly.lastInput()),
        argument(dnnl.DNNL_ARG_MEAN, channels, assembly.parameter(2)),
        argument(dnnl.DNNL_ARG_VARIANCE, channels, assembly.parameter(3)),
        argument(dnnl.DNNL_ARG_DIFF_DST, image, assembly.lastInput()),
        argument(dnnl.DNNL_ARG_SCALE, channels, assembly.parameter(0)),
        argument(dnnl.DNNL_ARG_DIFF_SRC, image, assembly.output(0)),
        argument(dnnl.DNNL_ARG_DIFF_SCALE, channels, assembly.scratch(4L * x.extent(1))));
  }

  private dnnl_primitive_desc backwardDescription(dnnl_primitive_desc hint, int kind, int flags) {
    return assembly.describe(
        "dnnl_batch_normalization_backward_primitive_desc_create",
        (made, engine, attributes) ->
            dnnl.dnnl_batch_normalization_backward_primitive_desc_create(
                made, engine, kind, image, image, image, op.epsilon(), flags, hint, attributes));
  }
}
