package org.residuum.cli.option;

import org.residuum.backend.CompileOptions;
import org.residuum.cli.text.CommandFailure;

/** The rule about {@code --batch}. */
public final class BatchOption {
  private BatchOption() {}

  /**
   * For so many examples in all: the batches that they need, all about as large, so that few rows
   * are computed for nothing. Of none, whoever reads them has to say why.
   */
  public static CompileOptions options(int batch, int examples) {
    int last = Math.max(1, examples) - 1;
    int batches = 1 + last / batch;
    return CompileOptions.batch(1 + last / batches);
  }

  public static CompileOptions check(int batch) {
    if (batch < 1) {
      throw CommandFailure.usage("--batch " + batch + ": a batch has at least 1 example");
    }
    return CompileOptions.batch(batch);
  }
}
