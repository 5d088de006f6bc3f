package org.residuum.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Plants each fault that the interpreter must catch, next to a twin without it that must run. */
class FaultTest {
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

  private static String with(String body, String part) {
    return body.replace("%s", part);
  }

  /** Runs a body; a holds 64 initialised numbers, b has room for 64. */
  private static Device run(String body, int blocks, int threads) {
    return run(body, blocks, threads, LaunchOptions.strict().withWorkers(1));
  }

  private static Device run(String body, int blocks, int threads, LaunchOptions options) {
    Device device = new Device(HEAD + body + " ret; } ");
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

  private static PtxFault fault(PtxFault.Kind kind, String body, int blocks, int threads) {
    PtxFault fault = assertThrows(PtxFault.class, () -> run(body, blocks, threads));
    assertEquals(kind, fault.kind(), fault.getMessage());
    return fault;
  }

  private static void says(PtxFault fault, String... parts) {
    for (String part : parts) {
      assertTrue(fault.getMessage().contains(part), part + " is missing in: " + fault.getMessage());
    }
  }

  @Test
  void readPastTheEndNamesKernelLineThreadAndAllocation() {
    String body = "ld.global.u32 %r9, [%rd4]; st.global.u32 [%rd5], %r9;";
    run(body, 2, 32);
    PtxFault fault = fault(PtxFault.Kind.OUT_OF_BOUNDS, body, 3, 32);
    says(
        fault,
        "kernel k",
        "PTX line 26",
        "ld.global.u32 %r9, [%rd4]",
        "block (2,0,0)",
        "thread (0,0,0)",
        "0 bytes past the end of 'input' (256 bytes");
  }

  @Test
  void writeBeforeTheStartIsCaught() {
    run("st.global.u32 [%rd5], %r1;", 1, 1);
    says(
        fault(PtxFault.Kind.OUT_OF_BOUNDS, "st.global.u32 [%rd5+-4], %r1;", 1, 1),
        "4 bytes before the start of 'output'");
  }

  @Test
  void addressCutToThirtyTwoBitsIsCaught() {
    fault(
        PtxFault.Kind.OUT_OF_BOUNDS,
        "cvt.u32.u64 %r9, %rd4; cvt.u64.u32 %rd6, %r9; ld.global.u32 %r10, [%rd6];",
        1,
        1);
  }

  @Test
  void sharedAndLocalBoundsAreChecked() {
    run("st.shared.u32 [%r7+1020], %r1;", 1, 1);
    fault(PtxFault.Kind.OUT_OF_BOUNDS, "st.shared.u32 [%r7+1024], %r1;", 1, 1);
    run("mov.u32 %r9, dynamic; st.shared.u32 [%r9+60], %r1;", 1, 1);
    fault(PtxFault.Kind.OUT_OF_BOUNDS, "mov.u32 %r9, dynamic; st.shared.u32 [%r9+64], %r1;", 1, 1);
    String local = ".local .align 4 .b8 l[16]; mov.u64 %rd6, l; ";
    run(local + "st.local.u32 [%rd6+12], %r1; ld.local.u32 %r9, [%rd6+12];", 1, 1);
    fault(PtxFault.Kind.OUT_OF_BOUNDS, local + "st.local.u32 [%rd6+16], %r1;", 1, 1);
  }

  @Test
  void redZoneBetweenSharedVariablesIsCaught() {
    String two = ".shared .align 4 .b8 t[20]; .shared .align 4 .b8 u[20]; mov.u32 %r9, t; ";
    run(two + "st.shared.u32 [%r9+16], %r1;", 1, 1);
    fault(PtxFault.Kind.OUT_OF_BOUNDS, two + "st.shared.u32 [%r9+20], %r1;", 1, 1);
  }

  @Test
  void misalignedAccessIsCaught() {
    run("ld.global.v4.u32 {%r9, %r10, %r11, %r12}, [%rd1+16];", 1, 1);
    says(
        fault(
            PtxFault.Kind.MISALIGNED, "ld.global.v4.u32 {%r9, %r10, %r11, %r12}, [%rd1+8];", 1, 1),
        "16 bytes",
        "byte 8 of 'input'");
    fault(PtxFault.Kind.MISALIGNED, "st.shared.u32 [%r7+2], %r1;", 1, 1);
  }

  @Test
  void readOfUnwrittenMemoryIsCaught() {
    run("st.global.u32 [%rd5], %r1; ld.global.u32 %r9, [%rd5];", 1, 32);
    says(
        fault(PtxFault.Kind.UNWRITTEN_MEMORY, "ld.global.u32 %r9, [%rd5];", 1, 32),
        "'output'",
        "nobody wrote");
    run("st.shared.u32 [%r8], %r1; ld.shared.u32 %r9, [%r8];", 1, 32);
    fault(
        PtxFault.Kind.UNWRITTEN_MEMORY,
        "st.shared.u16 [%r8], %r1; ld.shared.u32 %r9, [%r8];",
        1,
        32);
  }

  @Test
  void sharedMemoryDoesNotOutliveItsBlock() {
    fault(
        PtxFault.Kind.UNWRITTEN_MEMORY,
        "setp.eq.u32 %p1, %r2, 0; @%p1 st.shared.u32 [%r8], %r1; ld.shared.u32 %r9, [%r8];",
        2,
        1);
  }

  @Test
  void readOfAnUnwrittenRegisterIsCaught() {
    run("mov.u32 %r9, 1; add.u32 %r10, %r9, 1;", 1, 1);
    fault(PtxFault.Kind.UNWRITTEN_REGISTER, "add.u32 %r10, %r9, 1;", 1, 1);
    fault(
        PtxFault.Kind.UNWRITTEN_REGISTER,
        "setp.eq.u32 %p1, %r1, 3; @%p1 mov.u32 %r9, 1; add.u32 %r10, %r9, 1;",
        1,
        32);
  }

  private static final String EXCHANGE =
      "st.shared.u32 [%r8], %r1; %s xor.b32 %r9, %r6, 128; add.u32 %r9, %r7, %r9; "
          + "ld.shared.u32 %r10, [%r9]; st.global.u32 [%rd5], %r10;";

  @Test
  void sharedRaceBetweenWarpsIsCaught() {
    Device device = run(with(EXCHANGE, "bar.sync 0;"), 1, 64);
    assertTrue(device.machine.executedEntries().contains("k"));
    // Warp 0 reads what warp 1 has yet to write, so that it is the write that races.
    String initialised =
        "xor.b32 %r11, %r6, 128; add.u32 %r11, %r7, %r11; st.shared.u32 [%r11], %r1; bar.sync 0; ";
    says(
        fault(PtxFault.Kind.SHARED_RACE, initialised + with(EXCHANGE, ""), 1, 64),
        "shared address");
    run(initialised + with(EXCHANGE, "bar.sync 0;"), 1, 64);
  }

  @Test
  void sharedRaceInsideAWarpIsCaughtWithoutWarpSynchronisation() {
    String body =
        "st.shared.u32 [%r8], %r1; "
            + "%s "
            + "xor.b32 %r9, %r6, 4; add.u32 %r9, %r7, %r9; "
            + "ld.shared.u32 %r10, [%r9];";
    run(with(body, "bar.warp.sync -1;"), 1, 32);
    fault(PtxFault.Kind.SHARED_RACE, with(body, ""), 1, 32);
  }

  @Test
  void writeAfterReadWithoutBarrierIsCaught() {
    String body =
        "st.shared.u32 [%r8], %r1; bar.sync 0; ld.shared.u32 %r9, [%r7]; %s "
            + "setp.eq.u32 %p1, %r1, 40; @%p1 st.shared.u32 [%r7], %r1;";
    run(with(body, "bar.sync 0;"), 1, 64);
    says(
        fault(PtxFault.Kind.SHARED_RACE, with(body, ""), 1, 64),
        "thread (40,0,0)",
        "several threads");
  }

  @Test
  void namedBarrierOrdersOnlyThoseWhoMeet() {
    String body =
        "mov.u32 %r9, 0; st.shared.u32 [%r8], %r9; bar.sync 0; "
            + "setp.ge.u32 %p1, %r1, 64; @%p1 bra TAIL; "
            + "st.shared.u32 [%r8], %r1; bar.sync 1, 64; "
            + "xor.b32 %r9, %r6, 128; add.u32 %r9, %r7, %r9; ld.shared.u32 %r10, [%r9]; "
            + "TAIL: %s";
    run(with(body, ""), 1, 96);
    fault(
        PtxFault.Kind.SHARED_RACE,
        with(body, "setp.eq.u32 %p2, %r1, 64; @%p2 st.shared.u32 [%r7], %r1;"),
        1,
        96);
  }

  @Test
  void globalRaceBetweenThreadsAndBlocksIsCaught() {
    run("st.global.u32 [%rd5], %r1;", 2, 32);
    fault(PtxFault.Kind.GLOBAL_RACE, "st.global.u32 [%rd2], %r1;", 1, 2);
    says(fault(PtxFault.Kind.GLOBAL_RACE, "st.global.u32 [%rd2], %r1;", 2, 1), "block number 0");
    fault(
        PtxFault.Kind.GLOBAL_RACE,
        "ld.global.u32 %r9, [%rd1]; setp.eq.u32 %p1, %r2, 2; @%p1 st.global.u32 [%rd1], %r9;",
        3,
        1);
    run("ld.global.u32 %r9, [%rd1]; atom.global.add.u32 %r10, [%rd1+4], 1;", 3, 32);
    fault(
        PtxFault.Kind.GLOBAL_RACE,
        "ld.global.u32 %r9, [%rd1]; atom.global.add.u32 %r10, [%rd1], 1;",
        1,
        32);
  }

  @Test
  void globalMemoryIsOrderedByTheBarrierOfABlock() {
    String body =
        "st.global.u32 [%rd5], %r1; bar.sync 0; st.global.u32 [%rd5], %r1; %s xor.b64 %rd6, %rd3,"
            + " 128; "
            + "add.u64 %rd6, %rd6, %rd2; ld.global.u32 %r9, [%rd6];";
    run(with(body, "bar.sync 0;"), 1, 64);
    fault(PtxFault.Kind.GLOBAL_RACE, with(body, ""), 1, 64);
  }

  @Test
  void secondLaunchMayReadWhatTheFirstWrote() {
    Device device =
        new Device(
            HEAD
                + "ld.global.u32 %r9, [%rd2]; add.u32 %r9, %r9, 1; setp.eq.u32 %p1, %r4, 0; @%p1"
                + " st.global.u32 [%rd2], %r9; "
                + "ret; "
                + "} ");
    long b = device.ints("counter", 5);
    for (int i = 0; i < 3; i++) {
      device.machine.launch(device.module.entry("k"), Dim3.of(1), Dim3.of(1), 0, b, b, 0);
    }
    assertEquals(8, device.ints(b, 1)[0]);
  }

  @Test
  void barrierNotReachedByAllThreadsIsCaught() {
    run("bar.sync 0;", 1, 48);
    says(
        fault(PtxFault.Kind.BARRIER, "setp.ge.u32 %p1, %r1, 40; @%p1 ret; bar.sync 0;", 1, 48),
        "not reached by all threads",
        "thread (40,0,0) has exited");
    says(
        fault(
            PtxFault.Kind.BARRIER,
            "setp.ge.u32 %p1, %r1, 32; @%p1 bra B; bar.sync 0; bra.uni E; B: bar.sync 0; E:",
            1,
            64),
        "different barriers");
    run(
        "setp.ge.u32 %p1, %r1, 40; @%p1 ret; bar.sync 0;",
        1, 48, LaunchOptions.strict().withExitedThreadsPassBarriers(true));
  }

  @Test
  void warpInstructionThatNotAllMembersReachIsCaught() {
    run("shfl.sync.bfly.b32 %r9, %r1, 1, 31, -1;", 1, 32);
    fault(
        PtxFault.Kind.WARP_SYNC,
        "setp.ge.u32 %p1, %r1, 16; @%p1 ret; shfl.sync.bfly.b32 %r9, %r1, 1, 31, -1;",
        1,
        32);
    fault(
        PtxFault.Kind.WARP_SYNC,
        "setp.ge.u32 %p1, %r1, 16; @%p1 bra B; shfl.sync.bfly.b32 %r9, %r1, 1, 31, -1; bra.uni E;"
            + " B: bar.sync 0; E: bar.sync 0;",
        1,
        32);
    says(
        fault(PtxFault.Kind.WARP_SYNC, "shfl.sync.bfly.b32 %r9, %r1, 1, 31, 65534;", 1, 1),
        "does not name the lane itself");
    fault(
        PtxFault.Kind.WARP_SYNC,
        "setp.lt.u32 %p1, %r1, 8; @!%p1 bra E; shfl.sync.idx.b32 %r9, %r1, 9, 31, 255; E:",
        1,
        32);
  }

  private static final String COPY =
      "mul.wide.u32 %rd6, %r1, 16; add.s64 %rd6, %rd1, %rd6; shl.b32 %r9, %r1, 4; add.u32 %r9, %r7,"
          + " %r9; "
          + "cp.async.cg.shared.global [%r9], [%rd6], 16; "
          + "cp.async.commit_group; ";

  @Test
  void asynchronousCopyThatNobodyWaitedForIsStale() {
    String read = "ld.shared.u32 %r10, [%r9];";
    run(COPY + "cp.async.wait_group 0; " + read, 1, 16);
    run(COPY + "cp.async.wait_all; " + read, 1, 16);
    says(fault(PtxFault.Kind.STALE_ASYNC_COPY, COPY + read, 1, 16), "nobody has waited for");
    fault(PtxFault.Kind.STALE_ASYNC_COPY, COPY + "cp.async.wait_group 1; " + read, 1, 16);
    fault(PtxFault.Kind.STALE_ASYNC_COPY, COPY + "st.shared.u32 [%r9], %r1;", 1, 16);
    fault(
        PtxFault.Kind.STALE_ASYNC_COPY,
        COPY.replace("cp.async.commit_group;", "") + "cp.async.wait_group 0; " + read,
        1,
        16);
  }

  @Test
  void asynchronousCopyIsVisibleToOthersAfterABarrierOnly() {
    String read = "xor.b32 %r10, %r9, 16; ld.shared.u32 %r11, [%r10];";
    run(COPY + "cp.async.wait_group 0; bar.sync 0; " + read, 1, 16);
    fault(PtxFault.Kind.SHARED_RACE, COPY + "cp.async.wait_group 0; " + read, 1, 16);
  }

  @Test
  void endlessLoopEndsAtTheBudget() {
    PtxFault fault =
        assertThrows(
            PtxFault.class,
            () -> run("L: bra L;", 1, 32, LaunchOptions.strict().withInstructionBudget(10_000)));
    assertEquals(PtxFault.Kind.ENDLESS_LOOP, fault.kind());
    says(fault, "10000 instructions");
  }

  @Test
  void trapAndWritesToConstantsAreCaught() {
    fault(PtxFault.Kind.TRAP, "setp.eq.u32 %p1, %r1, 3; @%p1 trap;", 1, 32);
    Device device =
        new Device(
            ".version 8.0 "
                + ".target sm_75 "
                + ".address_size 64 "
                + ".const .align 4 .b32 c = 7; "
                + ".visible .entry k() "
                + "{ "
                + ".reg .b64 %rd<2>; .reg .b32 %r<2>; "
                + "mov.u64 %rd1, c; ld.const.u32 %r1, [c]; st.global.u32 [%rd1], %r1; "
                + "ret; "
                + "} ");
    PtxFault fault =
        assertThrows(
            PtxFault.class,
            () -> device.machine.launch(device.module.entry("k"), Dim3.of(1), Dim3.of(1), 0));
    assertEquals(PtxFault.Kind.READ_ONLY, fault.kind());
  }

  @Test
  void useAfterFreeIsCaught() {
    Device device = new Device(HEAD + "ld.global.u32 %r9, [%rd4]; ret; } ");
    long a = device.ints("gone", 1, 2, 3);
    device.machine.launch(device.module.entry("k"), Dim3.of(1), Dim3.of(3), 0, a, a, 0);
    device.machine.memory().free(a);
    PtxFault fault =
        assertThrows(
            PtxFault.class,
            () ->
                device.machine.launch(
                    device.module.entry("k"), Dim3.of(1), Dim3.of(3), 0, a, a, 0));
    says(fault, "'gone', which was freed");
  }

  @Test
  void copyOutOfUnwrittenBytesIsCaught() {
    Device device = new Device("vadd.ptx");
    long a = device.empty("fresh", 16);
    PtxFault fault = assertThrows(PtxFault.class, () -> device.ints(a, 4));
    assertEquals(PtxFault.Kind.UNWRITTEN_MEMORY, fault.kind());
    device.machine.memory().fill(a, (byte) 0, 16);
    assertEquals(0, device.ints(a, 4)[3]);
  }

  @Test
  void unknownInstructionAndModifierFailByNameWhenParsed() {
    PtxException unknown =
        assertThrows(
            PtxException.class, () -> new Device(HEAD + "tex.1d.v4.f32.s32 {%r9}, [%rd1]; } "));
    assertTrue(unknown.getMessage().contains("'tex.1d.v4.f32.s32'"), unknown.getMessage());
    assertTrue(unknown.getMessage().contains("line 26"), unknown.getMessage());
    PtxException modifier =
        assertThrows(
            PtxException.class, () -> new Device(HEAD + "add.bogus.s32 %r9, %r1, %r2; } "));
    assertTrue(modifier.getMessage().contains("'bogus'"), modifier.getMessage());
    assertThrows(PtxException.class, () -> new Device(HEAD + "add.s32 %r9, %r1, nowhere; } "));
    assertThrows(PtxException.class, () -> new Device(HEAD + "bra nowhere; } "));
    assertThrows(PtxException.class, () -> new Device(HEAD + "add.s32 %r9, %r1, %r2, %r3; } "));
  }
}
