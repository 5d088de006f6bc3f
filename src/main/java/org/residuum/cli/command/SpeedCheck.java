package org.residuum.cli.command;

import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.initial.Initializer;
import org.residuum.network.op.Window;

/** A quick measurement of what a device does in half a second. */
final class SpeedCheck {
  private static final int BATCH = 8;
  private static final double SECONDS = 0.5;

  private SpeedCheck() {}

  /** The best rate of 3×3 convolutions, 64 channels of 28×28 pixels, in floating-point op/s. */
  static double convolutions(Backend backend) {
    Network network = network();
    try (Plan plan =
            backend.compile(
                network, new Initializer(0).initialize(network), CompileOptions.batch(BATCH));
        Session session = plan.session()) {
      double best = Double.MAX_VALUE;
      long began = System.nanoTime();
      while (System.nanoTime() - began < SECONDS * 1e9) {
        long start = System.nanoTime();
        session.run();
        best = Math.min(best, (System.nanoTime() - start) / 1e9);
      }
      return network.flops() * (double) BATCH / best;
    }
  }

  private static Network network() {
    NetworkBuilder net = new NetworkBuilder("speed");
    Value y = net.input("x", Shape.batch(64, 28, 28));
    for (int i = 0; i < 4; i++) {
      y = net.relu("relu" + i, net.conv2d("conv" + i, y, 64, Window.square(3, 1, 1)));
    }
    net.output("y", y);
    return net.build();
  }
}
