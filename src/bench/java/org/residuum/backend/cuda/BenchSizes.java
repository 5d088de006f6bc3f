package org.residuum.backend.cuda;

import java.util.List;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.ResidualBlocks;

/**
 * How much is measured.
 *
 * @param arrayBytes of each array that an elementwise kernel reads or writes
 * @param product side of the square product that stands for the device's arithmetic
 * @param widths of dense residual blocks
 * @param rows of their batch
 */
record BenchSizes(
    Stopwatch stopwatch,
    long arrayBytes,
    int product,
    List<Integer> widths,
    int rows,
    List<Batched> inference,
    List<Batched> training) {
  /** A network and its batch sizes. */
  record Batched(Network network, List<Integer> batches) {}

  static BenchSizes full() {
    return new BenchSizes(
        new Stopwatch(11, 0.1),
        256 << 20,
        8192,
        List.of(1024, 4096),
        4096,
        List.of(
            new Batched(ResNets.imagenet(50), List.of(1, 8, 32, 128)),
            new Batched(ResNets.imagenet(18), List.of(1, 8, 32, 128))),
        List.of(new Batched(ResNets.cifar(20), List.of(128, 1024))));
  }

  /** The same goals, fewer repeats and batch sizes. */
  static BenchSizes quick() {
    return new BenchSizes(
        new Stopwatch(5, 0.02),
        256 << 20,
        8192,
        List.of(1024, 4096),
        4096,
        List.of(
            new Batched(ResNets.imagenet(50), List.of(1, 32)),
            new Batched(ResNets.imagenet(18), List.of(32))),
        List.of(new Batched(ResNets.cifar(20), List.of(128))));
  }

  /** Every line once, for the interpreter. */
  static BenchSizes tiny() {
    Network small = ResNets.cifar(8, Shape.of(3, 8, 8), 4, ResidualBlocks.Shortcut.ZERO_PAD);
    return new BenchSizes(
        new Stopwatch(2, 0),
        4096,
        16,
        List.of(16),
        8,
        List.of(new Batched(small, List.of(1, 2))),
        List.of(new Batched(small, List.of(2))));
  }
}
