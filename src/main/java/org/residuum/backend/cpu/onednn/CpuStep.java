package org.residuum.backend.cpu.onednn;

import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.residuum.backend.lower.Place;
import org.residuum.backend.lower.Step;

/** A step of a CPU plan, shared by its sessions. */
public sealed interface CpuStep extends Step {
  /** One argument of a primitive: oneDNN's number for it, its layout and where it lies. */
  record Argument(int index, dnnl_memory_desc desc, Place place) {}

  /**
   * A oneDNN primitive.
   *
   * @param description oneDNN's name for its code
   */
  record Primitive(
      String node, String description, dnnl_primitive primitive, List<Argument> arguments)
      implements CpuStep {}

  /** A step in Java; each session binds its own. */
  record Host(String node, HostStep.Factory factory) implements CpuStep {
    @Override
    public String description() {
      return "java";
    }
  }
}
