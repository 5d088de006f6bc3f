package org.residuum.backend.cuda.cases.mutation;

import java.util.Set;
import org.residuum.backend.cuda.cases.KernelCase;
import org.residuum.backend.cuda.cases.KernelRig;
import org.residuum.ptx.PtxFault;
import org.residuum.ptx.parse.PtxEntry;

/**
 * A case, what it launches, and what that costs with the committed kernels.
 *
 * @param warpInstructions at least what any warp executes, at most four times as much
 */
record CaseRun(KernelCase kernelCase, Set<String> launched, long warpInstructions, long nanos) {
  private static final long FIRST_BUDGET = 1024;
  private static final long LAST_BUDGET = 1L << 40;

  /** A changed kernel that runs so many times longer than the committed one counts as endless. */
  private static final int PATIENCE = 20;

  static CaseRun measure(KernelCase kernelCase, long seed) {
    for (long budget = FIRST_BUDGET; budget < LAST_BUDGET; budget *= 4) {
      MutantDevice device = new MutantDevice(null, budget);
      long start = System.nanoTime();
      try {
        kernelCase.body().run(new KernelRig(device, kernelCase.storage(), seed));
        return new CaseRun(kernelCase, device.launched(), budget, System.nanoTime() - start);
      } catch (PtxFault fault) {
        if (fault.kind() != PtxFault.Kind.ENDLESS_LOOP) {
          throw fault;
        }
      }
    }
    throw new IllegalStateException(kernelCase + " does not end");
  }

  /** Why the case fails with the changed kernel, or null. */
  String failure(PtxEntry changed, long seed) {
    MutantDevice device = new MutantDevice(changed, PATIENCE * warpInstructions);
    try {
      kernelCase.body().run(new KernelRig(device, kernelCase.storage(), seed));
      return null;
    } catch (AssertionError | RuntimeException e) {
      String kind = e instanceof PtxFault fault ? fault.kind().toString() : "VALUE";
      String message = e.getMessage() == null ? e.toString() : e.getMessage();
      return kind + " in " + kernelCase + ": " + message.lines().findFirst().orElse("");
    }
  }
}
