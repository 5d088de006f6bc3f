package org.residuum.ptx.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.residuum.ptx.FaultKernel.fault;
import static org.residuum.ptx.FaultKernel.run;
import static org.residuum.ptx.FaultKernel.says;

import org.junit.jupiter.api.Test;
import org.residuum.ptx.Device;
import org.residuum.ptx.Dim3;
import org.residuum.ptx.FaultKernel;
import org.residuum.ptx.PtxFault;

/** Accesses outside of an allocation, misaligned ones, and reads of what nobody wrote. */
class MemoryFaultTest {
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

  @Test
  void writeToAConstantIsCaught() {
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
    Device device = new Device(FaultKernel.text("ld.global.u32 %r9, [%rd4];"));
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
}
