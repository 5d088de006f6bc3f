package org.residuum.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PtxMachineTest {
  @Test
  void compiledVectorAdditionAddsEveryElement() {
    int n = 1000;
    Device device = new Device("vadd.ptx");
    float[] a = new float[n];
    float[] b = new float[n];
    for (int i = 0; i < n; i++) {
      a[i] = i * 0.37f;
      b[i] = 1f / (i + 1);
    }
    long c = device.machine.memory().allocate(4 * n, "c");
    LaunchStatistics statistics =
        device.machine.launch(
            device.module.entry("vadd"),
            Dim3.of(3),
            Dim3.of(96),
            0,
            device.floats("a", a),
            device.floats("b", b),
            c,
            n);
    float[] sum = device.floats(c, n);
    for (int i = 0; i < n; i++) {
      assertEquals(a[i] + b[i], sum[i]);
    }
    assertTrue(device.machine.executedEntries().contains("vadd"));
    assertEquals(n, statistics.opcodes().get("add.f32"));
  }
}
