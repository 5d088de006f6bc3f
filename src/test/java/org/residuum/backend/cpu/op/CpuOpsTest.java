package org.residuum.backend.cpu.op;

import org.junit.jupiter.api.Test;
import org.residuum.backend.OpTableChecks;

/** The CPU backend lowers every operation and every gradient. */
class CpuOpsTest {
  @Test
  void tableIsComplete() {
    OpTableChecks.requireComplete(CpuOps.TABLE);
  }
}
