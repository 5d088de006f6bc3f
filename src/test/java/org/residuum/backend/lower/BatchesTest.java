package org.residuum.backend.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3 | 3 examples of (N, 4) need 12 values, the buffer has 3",
        "1 | 1 example of (N, 4) needs 4 values, the buffer has 3",
        "-1 | count must be at least 0, not -1"
      })
  void bufferWithFewerExamplesIsRefused(int examples, String expected) {
    Network network = ResNets.mlp(4, 1);
    try (Plan plan = plan(network);
        Session session = plan.session()) {
      Batches batches = new Batches(session, network, "x");
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> batches.run(FloatBuffer.allocate(3), examples, (slot, from, count) -> {}))
              .getMessage();
      assertEquals(expected, message);
    }
  }
}
