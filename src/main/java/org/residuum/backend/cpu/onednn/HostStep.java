package org.residuum.backend.cpu.onednn;

import java.nio.FloatBuffer;

/** Work too small for a primitive, done in Java. */
@FunctionalInterface
public interface HostStep {
  void run();

  /** Finds the memory of an operand. */
  @FunctionalInterface
  interface Memory {
    FloatBuffer floats(Operand operand, long elements);
  }

  /** Makes the step of one session. */
  @FunctionalInterface
  interface Factory {
    HostStep bind(Memory memory);
  }
}
