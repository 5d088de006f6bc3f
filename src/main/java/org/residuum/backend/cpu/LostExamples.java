package org.residuum.backend.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import org.residuum.backend.cpu.op.CpuOps;
import org.residuum.network.Network;
import org.residuum.network.Value;

/**
 * Of a network with a clip, or with a ReLU fused to a batch norm, which in oneDNN make a bound of a
 * NaN: the examples with inputs that are not finite are found before a run, and their results
 * filled with NaN behind it. So are all results where a parameter is not finite.
 */
final class LostExamples {
  private final Network network;
  private final Map<String, FloatBuffer> inputs;
  private final Map<String, FloatBuffer> outputs;
  private final boolean[] lost;

  LostExamples(
      Network network,
      int batch,
      Map<String, FloatBuffer> inputs,
      Map<String, FloatBuffer> outputs) {
    this.network = network;
    this.inputs = inputs;
    this.outputs = outputs;
    this.lost = new boolean[batch];
  }

  /** Whether oneDNN would lose a NaN in the network. */
  static boolean arePossible(Network network) {
    return network.nodes().stream().anyMatch(node -> CpuOps.losesNaN(node.op()));
  }

  /** Before a run, which may overwrite the inputs. */
  void look(boolean all) {
    Arrays.fill(lost, all);
    for (Value input : network.inputs()) {
      FloatBuffer values = inputs.get(input.name());
      int length = values.limit() / (input.shape().isBatched() ? lost.length : 1);
      for (int i = 0; i < values.limit(); i++) {
        if (!Float.isFinite(values.get(i))) {
          mark(input, i / length);
        }
      }
    }
  }

  private void mark(Value input, int example) {
    if (input.shape().isBatched()) {
      lost[example] = true;
    } else {
      Arrays.fill(lost, true);
    }
  }

  /** Behind a run; what belongs to no example is lost with any of them. */
  void mend() {
    for (int example = 0; example < lost.length; example++) {
      if (lost[example]) {
        fill(example);
      }
    }
  }

  private void fill(int example) {
    outputs.forEach(
        (name, values) -> {
          boolean batched = network.output(name).shape().isBatched();
          int length = values.limit() / (batched ? lost.length : 1);
          int first = batched ? example * length : 0;
          for (int i = first; i < first + length; i++) {
            values.put(i, Float.NaN);
          }
        });
  }
}
