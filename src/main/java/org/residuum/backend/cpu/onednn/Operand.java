package org.residuum.backend.cpu.onednn;

import org.residuum.network.Value;

/** Where a kernel's argument lies; a session turns it into an address. */
public sealed interface Operand {
  /** What lies {@code bytes} behind. */
  default Operand plus(long bytes) {
    return bytes == 0 ? this : new Part(this, bytes);
  }

  /** A place within another operand. */
  record Part(Operand whole, long bytes) implements Operand {}

  /** A value of the network, in the arena. */
  record OfValue(Value value) implements Operand {}

  /**
   * Weights packed once when the plan was compiled, at {@code offset} bytes of the plan's
   * allocation.
   */
  record Packed(long offset) implements Operand {}

  /** A parameter of a training session, in PyTorch's layout. */
  record Parameter(String name) implements Operand {}

  /** Memory that one node uses while it runs, at {@code offset} bytes of the session's scratch. */
  record Temporary(long offset) implements Operand {}

  /**
   * Memory that a forward node leaves to its gradient, at {@code offset} bytes of the session's
   * kept region.
   */
  record Kept(long offset) implements Operand {}
}
