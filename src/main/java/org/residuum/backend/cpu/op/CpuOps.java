package org.residuum.backend.cpu.op;

import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.lower.OpTable;
import org.residuum.network.op.Activation;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Input;
import org.residuum.network.op.Op;

/** What the CPU backend does for each op; each family enters its own. */
public final class CpuOps {
  public static final OpTable<CpuAssembly> TABLE = new OpTable<>("CPU");

  static {
    TABLE.add(Input.class).forward((assembly, node, op) -> {});
    Activations.enter(TABLE);
    Arithmetic.enter(TABLE);
    Convolutions.enter(TABLE);
    DenseLayers.enter(TABLE);
    ExampleNorms.enter(TABLE);
    Losses.enter(TABLE);
    Moves.enter(TABLE);
    Norms.enter(TABLE);
    Pools.enter(TABLE);
    Slopes.enter(TABLE);
    Softmaxes.enter(TABLE);
    Subsampling.enter(TABLE);
  }

  private CpuOps() {}

  /** Whether a NaN in the op's input may be a bound of its activation in the result. */
  public static boolean losesNaN(Op op) {
    return op.activation().kind() == Activation.Kind.CLIP
        || op instanceof BatchNorm norm && Norms.losesNaN(norm);
  }
}
