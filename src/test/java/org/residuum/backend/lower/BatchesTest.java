package org.residuum.backend.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.initial.Initializer;

/** Examples that are not those of the session's network. */
class BatchesTest {
  private static Plan plan(Network network) {
    return new ReferenceBackend()
        .compile(network, new Initializer(1).initialize(network), CompileOptions.batch(2));
  }

  @Test
  void examplesOfAnotherNetworkAreRefused() {
    try (Plan plan = plan(ResNets.mlp(8, 1));
        Session session = plan.session()) {
      Batches batches = new Batches(session, ResNets.mlp(4, 1), "x");
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> batches.run(FloatBuffer.allocate(8), 2, (slot, from, count) -> {}))
              .getMessage();
      assertEquals(
          "input x of the session takes 16 values a batch, 2 examples of (N, 4) have 8", message);
    }
  }

  @Test
  void bufferWithFewerExamplesIsRefused() {
    Network network = ResNets.mlp(4, 1);
    try (Plan plan = plan(network);
        Session session = plan.session()) {
      Batches batches = new Batches(session, network, "x");
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> batches.run(FloatBuffer.allocate(11), 3, (slot, from, count) -> {}))
              .getMessage();
      assertEquals("3 examples of (N, 4) need 12 values, the buffer has 11", message);
    }
  }
}
