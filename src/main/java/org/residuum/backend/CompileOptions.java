package org.residuum.backend;

/**
 * How to compile.
 *
 * @param batch examples a run; the plan is fixed to it
 * @param optimize whether inference plans fold batch norms, fuse epilogues and, on the CPU, filter
 *     by Winograd's method, and training plans fuse epilogues
 */
public record CompileOptions(int batch, boolean optimize) {
  public CompileOptions {
    if (batch < 1) {
      throw new IllegalArgumentException("batch size must be at least 1, not " + batch);
    }
  }

  public static CompileOptions batch(int batch) {
    return new CompileOptions(batch, true);
  }

  public CompileOptions unoptimized() {
    return new CompileOptions(batch, false);
  }
}
