package org.residuum.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class BatchOptionTest {
  @Test
  void batchesAreNoLargerThanTheExamplesNeed() {
    assertEquals(1, BatchOption.options(32, 0).batch());
    assertEquals(1, BatchOption.options(32, 1).batch());
    assertEquals(31, BatchOption.options(32, 31).batch());
    assertEquals(32, BatchOption.options(32, 32).batch());
    assertEquals(17, BatchOption.options(32, 33).batch(), "two of 17, not two of 32");
    assertEquals(32, BatchOption.options(32, 1_000).batch());
    assertEquals(1, BatchOption.options(1, 7).batch());
    assertEquals(1, BatchOption.options(Integer.MAX_VALUE, 1).batch());
    assertEquals(
        Integer.MAX_VALUE, BatchOption.options(Integer.MAX_VALUE, Integer.MAX_VALUE).batch());
  }
}
