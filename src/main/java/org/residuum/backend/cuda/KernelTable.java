package org.residuum.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.op.CudaOps;
import org.residuum.network.ElementType;

/** All kernels: those of the ops, of sessions and of the optimiser. */
public final class KernelTable {
  private static final String WEIGHTS = "x* y* out:i32 in:i32 taps:i32";

  private KernelTable() {}

  public static List<Kernel> all() {
    List<Kernel> kernels = new ArrayList<>(CudaOps.ALL.kernels());
    kernels.addAll(List.of(Casts.FROM_F32, Casts.TO_F32, CudaSlot.IMAGES_TO_NHWC));
    kernels.addAll(OptimizerKernels.ALL);
    kernels.add(Kernel.of("oihw_to_hwio", GridRule.ELEMENTS, WEIGHTS, ElementType.F32));
    kernels.add(Kernel.of("hwio_to_oihw", GridRule.ELEMENTS, WEIGHTS, ElementType.F32));
    return kernels;
  }
}
