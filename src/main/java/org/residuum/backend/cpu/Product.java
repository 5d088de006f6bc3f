package org.residuum.backend.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_matmul_primitive_desc_create;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.residuum.network.op.Epilogue;

/** Batches of matrix products over memory of any strides: c = activation(a b + bias [+ c]). */
final class Product {
  /**
   * Matrices in memory.
   *
   * @param dims (..., rows, columns)
   * @param strides the distance in floats between neighbours along each axis
   */
  record Matrices(Operand operand, long[] dims, long[] strides) {
    static Matrices rowMajor(Operand operand, long... dims) {
      return new Matrices(operand, dims, Desc.rowMajor(dims));
    }

    private dnnl_memory_desc desc() {
      return Desc.strided(dims, strides);
    }

    private Kernel.Argument as(int index) {
      return Assembly.argument(index, desc(), operand);
    }

    /** (1, ..., 1, columns) */
    private dnnl_memory_desc row() {
      long[] row = new long[dims.length];
      Arrays.fill(row, 1);
      row[row.length - 1] = dims[dims.length - 1];
      return Desc.plain(row);
    }
  }

  private final Assembly assembly;
  private Epilogue epilogue = Epilogue.NONE;
  private Operand bias;

  Product(Assembly assembly) {
    this.assembly = assembly;
  }

  /**
   * What follows the sums.
   *
   * @param vector one value a column of the result, or null for none
   * @param newEpilogue whose residual lies in the result's memory
   */
  Product with(Operand vector, Epilogue newEpilogue) {
    bias = vector;
    epilogue = newEpilogue;
    return this;
  }

  /**
   * Appends (..., m, k) · (..., k, n) → (..., m, n); axes of one entry before the last two repeat.
   */
  void append(Matrices a, Matrices b, Matrices c) {
    List<Kernel.Argument> arguments = new ArrayList<>();
    arguments.add(a.as(DNNL_ARG_SRC));
    arguments.add(b.as(DNNL_ARG_WEIGHTS));
    if (bias != null) {
      arguments.add(Assembly.argument(DNNL_ARG_BIAS, c.row(), bias));
    }
    arguments.add(c.as(DNNL_ARG_DST));
    assembly.add(description(a, b, c), arguments.toArray(Kernel.Argument[]::new));
  }

  private dnnl_primitive_desc description(Matrices a, Matrices b, Matrices c) {
    try (Attributes attributes = new Attributes()) {
      dnnl_memory_desc result = c.desc();
      attributes.epilogue(epilogue, true, result);
      dnnl_memory_desc row = bias == null ? null : c.row();
      return description(a.desc(), b.desc(), row, result, attributes);
    }
  }

  /**
   * oneDNN's description of a product.
   *
   * @param bias (1, ..., n), or null
   */
  static dnnl_primitive_desc description(
      dnnl_memory_desc a,
      dnnl_memory_desc b,
      dnnl_memory_desc bias,
      dnnl_memory_desc c,
      Attributes attributes) {
    dnnl_primitive_desc description = new dnnl_primitive_desc();
    OneDnn.check(
        dnnl_matmul_primitive_desc_create(
            description, OneDnn.engine(), a, b, bias, c, attributes.handle()),
        "dnnl_matmul_primitive_desc_create");
    return description;
  }
}
