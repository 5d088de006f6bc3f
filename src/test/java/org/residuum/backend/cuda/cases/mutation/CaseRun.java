package org.residuum.backend.cuda.cases.mutation;

import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.residuum.backend.cuda.cases.KernelCase;
import org.residuum.backend.cuda.cases.KernelRig;
import org.residuum.ptx.PtxFault;
import org.residuum.ptx.parse.PtxEntry;

/** A case, and what it costs with the committed kernels, which is measured when first asked for. */
final class CaseRun {
  private static final long FIRST_BUDGET = 4096;
  private static final long LAST_BUDGET = 1L << 40;
  private static final double UNMEASURED_NANOS = 1e9;

  /** A changed kernel that runs so many times longer than the committed one counts as endless. */
  private static final int PATIENCE = 20;

  private final KernelCase kernelCase;
  private final long seed;
  private final AtomicInteger kills = new AtomicInteger();
  private Set<String> launched;
  private long warpInstructions;
  private volatile double nanos = UNMEASURED_NANOS;

  CaseRun(KernelCase kernelCase, long seed) {
    this.kernelCase = kernelCase;
    this.seed = seed;
  }

  KernelCase kernelCase() {
    return kernelCase;
  }

  /** The entries that it launches. */
  Set<String> launched() {
    measure();
    return launched;
  }

  /** The cheaper and the more successful, the less. */
  double rank() {
    return nanos / (1 + kills.get());
  }

  /** A budget of warp instructions that suffices, at most four times what is needed. */
  private synchronized void measure() {
    for (long budget = FIRST_BUDGET; launched == null; budget *= 4) {
      MutantDevice device = new MutantDevice(null, budget);
      long start = System.nanoTime();
      try {
        kernelCase.body().run(new KernelRig(device, kernelCase.storage(), seed));
        launched = device.launched();
        warpInstructions = budget;
        nanos = System.nanoTime() - start;
      } catch (PtxFault fault) {
        if (fault.kind() != PtxFault.Kind.ENDLESS_LOOP || budget > LAST_BUDGET) {
          throw fault;
        }
      }
    }
  }

  /** Why the case fails with the changed kernel, or null. */
  String failure(PtxEntry changed) {
    measure();
    MutantDevice device = new MutantDevice(changed, PATIENCE * warpInstructions);
    try {
      kernelCase.body().run(new KernelRig(device, kernelCase.storage(), seed));
      return null;
    } catch (AssertionError | RuntimeException e) {
      kills.incrementAndGet();
      String kind = e instanceof PtxFault fault ? fault.kind().toString() : "VALUE";
      String message = e.getMessage() == null ? e.toString() : e.getMessage();
      return kind + " in " + kernelCase + ": " + message.lines().findFirst().orElse("");
    }
  }
}
