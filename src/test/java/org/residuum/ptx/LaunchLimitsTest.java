package org.residuum.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Launches that a driver would refuse. {@link FaultKernel} has 1 KB of static shared memory. */
class LaunchLimitsTest {
  private static final int STATIC = 1024;
  private static final String NOTHING = "";

  private static void launch(String text, LaunchLimits limits, Dim3 grid, Dim3 block, int shared) {
    Device device = new Device(text);
    device.machine.launch(
        LaunchOptions.strict().within(limits),
        device.module.entry("k"),
        grid,
        block,
        shared,
        1L,
        2L,
        3);
  }

  private static void launch(LaunchLimits limits, Dim3 grid, Dim3 block, int shared) {
    launch(FaultKernel.text(NOTHING), limits, grid, block, shared);
  }

  private static String refused(LaunchLimits limits, Dim3 grid, Dim3 block, int shared) {
    PtxFault fault = assertThrows(PtxFault.class, () -> launch(limits, grid, block, shared));
    assertEquals(PtxFault.Kind.INVALID_LAUNCH, fault.kind());
    assertTrue(fault.getMessage().contains("CUDA_ERROR_INVALID_VALUE"), fault.getMessage());
    return fault.getMessage();
  }

  private static void assertMost(LaunchLimits limits, int dynamic) {
    launch(limits, Dim3.of(1), Dim3.of(32), dynamic);
    String message = refused(limits, Dim3.of(1), Dim3.of(32), dynamic + 1);
    assertTrue(message.contains(dynamic + 1 + " bytes of dynamic"), message);
  }

  @ParameterizedTest
  @CsvSource({"75, 64", "80, 163", "86, 99", "89, 99", "90, 227"})
  void moreThan48KilobytesNeedTheAttribute(int architecture, int most) {
    int all = most << 10;
    LaunchLimits limits = LaunchLimits.of(architecture);
    assertMost(limits, (48 << 10) - STATIC);
    assertMost(limits.withDynamicShared(50_000), 50_000);
    assertMost(limits.withDynamicShared(all), all - STATIC);
    assertMost(limits.withDynamicShared(100), 100);
    PtxFault fault = assertThrows(PtxFault.class, () -> limits.withDynamicShared(all + 1));
    assertEquals(PtxFault.Kind.INVALID_LAUNCH, fault.kind());
  }

  @Test
  void staticSharedMemoryEndsAt48Kilobytes() {
    String large = FaultKernel.text(NOTHING).replace("s[1024]", "s[49152]");
    LaunchLimits allowed = LaunchLimits.of(90).withDynamicShared(100_000);
    launch(large, allowed, Dim3.of(1), Dim3.of(32), 0);
    String larger = large.replace("s[49152]", "s[49168]");
    PtxFault fault =
        assertThrows(PtxFault.class, () -> launch(larger, allowed, Dim3.of(1), Dim3.of(32), 0));
    assertTrue(fault.getMessage().contains("static"), fault.getMessage());
  }

  @Test
  void gridsAndBlocksHaveLimits() {
    LaunchLimits limits = LaunchLimits.of(80);
    Dim3 one = Dim3.of(1);
    refused(limits, new Dim3(1, 65_536, 1), one, 0);
    refused(limits, new Dim3(1, 1, 65_536), one, 0);
    launch(limits, one, Dim3.of(1024), 0);
    refused(limits, one, Dim3.of(1025), 0);
    refused(limits, one, Dim3.of(32, 33), 0);
    launch(limits, one, new Dim3(1, 16, 64), 0);
    refused(limits, one, new Dim3(1, 1, 65), 0);
  }

  @Test
  void blocksMayNotExceedWhatTheKernelWasCompiledFor() {
    String bounded =
        FaultKernel.text(NOTHING).replace(".param .u32 n)", ".param .u32 n) .maxntid 64, 1, 1");
    launch(bounded, LaunchLimits.STANDARD, Dim3.of(1), Dim3.of(64), 0);
    PtxFault fault =
        assertThrows(
            PtxFault.class,
            () -> launch(bounded, LaunchLimits.STANDARD, Dim3.of(1), Dim3.of(65), 0));
    assertTrue(fault.getMessage().contains("at most 64"), fault.getMessage());
  }
}
