package org.residuum.backend.cpu;

import java.util.HashSet;
import java.util.Set;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Reshape;

/**
 * How many examples of a batch the kernels of a convolutional network take at once: as many as keep
 * its arena in the caches, and the whole batch runs slice by slice. ResNet-50 at batch 8 was 6 to 8
 * % faster in slices of 2 (arena 11 MB) than at once (47 MB); ResNet-18 was as fast either way.
 */
final class Slices {
  private static final long CACHED_BYTES = 12L << 20;

  private Slices() {}

  /** The values that the caller writes and reads. */
  static Set<Value> borders(Network network) {
    Set<Value> borders = new HashSet<>(network.inputs());
    borders.addAll(network.outputs().values());
    return borders;
  }

  /** The largest divisor of the batch whose arena stays in the caches, at least 1. */
  static int choose(Network network, int batch, Set<Value> borders) {
    if (!divisible(network, borders)) {
      return batch;
    }
    long bytes = CpuPlan.memoryPlan(network, 1, borders).arenaBytes();
    int slice = batch;
    while (slice > 1 && (batch % slice != 0 || slice * bytes > CACHED_BYTES)) {
      slice--;
    }
    return slice;
  }

  /** Whether it is a convolutional network whose borders are all batches of their own memory. */
  private static boolean divisible(Network network, Set<Value> borders) {
    boolean convolutional = false;
    for (Node node : network.nodes()) {
      convolutional |= node.op() instanceof Conv2d;
      boolean moved =
          borders.contains(node.output()) || node.inputs().stream().anyMatch(borders::contains);
      if (moved && node.op() instanceof Reshape) {
        return false;
      }
    }
    return convolutional && borders.stream().allMatch(value -> value.shape().isBatched());
  }
}
