package org.residuum.backend.cpu.onednn;

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
public final class Product {
  /**
   * Matrices in memory.
   *
   * @param dims (..., rows, columns)
   * @param strides the distance in floats between neighbours along each axis
   */
  public record Matrices(Operand operand, long[] dims, long[] strides) {
    public static Matrices rowMajor(Operand operand, long... dims) {
      return new Matrices(operand, dims, Desc.rowMajor(dims));
    }

    private dnnl_memory_desc desc(Desc desc) {
      return desc.strided(dims, strides);
    }

    private Kernel.Argument as(int index, Desc desc) {
      return Assembly.argument(index, desc(desc), operand);
    }

    /** (1, ..., 1, columns) */
    private dnnl_memory_desc row(Desc desc) {
      long[] row = new long[dims.length];
      Arrays.fill(row, 1);
      row[row.length - 1] = dims[dims.length - 1];
      return desc.plain(row);
    }
  }

  private final Assembly assembly;
  private Epilogue epilogue = Epilogue.NONE;
  private Operand bias;

  public Product(Assembly assembly) {
    this.assembly = assembly;
  }

  /**
   * What follows the sums.
   *
   * @param vector one value a column of the result, or null for none
   * @param newEpilogue whose residual lies in the result's memory
   */
  public Product with(Operand vector, Epilogue newEpilogue) {
    bias = vector;
    epilogue = newEpilogue;
    return this;
  }

  /**
   * Appends (..., m, k) · (..., k, n) → (..., m, n); axes of one entry before the last two repeat.
   */
  public void append(Matrices a, Matrices b, Matrices c) {
    List<Kernel.Argument> arguments = new ArrayList<>();
    arguments.add(a.as(DNNL_ARG_SRC, assembly.desc()));
    arguments.add(b.as(DNNL_ARG_WEIGHTS, assembly.desc()));
    if (bias != null) {
      arguments.add(Assembly.argument(DNNL_ARG_BIAS, c.row(assembly.desc()), bias));
    }
    arguments.add(c.as(DNNL_ARG_DST, assembly.desc()));
    assembly.add(description(a, b, c), arguments.toArray(Kernel.Argument[]::new));
  }

  private dnnl_primitive_desc description(Matrices a, Matrices b, Matrices c) {
    try (Attributes attributes = new Attributes()) {
      Desc desc = assembly.desc();
      dnnl_memory_desc result = c.desc(desc);
      attributes.epilogue(epilogue, true, result, assembly.signedZeros());
      dnnl_memory_desc row = bias == null ? null : c.row(desc);
      return description(assembly, a.desc(desc), b.desc(desc), row, result, attributes);
    }
  }

  /**
   * oneDNN's description of a product.
   *
   * @param bias (1, ..., n), or null
   */
  public static dnnl_primitive_desc description(
      Assembly assembly,
      dnnl_memory_desc a,
      dnnl_memory_desc b,
      dnnl_memory_desc bias,
      dnnl_memory_desc c,
      Attributes attributes) {
    return assembly.describe(
        "dnnl_matmul_primitive_desc_create",
        made ->
            dnnl_matmul_primitive_desc_create(
                made, OneDnn.engine(), a, b, bias, c, attributes.handle()));
  }
}
