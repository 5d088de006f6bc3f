package org.residuum.backend.cpu.op;

import static org.residuum.backend.cpu.onednn.CpuAssembly.argument;

import java.nio.FloatBuffer;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.lower.OpTable;
import org.residuum.backend.lower.Place;
import org.residuum.network.op.Softmax;

/**
 * Softmax over rows and its gradient. Rows with a NaN or +∞, or of -∞ alone, are NaN; oneDNN gives
 * some of their elements finite values. So these rows are found before the softmax and filled after
 * it.
 */
final class Softmaxes {
  private final CpuAssembly assembly;
  private final int rows;
  private final int classes;
  private final dnnl_memory_desc desc;

  private Softmaxes(CpuAssembly assembly) {
    this.assembly = assembly;
    this.rows = (int) assembly.dims(assembly.x())[0];
    this.classes = assembly.x().extent(1);
    this.desc = assembly.desc(assembly.x());
  }

  static void enter(OpTable<CpuAssembly> ops) {
    ops.add(Softmax.class)
        .forward((assembly, node, op) -> new Softmaxes(assembly).forward())
        .inputGradient((assembly, node, op) -> new Softmaxes(assembly).gradient());
  }

  private void forward() {
    dnnl_primitive_desc description = forwardDescription();
    Place isNaN = assembly.scratch((long) Float.BYTES * rows);
    findNaNRows(assembly.input(0), isNaN);
    assembly.add(
        description,
        argument(dnnl.DNNL_ARG_SRC, desc, assembly.input(0)),
        argument(dnnl.DNNL_ARG_DST, desc, assembly.output(0)));
    fillNaNRows(isNaN, assembly.output(0));
  }

  private dnnl_primitive_desc forwardDescription() {
    return assembly.describe(
        "dnnl_softmax_forward_primitive_desc_create",
        (made, engine, attributes) ->
            dnnl.dnnl_softmax_forward_primitive_desc_create(
                made,
                engine,
                dnnl.dnnl_forward_training,
                dnnl.dnnl_softmax_accurate,
                desc,
                desc,
                1,
                attributes));
  }

  /** 1 for a row of NaN, 0 for the others. */
  private void findNaNRows(Place x, Place isNaN) {
    assembly.add(
        memory -> {
          FloatBuffer from = memory.floats(x, (long) rows * classes);
          FloatBuffer to = memory.floats(isNaN, rows);
          return () -> {
            for (int row = 0; row < rows; row++) {
              float max = Float.NEGATIVE_INFINITY;
              for (int i = row * classes; i < (row + 1) * classes; i++) {
                max = Math.max(max, from.get(i));
              }
              to.put(row, Float.isFinite(max) ? 0 : 1);
            }
          };
        });
  }

  private void fillNaNRows(Place isNaN, Place y) {
    assembly.add(
        memory -> {
          FloatBuffer from = memory.floats(isNaN, rows);
          FloatBuffer to = memory.floats(y, (long) rows * classes);
          return () -> {
            for (int row = 0; row < rows; row++) {
              for (int i = row * classes; from.get(row) != 0 && i < (row + 1) * classes; i++) {
                to.put(i, Float.NaN);
              }
            }
          };
        });
  }

  private void gradient() {
    dnnl_primitive_desc hint = forwardDescription();
    assembly.add(
        assembly.describe(
            "dnnl_softmax_backward_primitive_desc_create",
            (made, engine, attributes) ->
                dnnl.dnnl_softmax_backward_primitive_desc_create(
                    made,
                    engine,
                    dnnl.dnnl_softmax_accurate,
                    desc,
                    desc,
                    desc,
                    1,
                    hint,
                    attributes)),
        argument(dnnl.DNNL_ARG_DST, desc, assembly.input(0)),
        argument(dnnl.DNNL_ARG_DIFF_DST, desc, assembly.input(1)),
        argument(dnnl.DNNL_ARG_DIFF_SRC, desc, assembly.output(0)));
  }
}
