package org.residuum.backend.cpu;

import java.util.Optional;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.cpu.onednn.InstructionSet;
import org.residuum.backend.cpu.onednn.Numerics;
import org.residuum.backend.cpu.onednn.OneDnn;

/** The CPU in bf16, whatever the processor. */
public final class Bf16Cpu {
  private Bf16Cpu() {}

  /**
   * Values and weights stored in bf16, in the layouts and places that a plan in bf16 has, and
   * products of them summed in fp32, by instructions that every processor has.
   */
  public static TrainingBackend withoutUnits() {
    Numerics numerics = new Numerics(Precision.BF16.storage(), false);
    return new CpuBackend(CpuBackend.usualThreads(), Precision.BF16, numerics);
  }

  /** Why this processor has no units for bf16; empty if it has. */
  public static Optional<String> obstacle() {
    OneDnn.load();
    return InstructionSet.obstacle(Precision.BF16);
  }

  /** The real one. */
  public static TrainingBackend withUnits() {
    return new CpuBackend(CpuBackend.usualThreads(), Precision.BF16);
  }
}
