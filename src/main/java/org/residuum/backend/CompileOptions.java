package org.residuum.backend;

import java.util.HashMap;
import java.util.Map;

/**
 * How to compile.
 *
 * @param batch examples a run; the plan is fixed to it
 * @param optimize whether inference plans fold batch norms, fuse epilogues and, on the CPU, filter
 *     by Winograd's method, and training plans fuse epilogues
 * @param recompute whether training plans keep only the values between segments of the network, and
 *     compute the others again for the backward pass; the results are the same to the bit
 * @param feeds what inputs are fed with, by their names; floats where there is no entry
 */
public record CompileOptions(
    int batch, boolean optimize, boolean recompute, Map<String, Feed> feeds) {
  public CompileOptions {
    if (batch < 1) {
      throw new IllegalArgumentException("batch size must be at least 1, not " + batch);
    }
    feeds = Map.copyOf(feeds);
  }

  public static CompileOptions batch(int batch) {
    return new CompileOptions(batch, true, false, Map.of());
  }

  public CompileOptions unoptimized() {
    return new CompileOptions(batch, false, recompute, feeds);
  }

  /** The same with or without recomputation. */
  public CompileOptions recompute(boolean on) {
    return new CompileOptions(batch, optimize, on, feeds);
  }

  /** The same for another batch size. */
  public CompileOptions withBatch(int other) {
    return new CompileOptions(other, optimize, recompute, feeds);
  }

  /** The same with an input fed otherwise. */
  public CompileOptions feed(String input, Feed feed) {
    Map<String, Feed> all = new HashMap<>(feeds);
    all.put(input, feed);
    return new CompileOptions(batch, optimize, recompute, all);
  }

  /** What an input is fed with. */
  public Feed feed(String input) {
    return feeds.getOrDefault(input, Feed.FLOATS);
  }
}
