package org.residuum.backend.cpu.onednn;

import java.util.Arrays;
import java.util.function.Consumer;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.lower.Place;
import org.residuum.network.op.Epilogue;

/** Batches of matrix products over memory of any strides: c = activation(a b + bias [+ c]). */
public final class Product {
  /**
   * Matrices in memory.
   *
   * @param dims (..., rows, columns)
   * @param strides the distance in floats between neighbours along each axis
   */
  public record Matrices(Place place, long[] dims, long[] strides) {
    public static Matrices rowMajor(Place place, long... dims) {
      return new Matrices(place, dims, Desc.rowMajor(dims));
    }

    private dnnl_memory_desc desc(Desc desc) {
      return desc.strided(dims, strides);
    }

    /** (1, ..., 1, columns) */
    private dnnl_memory_desc row(Desc desc) {
      long[] row = new long[dims.length];
      Arrays.fill(row, 1);
      row[row.length - 1] = dims[dims.length - 1];
      return desc.plain(row);
    }
  }

  private final CpuAssembly assembly;
  private Epilogue epilogue = Epilogue.NONE;
  private Place bias;

  public Product(CpuAssembly assembly) {
    this.assembly = assembly;
  }

  /**
   * What follows the sums.
   *
   * @param vector one value a column of the result, or null for none
   * @param newEpilogue whose residual lies in the result's memory
   */
  public Product with(Place vector, Epilogue newEpilogue) {
    bias = vector;
    epilogue = newEpilogue;
    return this;
  }

  /**
   * Appends (..., m, k) · (..., k, n) → (..., m, n); axes of one entry before the last two repeat.
   */
  public void append(Matrices a, Matrices b, Matrices c) {
    dnnl_memory_desc src = a.desc(assembly.desc());
    dnnl_memory_desc weights = b.desc(assembly.desc());
    dnnl_memory_desc row = bias == null ? null : c.row(assembly.desc());
    dnnl_memory_desc dst = c.desc(assembly.desc());
    assembly.add(
        describe(
            assembly,
            new Layouts(src, weights, row, dst),
            attributes -> attributes.epilogue(epilogue, null, assembly.signedZeros())),
        CpuAssembly.argument(dnnl.DNNL_ARG_SRC, src, a.place()),
        CpuAssembly.argument(dnnl.DNNL_ARG_WEIGHTS, weights, b.place()),
        bias == null ? null : CpuAssembly.argument(dnnl.DNNL_ARG_BIAS, row, bias),
        CpuAssembly.argument(dnnl.DNNL_ARG_DST, dst, c.place()));
  }

  /**
   * The operands of a product.
   *
   * @param bias (1, ..., n), or null
   */
  public record Layouts(
      dnnl_memory_desc a, dnnl_memory_desc b, dnnl_memory_desc bias, dnnl_memory_desc c) {}

  /** oneDNN's description of a product. */
  public static dnnl_primitive_desc describe(
      CpuAssembly assembly, Layouts layouts, Consumer<Attributes> postOps) {
    return assembly.describe(
        "dnnl_matmul_primitive_desc_create",
        postOps,
        (made, engine, attributes) ->
            dnnl.dnnl_matmul_primitive_desc_create(
                made, engine, layouts.a, layouts.b, layouts.bias, layouts.c, attributes));
  }
}
