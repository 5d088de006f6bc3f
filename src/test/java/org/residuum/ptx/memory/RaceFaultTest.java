package org.residuum.ptx.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.residuum.ptx.FaultKernel.fault;
import static org.residuum.ptx.FaultKernel.run;
import static org.residuum.ptx.FaultKernel.says;
import static org.residuum.ptx.FaultKernel.with;

import org.junit.jupiter.api.Test;
import org.residuum.ptx.Device;
import org.residuum.ptx.Dim3;
import org.residuum.ptx.FaultKernel;
import org.residuum.ptx.PtxFault;

/** Accesses of several threads that nothing puts in order. */
class RaceFaultTest {
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
            FaultKernel.text(
                "ld.global.u32 %r9, [%rd2]; add.u32 %r9, %r9, 1; setp.eq.u32 %p1, %r4, 0; @%p1"
                    + " st.global.u32 [%rd2], %r9;"));
    long b = device.ints("counter", 5);
    for (int i = 0; i < 3; i++) {
      device.machine.launch(device.module.entry("k"), Dim3.of(1), Dim3.of(1), 0, b, b, 0);
    }
    assertEquals(8, device.ints(b, 1)[0]);
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
}
