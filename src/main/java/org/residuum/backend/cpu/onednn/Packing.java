package org.residuum.backend.cpu.onednn;

import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.network.Parameters;

/**
 * Values that are packed when a plan is compiled.
 *
 * @param plain how the source lays them out
 * @param packed the layout that a primitive wants
 */
public record Packing(Source source, dnnl_memory_desc plain, dnnl_memory_desc packed) {
  /**
   * A parameter, or values computed from parameters. Equal sources give equal values, which plans
   * share.
   */
  @FunctionalInterface
  public interface Source {
    /**
     * Writes all values.
     *
     * @param target exactly as large
     */
    void write(Parameters parameters, FloatBuffer target);
  }

  /** A parameter as it is. */
  record OfParameter(String name) implements Source {
    @Override
    public void write(Parameters parameters, FloatBuffer target) {
      FloatBuffer values = parameters.get(name).data();
      target.put(0, values, 0, values.limit());
    }
  }

  /** A parameter rounded to bf16. */
  record RoundedParameter(String name) implements Source {
    @Override
    public void write(Parameters parameters, FloatBuffer target) {
      FloatBuffer values = parameters.get(name).data();
      for (int i = 0; i < values.limit(); i++) {
        target.put(i, Elements.toBfloat16(values.get(i)));
      }
    }
  }

  /** The same values whatever the parameters. */
  record Constant(List<Float> values) implements Source {
    @Override
    public void write(Parameters parameters, FloatBuffer target) {
      for (int i = 0; i < values.size(); i++) {
        target.put(i, values.get(i));
      }
    }
  }

  /** Packed. */
  public long bytes() {
    return dnnl.dnnl_memory_desc_get_size(packed);
  }

  /** Before it is packed. */
  public long plainBytes() {
    return dnnl.dnnl_memory_desc_get_size(plain);
  }

  /** Whether it is packed as it comes. */
  public boolean isPlain() {
    return dnnl.dnnl_memory_desc_equal(plain, packed) != 0;
  }

  /** Whether both give the same bytes. */
  public boolean isSame(Packing other) {
    return source.equals(other.source)
        && dnnl.dnnl_memory_desc_equal(plain, other.plain) != 0
        && dnnl.dnnl_memory_desc_equal(packed, other.packed) != 0;
  }
}
