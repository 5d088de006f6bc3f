package org.residuum.backend.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import org.residuum.backend.cpu.op.CpuOps;
import org.residuum.network.Network;
import org.residuum.network.Value;

/**
 * The examples with inputs that are not finite, in a network where oneDNN turns a NaN into a bound:
 * one with a clip, or with a ReLU fused to a batch norm. They are found before a run, and their
 * results are filled with NaN after it; so are all results if a parameter is not finite.
 */
final class NonFiniteExamples {
  private final Network network;
  private final Map<String, FloatBuffer> inputs;
  private final Map<String, FloatBuffer> outputs;
  private final boolean[] nonFinite;

  NonFiniteExamples(
      Network network,
      int batch,
      Map<String, FloatBuffer> inputs,
      Map<String, FloatBuffer> outputs) {
    this.network = network;
    this.inputs = inputs;
    this.outputs = outputs;
    this.nonFinite = new boolean[batch];
  }

  /** Whether the network has an op in which oneDNN loses a NaN. */
  static boolean matterIn(Network network) {
    return network.nodes().stream().anyMatch(node -> CpuOps.losesNaN(node.op()));
  }

  /** Looks through the inputs before a run, which may overwrite them; or takes all examples. */
  void find(boolean all) {
    Arrays.fill(nonFinite, all);
    for (Value input : network.inputs()) {
      FloatBuffer values = inputs.get(input.name());
      int length = values.limit() / (input.shape().isBatched() ? nonFinite.length : 1);
      for (int i = 0; i < values.limit(); i++) {
        if (!Float.isFinite(values.get(i))) {
          mark(input, i / length);
        }
      }
    }
  }

  private void mark(Value input, int example) {
    if (input.shape().isBatched()) {
      nonFinite[example] = true;
    } else {
      Arrays.fill(nonFinite, true);
    }
  }

  /** After a run; a result that belongs to no example is filled if any example was found. */
  void fillResults() {
    for (int example = 0; example < nonFinite.length; example++) {
      if (nonFinite[example]) {
        fill(example);
      }
    }
  }

  private void fill(int example) {
    outputs.forEach(
        (name, values) -> {
          boolean batched = network.output(name).shape().isBatched();
          int length = values.limit() / (batched ? nonFinite.length : 1);
          int first = batched ? example * length : 0;
          for (int i = first; i < first + length; i++) {
            values.put(i, Float.NaN);
          }
        });
  }
}
