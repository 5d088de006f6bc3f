package org.residuum.backend.cpu.onednn;

import java.nio.FloatBuffer;
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
  /** A parameter, or values computed from parameters. */
  @FunctionalInterface
  public interface Source {
    FloatBuffer of(Parameters parameters);
  }

  public long bytes() {
    return dnnl.dnnl_memory_desc_get_size(packed);
  }
}
