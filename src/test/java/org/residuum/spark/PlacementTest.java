package org.residuum.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.residuum.Devices;

/** A task computes on the GPU that Spark gave it. */
class PlacementTest {
  private static Map<String, ResourceInformation> gpus(String... addresses) {
    return Map.of("gpu", new ResourceInformation("gpu", addresses));
  }

  @Test
  void theGpuOfTheTaskIsTaken() {
    assertEquals("cuda:3", Placement.device("auto", gpus("3")));
    assertEquals("cuda:2", Placement.device("cuda", gpus("2", "5")));
  }

  @Test
  void whatIsAskedForByNameStays() {
    assertEquals("cpu", Placement.device("cpu", gpus("3")));
    assertEquals("cuda:1", Placement.device("cuda:1", gpus("3")));
    assertEquals("auto", Placement.device("auto", Map.of()));
    assertEquals("cuda", Placement.device("cuda", gpus()));
  }

  @Test
  void addressesAreNumbers() {
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> Placement.device("auto", gpus("GPU-5f1c")));
    assertTrue(e.getMessage().contains("GPU-5f1c; its address has to be a number"), e::getMessage);
  }

  @Test
  void threadsAreTheCoresOfTheExecutor() {
    int usual = Devices.usualThreads();
    assertEquals(usual, Placement.threads(0, 0));
    assertEquals(1, Placement.threads(0, 1));
    assertEquals(usual, Placement.threads(0, 10_000));
    assertEquals(5, Placement.threads(5, 1));
  }
}
