package org.residuum.cli;

import org.residuum.backend.CompileOptions;

/** The rule about {@code --batch}. */
final class BatchOption {
  private BatchOption() {}

  static CompileOptions check(int batch) {
    if (batch < 1) {
      throw CommandFailure.usage("--batch " + batch + ": a batch has at least 1 example");
    }
    return CompileOptions.batch(batch);
  }
}
