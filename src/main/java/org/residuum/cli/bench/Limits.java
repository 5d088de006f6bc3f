package org.residuum.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.initial.Initializer;

/**
 * What a device can do at most, measured on it by its own backend at the precision in use.
 *
 * @param flops floating-point operations a second of a large matrix product
 * @param bytes bytes a second that a sum of two large arrays reads and writes
 */
record Limits(double flops, double bytes) {
  private static final int WIDTH = 1024;
  private static final double SECONDS = 0.5;

  /** Larger than the last cache of most processors: 96 MB are read, 48 MB written. */
  private static final int SUMMANDS = 12 << 20;

  static Limits measure(Backend backend) {
    return new Limits(productRate(backend), sumRate(backend));
  }

  /** (1024 × 1024) · (1024 × 1024), 2 GFLOP. */
  private static double productRate(Backend backend) {
    NetworkBuilder net = new NetworkBuilder("product");
    net.output("y", net.dense("dense", net.input("x", Shape.batch(WIDTH)), WIDTH));
    Network network = net.build();
    return (double) network.flops() * WIDTH / best(backend, network, WIDTH);
  }

  /** Pictures, since those are what sums of networks are of. */
  private static double sumRate(Backend backend) {
    int side = 1024;
    Shape shape = Shape.batch(SUMMANDS / side / side, side, side);
    NetworkBuilder net = new NetworkBuilder("sum");
    net.output("y", net.add("add", net.input("a", shape), net.input("b", shape)));
    Network network = net.build();
    Value y = network.output("y");
    return 3.0 * y.bytes(1) / best(backend, network, 1);
  }

  private static double best(Backend backend, Network network, int batch) {
    Parameters parameters = new Initializer(0).initialize(network);
    try (Plan plan = backend.compile(network, parameters, CompileOptions.batch(batch));
        Session session = plan.session()) {
      RandomInputs.fill(session, plan);
      double best = Double.MAX_VALUE;
      for (double seconds : Stopwatch.time(session::run, SECONDS)) {
        best = Math.min(best, seconds);
      }
      return best;
    }
  }

  /**
   * The least seconds that a network needs within these limits: for each node the longer of its
   * operations and its bytes (Williams et al. 2009, "Roofline"). Convolutions that are computed
   * with fewer multiplications than their definition has can be faster.
   */
  double seconds(Network network, int batch) {
    return network.nodes().stream()
        .mapToDouble(
            node -> Math.max((double) node.flops() * batch / flops, node.bytes(batch) / bytes))
        .sum();
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("product_flops_per_second", flops);
    map.put("sum_bytes_per_second", bytes);
    return map;
  }
}
