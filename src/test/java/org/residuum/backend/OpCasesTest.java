package org.residuum.backend;

import org.junit.jupiter.api.Test;

/** The table of op cases has them all. */
class OpCasesTest {
  @Test
  void everyOperationHasARow() {
    OpTableChecks.requireCasesOfAll();
  }
}
