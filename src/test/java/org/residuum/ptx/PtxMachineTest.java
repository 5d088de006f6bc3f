package org.residuum.ptx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.residuum.ptx.memory.EmulatedMemory;
import org.residuum.ptx.parse.PtxEntry;
import org.residuum.ptx.parse.PtxParameter;

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
    long c = device.machine.memory().allocate(4L * n, "c");
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

  @Test
  void elementsBeyondTwoToThe31AreReachedByRunningTheLastBlocksOnly() {
    Device device =
        new Device(
            """
            .version 8.0
            .target sm_75
            .address_size 64
            .visible .entry k(.param .u64 y, .param .u64 n)
            {
            .reg .pred %p; .reg .b32 %r<4>; .reg .b64 %rd<8>;
            mov.u32 %r1, %ctaid.x; mov.u32 %r2, %ntid.x; mov.u32 %r3, %tid.x;
            cvt.u64.u32 %rd1, %r3; mad.wide.u32 %rd1, %r1, %r2, %rd1;
            ld.param.u64 %rd2, [n]; setp.ge.u64 %p, %rd1, %rd2;
            @%p ret;
            ld.param.u64 %rd3, [y]; shl.b64 %rd4, %rd1, 2; add.u64 %rd3, %rd3, %rd4;
            st.global.u32 [%rd3], %r3;
            ret;
            }
            """);
    long n = (1L << 31) + 100;
    int blocks = (int) ((n + 255) / 256);
    long y = device.empty("y", 4L * n);
    device.machine.launch(
        LaunchOptions.strict().withBlocks(blocks - 1, blocks),
        device.module.entry("k"),
        Dim3.of(blocks),
        Dim3.of(256),
        0,
        y,
        n);
    assertEquals(99, device.ints(y + 4 * (n - 1), 1)[0]);
  }

  @Test
  void argumentsThatDoNotFitTheEntryAreRefused() {
    Device device = new Device("vadd.ptx");
    PtxEntry entry = device.module.entry("vadd");
    assertEquals(4, entry.parameters().size());
    assertEquals(new PtxParameter("vadd_param_3", "u32", 4, 24), entry.parameters().get(3));
    assertThrows(
        IllegalArgumentException.class,
        () -> device.machine.launch(entry, Dim3.of(1), Dim3.of(1), 0, 1L, 2L, 3L, 4L));
    assertThrows(
        PtxFault.class,
        () -> device.machine.launch(entry, Dim3.of(1), Dim3.of(1025), 0, 1L, 2L, 3L, 4));
    assertThrows(IllegalArgumentException.class, () -> device.module.entry("nothing"));
  }

  @Test
  void launchOnTwoWorkersGivesWhatOneGives() {
    int n = 1 << 14;
    float[] a = new float[n];
    for (int i = 0; i < n; i++) {
      a[i] = i;
    }
    for (int workers = 1; workers <= 2; workers++) {
      Device device = new Device("vadd.ptx");
      long c = device.empty("c", 4L * n);
      device.machine.launch(
          LaunchOptions.strict().withWorkers(workers),
          device.module.entry("vadd"),
          Dim3.of(64),
          Dim3.of(128),
          0,
          device.floats("a", a),
          device.floats("b", a),
          c,
          n);
      float[] sum = device.floats(c, n);
      for (int i = 0; i < n; i++) {
        assertEquals(2f * i, sum[i]);
      }
    }
  }

  @Test
  void memoryCopiesCrossPagesAndKeepUnwrittenBytesUnwritten() {
    EmulatedMemory memory = new EmulatedMemory();
    long x = memory.allocate(200_000, "x");
    long y = memory.allocate(200_000, "y");
    byte[] bytes = new byte[150_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    memory.copyIn(x + 13, bytes, 0, bytes.length);
    memory.copy(y + 1000, x + 13, 150_100);
    byte[] back = new byte[bytes.length];
    memory.copyOut(y + 1000, back, 0, back.length);
    assertArrayEquals(bytes, back);
    assertThrows(PtxFault.class, () -> memory.copyOut(y + 151_000, back, 0, 1));
    assertEquals(400_000, memory.bytesInUse());
    memory.free(x);
    assertEquals(200_000, memory.bytesInUse());
  }
}
