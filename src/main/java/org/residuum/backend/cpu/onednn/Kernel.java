package org.residuum.backend.cpu.onednn;

import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;

/** A step of a plan, shared by its sessions. */
public sealed interface Kernel {
  /** The node it belongs to. */
  String node();

  /** What it runs, in oneDNN's name for its code. */
  String implementation();

  /** One argument of a primitive: oneDNN's number for it, its layout and where it lies. */
  record Argument(int index, dnnl_memory_desc desc, Operand operand) {}

  /** A oneDNN primitive. */
  record Primitive(
      String node, String implementation, dnnl_primitive primitive, List<Argument> arguments)
      implements Kernel {}

  /** A step in Java; each session binds its own. */
  record Host(String node, HostStep.Factory factory) implements Kernel {
    @Override
    public String implementation() {
      return "java";
    }
  }
}
