package org.residuum.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The kernel of the fault tests, which plant each fault that the interpreter must catch next to a
 * twin without it that must run.
 */
public final class FaultKernel {
  private static final String HEAD =
      """
      .version 8.0
      .target sm_80
      .address_size 64
      .extern .shared .align 16 .b8 dynamic[];
      .visible .entry k(.param .u64 a, .param .u64 b, .param .u32 n)
      {
      .reg .pred %p<4>;
      .reg .b16 %h<4>;
      .reg .b32 %r<16>;
      .reg .b64 %rd<16>;
      .reg .b32 %f<8>;
      .shared .align 16 .b8 s[1024];
      mov.u32 %r1, %tid.x;
      mov.u32 %r2, %ctaid.x;
      mov.u32 %r3, %ntid.x;
      mad.lo.u32 %r4, %r2, %r3, %r1;
      ld.param.u64 %rd1, [a];
      ld.param.u64 %rd2, [b];
      ld.param.u32 %r5, [n];
      mul.wide.u32 %rd3, %r4, 4;
      add.s64 %rd4, %rd1, %rd3;
      add.s64 %rd5, %rd2, %rd3;
      shl.b32 %r6, %r1, 2;
      mov.u32 %r7, s;
      add.u32 %r8, %r7, %r6;
      """;

  private FaultKernel() {}

  /** The kernel k with a body. */
  public static String text(String body) {
    return HEAD + body + " ret; } ";
  }

  public static String with(String body, String part) {
    return body.replace("%s", part);
  }

  /** Runs a body; a holds 64 initialised numbers, b has room for 64. */
  public static Device run(String body, int blocks, int threads) {
    return run(body, blocks, threads, LaunchOptions.strict().withWorkers(1));
  }

  public static Device run(String body, int blocks, int threads, LaunchOptions options) {
    Device device = new Device(text(body));
    int[] values = new int[64];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    long a = device.ints("input", values);
    long b = device.empty("output", 256);
    device.machine.launch(
        options, device.module.entry("k"), Dim3.of(blocks), Dim3.of(threads), 64, a, b, 64);
    return device;
  }

  public static PtxFault fault(PtxFault.Kind kind, String body, int blocks, int threads) {
    PtxFault fault = assertThrows(PtxFault.class, () -> run(body, blocks, threads));
    assertEquals(kind, fault.kind(), fault.getMessage());
    return fault;
  }

  public static void says(PtxFault fault, String... parts) {
    for (String part : parts) {
      assertTrue(fault.getMessage().contains(part), part + " is missing in: " + fault.getMessage());
    }
  }
}
