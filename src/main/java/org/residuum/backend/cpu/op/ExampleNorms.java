package org.residuum.backend.cpu.op;

import static org.residuum.backend.cpu.onednn.CpuAssembly.argument;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.lower.OpTable;
import org.residuum.network.Shape;
import org.residuum.network.op.GroupNorm;
import org.residuum.network.op.LayerNorm;

/** Normalisation within an example: by groups of channels, by row. */
final class ExampleNorms {
  private static final int FLAGS = dnnl.dnnl_use_scale | dnnl.dnnl_use_shift;

  private final CpuAssembly assembly;
  private final dnnl_memory_desc data;
  private final dnnl_memory_desc statistics;
  private final dnnl_memory_desc affine;

  private ExampleNorms(
      CpuAssembly assembly, dnnl_memory_desc data, dnnl_memory_desc statistics, int channels) {
    this.assembly = assembly;
    this.data = data;
    this.statistics = statistics;
    this.affine = assembly.desc().plain(channels);
  }

  static void enter(OpTable<CpuAssembly> ops) {
    ops.add(GroupNorm.class)
        .forward(
            (assembly, node, op) ->
                groups(assembly, op).forward(describe(assembly, op), op.training()))
        .inputGradient(
            (assembly, node, op) -> groups(assembly, op).gradient(describeGradient(assembly, op)));
    ops.add(LayerNorm.class)
        .forward(
            (assembly, node, op) -> rows(assembly).forward(describe(assembly, op), op.training()))
        .inputGradient(
            (assembly, node, op) -> rows(assembly).gradient(describeGradient(assembly, op)));
  }

  private static ExampleNorms groups(CpuAssembly assembly, GroupNorm op) {
    Shape x = assembly.x();
    dnnl_memory_desc image = assembly.desc().image(x, assembly.batch());
    long examples = assembly.dims(x)[0];
    return new ExampleNorms(
        assembly, image, assembly.desc().plain(examples, op.groups()), x.extent(1));
  }

  /** (N, F) or (N, T, F) as (rows, F). */
  private static ExampleNorms rows(CpuAssembly assembly) {
    Shape x = assembly.x();
    int features = x.extent(x.rank() - 1);
    long rows = assembly.elements(x) / features;
    return new ExampleNorms(
        assembly, assembly.desc().plain(rows, features), assembly.desc().plain(rows), features);
  }

  private static int kind(boolean training) {
    return training ? dnnl.dnnl_forward_training : dnnl.dnnl_forward_inference;
  }

  private static dnnl_primitive_desc describe(CpuAssembly assembly, GroupNorm op) {
    dnnl_memory_desc data = groups(assembly, op).data;
    return assembly.describe(
        "dnnl_group_normalization_forward_primitive_desc_create",
        (made, engine, attributes) ->
            dnnl.dnnl_group_normalization_forward_primitive_desc_create(
                made,
                engine,
                kind(op.training()),
                data,
                data,
                op.groups(),
                op.epsilon(),
                FLAGS,
                attributes));
  }

  private static dnnl_primitive_desc describeGradient(CpuAssembly assembly, GroupNorm op) {
    dnnl_memory_desc data = groups(assembly, op).data;
    dnnl_primitive_desc hint = describe(assembly, op);
    return assembly.describe(
        "dnnl_group_normalization_backward_primitive_desc_create",
        (made, engine, attributes) ->
            dnnl.dnnl_group_normalization_backward_primitive_desc_create(
                made,
                engine,
                dnnl.dnnl_backward,
                data,
                data,
                data,
                op.groups(),
                op.epsilon(),
                FLAGS,
                hint,
                attributes));
  }

  private static dnnl_primitive_desc describe(CpuAssembly assembly, LayerNorm op) {
    ExampleNorms rows = rows(assembly);
    return assembly.describe(
        "dnnl_layer_normalization_forward_primitive_desc_create",
        (made, engine, attributes) ->
            dnnl.dnnl_layer_normalization_forward_primitive_desc_create(
                made,
                engine,
                kind(op.training()),
                rows.data,
                rows.data,
                rows.statistics,
                op.epsilon(),
                FLAGS,
                attributes));
  }

  private static dnnl_primitive_desc describeGradient(CpuAssembly assembly, LayerNorm op) {
    ExampleNorms rows = rows(assembly);
    dnnl_primitive_desc hint = describe(assembly, op);
    return assembly.describe(
        "dnnl_layer_normalization_backward_primitive_desc_create",
        (made, engine, attributes) ->
            dnnl.dnnl_layer_normalization_backward_primitive_desc_create(
                made,
                engine,
                dnnl.dnnl_backward,
                rows.data,
                rows.data,
                rows.data,
                rows.statistics,
                op.epsilon(),
                FLAGS,
                hint,
                attributes));
  }

  private void forward(dnnl_primitive_desc description, boolean training) {
    assembly.add(
        description,
        argument(dnnl.DNNL_ARG_SRC, data, assembly.input(0)),
        argument(dnnl.DNNL_ARG_DST, data, assembly.output(0)),
        training ? argument(dnnl.DNNL_ARG_MEAN, statistics, assembly.output(1)) : null,
        training ? argument(dnnl.DNNL_ARG_VARIANCE, statistics, assembly.output(2)) : null,
        argument(dnnl.DNNL_ARG_SCALE, affine, assembly.parameter(0)),
        argument(dnnl.DNNL_ARG_SHIFT, affine, assembly.parameter(1)));
  }

  /** dx, dgamma, dbeta. */
  private void gradient(dnnl_primitive_desc description) {
    assembly.add(
        description,
        argument(dnnl.DNNL_ARG_SRC, data, assembly.input(0)),
        argument(dnnl.DNNL_ARG_MEAN, statistics, assembly.input(1)),
        argument(dnnl.DNNL_ARG_VARIANCE, statistics, assembly.input(2)),
        argument(dnnl.DNNL_ARG_DIFF_DST, data, assembly.lastInput()),
        argument(dnnl.DNNL_ARG_SCALE, affine, assembly.parameter(0)),
        argument(dnnl.DNNL_ARG_DIFF_SRC, data, assembly.output(0)),
        argument(dnnl.DNNL_ARG_DIFF_SCALE, affine, assembly.output(1)),
        argument(dnnl.DNNL_ARG_DIFF_SHIFT, affine, assembly.output(2)));
  }
}
