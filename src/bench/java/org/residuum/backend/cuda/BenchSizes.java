package org.residuum.backend.cuda;

import java.util.List;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;

/**
 * How much is measured.
 *
 * @param arrayBytes of each array that an elementwise kernel reads or writes
 * @param product side of the square product that stands for the device's arithmetic
 * @param widths of dense residual blocks
 * @param rows of their batch
 * @param inference networks and batches, what teaches most first
 * @param profiled of which network each step and each product is measured, in inference
 * @param launches in a row, less than a stream keeps waiting
 */
record BenchSizes(
    Stopwatch stopwatch,
    long arrayBytes,
    int product,
    List<Integer> widths,
    int rows,
    List<Batched> inference,
    List<Batched> training,
    Batched profiled,
    int launches) {
  /** A network and its batch sizes. */
  record Batched(Network network, List<Integer> batches) {
    static Batched of(Network network, Integer... batches) {
      return new Batched(network, List.of(batches));
    }
  }

  static BenchSizes full() {
    return new BenchSizes(
        new Stopwatch(11, 0.1),
        256 << 20,
        8192,
        List.of(1024, 4096),
        4096,
        List.of(
            Batched.of(ResNets.imagenet(50), 256, 1, 32, 8, 128),
            Batched.of(ResNets.imagenet(18), 256, 1, 32)),
        List.of(Batched.of(ResNets.cifar(20), 128, 1024)),
        Batched.of(ResNets.imagenet(50), 256),
        500);
  }

  /** The same goals, fewer repeats and batch sizes. */
  static BenchSizes quick() {
    return new BenchSizes(
        new Stopwatch(5, 0.02),
        256 << 20,
        8192,
        List.of(4096, 1024),
        4096,
        List.of(Batched.of(ResNets.imagenet(50), 256, 1, 32, 8)),
        List.of(Batched.of(ResNets.cifar(20), 128)),
        Batched.of(ResNets.imagenet(50), 256),
        500);
  }

  /** Every line once, for the interpreter. */
  static BenchSizes tiny() {
    Network small = ResNets.cifar(8, Shape.of(3, 8, 8), 4, ResidualBlocks.Shortcut.ZERO_PAD);
    return new BenchSizes(
        new Stopwatch(1, 0),
        1024,
        16,
        List.of(16),
        8,
        List.of(Batched.of(small, 2)),
        List.of(Batched.of(small, 2)),
        Batched.of(small, 2),
        3);
  }
}
