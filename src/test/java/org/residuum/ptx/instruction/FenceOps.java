package org.residuum.ptx.instruction;

import org.residuum.ptx.Warp;
import org.residuum.ptx.order.Scope;

/** Compiles {@code membar} and {@code fence}. */
final class FenceOps {
  private FenceOps() {}

  static Op compile(Args a) {
    if (a.has("proxy") || a.has("mbarrier_init")) {
      return ControlOps.nothing(a);
    }
    String order = a.oneOf("sc", "acq_rel", "acquire", "release");
    String scope = a.oneOf("cta", "cluster", "gl", "gpu", "sys");
    if (scope == null) {
      throw a.unsupported("a scope is missing");
    }
    return new FenceOp(Scope.of(scope), !"release".equals(order), !"acquire".equals(order));
  }

  /** A fence; values do not depend on it, but what races does. */
  private static final class FenceOp extends Op {
    private final Scope scope;
    private final boolean acquires;
    private final boolean releases;

    FenceOp(Scope scope, boolean acquires, boolean releases) {
      super(false);
      this.scope = scope;
      this.acquires = acquires;
      this.releases = releases;
    }

    @Override
    public void run(Warp w, int mask) {
      if (!w.block.launch.options.globalRaces()) {
        return;
      }
      if (acquires) {
        w.order().acquire(mask, scope);
      }
      if (releases) {
        w.order().release(mask, scope);
      }
    }
  }
}
