package org.residuum.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.residuum.ptx.FaultKernel.fault;
import static org.residuum.ptx.FaultKernel.run;
import static org.residuum.ptx.FaultKernel.says;

import org.junit.jupiter.api.Test;

/** Threads that do not meet at a barrier, do not end, or trap. */
class ControlFaultTest {
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
  void trapIsCaught() {
    fault(PtxFault.Kind.TRAP, "setp.eq.u32 %p1, %r1, 3; @%p1 trap;", 1, 32);
  }
}
