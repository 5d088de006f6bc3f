package org.residuum.ptx.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.residuum.ptx.FaultKernel.fault;
import static org.residuum.ptx.FaultKernel.run;
import static org.residuum.ptx.FaultKernel.says;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.ptx.Device;
import org.residuum.ptx.Dim3;
import org.residuum.ptx.FaultKernel;
import org.residuum.ptx.LaunchOptions;
import org.residuum.ptx.PtxFault;

/** Fences and what they order between blocks and between the warps of one. */
class FenceTest {
  /**
   * Each thread of three blocks writes a number to b; the block that counts last in a[0] adds up
   * those of all blocks by its first thread. The counter starts at 0.
   */
  private static final String LAST_BLOCK =
      """
      add.s64 %rd5, %rd5, 4;
      add.u32 %r9, %r4, 1;
      st.global.u32 [%rd5], %r9;
      WRITER
      bar.sync 0;
      setp.ne.u32 %p1, %r1, 0;
      @%p1 bra TAIL;
      BEFORE
      ATOM %r10, [%rd1], 1;
      AFTER
      setp.ne.u32 %p2, %r10, 2;
      @%p2 bra TAIL;
      RESET
      mov.u32 %r11, 0;
      mov.u32 %r12, 0;
      add.s64 %rd6, %rd2, 4;
      LOOP:
      LOAD %r13, [%rd6];
      add.u32 %r12, %r12, %r13;
      add.s64 %rd6, %rd6, 4;
      add.u32 %r11, %r11, 1;
      setp.lt.u32 %p3, %r11, 120;
      @%p3 bra LOOP;
      st.global.u32 [%rd2], %r12;
      TAIL:
      """;

  private static final String ATOM = "atom.global.add.u32";

  private static String lastBlock(
      String writer, String before, String atom, String after, String reset) {
    return LAST_BLOCK
        .replace("WRITER", writer)
        .replace("BEFORE", before)
        .replace("ATOM", atom)
        .replace("AFTER", after)
        .replace("RESET", reset)
        .replace("LOAD", "ld.global.u32");
  }

  /** The sum that the last block comes to; faults where accesses are not ordered. */
  private static void runs(String body) {
    Device device = new Device(FaultKernel.text(body));
    long counter = device.ints("counter", 0);
    long sums = device.empty("sums", 4 * 121);
    device.machine.launch(
        LaunchOptions.strict().withWorkers(1),
        device.module.entry("k"),
        Dim3.of(3),
        Dim3.of(40),
        64,
        counter,
        sums,
        0);
    assertEquals(120 * 121 / 2, device.ints(sums, 1)[0]);
  }

  private static PtxFault races(String body) {
    try {
      runs(body);
    } catch (PtxFault fault) {
      assertEquals(PtxFault.Kind.GLOBAL_RACE, fault.kind(), fault.getMessage());
      return fault;
    }
    throw new AssertionError("no race was found");
  }

  @ParameterizedTest
  @CsvSource({
    "membar.gl;, membar.gl;, membar.gl;",
    "'', membar.gl;, membar.gl;",
    "'', fence.acq_rel.gpu;, fence.acq_rel.gpu;",
    "'', fence.sc.sys;, membar.sys;",
    "membar.gl;, '', membar.gl;",
  })
  void lastBlockMayReadWhatOthersFenced(String writer, String before, String after) {
    runs(lastBlock(writer, before, ATOM, after, ""));
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', ''",
    "'', '', membar.gl;", // nobody releases
    "'', membar.gl;, ''", // nobody acquires
    "membar.gl;, membar.gl;, ''",
    "'', membar.cta;, membar.gl;", // only the block is reached
    "'', membar.gl;, membar.cta;",
    "fence.acq_rel.cta;, '', fence.acq_rel.gpu;",
  })
  void aMissingOrNarrowFenceIsCaught(String writer, String before, String after) {
    says(races(lastBlock(writer, before, ATOM, after, "")), "unordered", "block number");
  }

  @Test
  void atomicsMayReleaseAndAcquireThemselves() {
    runs(lastBlock("", "", "atom.acq_rel.gpu.global.add.u32", "", ""));
    runs(lastBlock("", "membar.gl;", "atom.acquire.gpu.global.add.u32", "", ""));
    runs(lastBlock("", "", "atom.release.gpu.global.add.u32", "membar.gl;", ""));
    races(lastBlock("", "", "atom.acquire.gpu.global.add.u32", "", ""));
    races(lastBlock("", "", "atom.release.gpu.global.add.u32", "", ""));
    races(lastBlock("", "", "atom.acq_rel.cta.global.add.u32", "", ""));
  }

  @Test
  void aFenceOfOneLaneDoesNotCoverItsNeighbours() {
    String body =
        """
        add.s64 %rd5, %rd5, 4;
        st.global.u32 [%rd5], %r4;
        SYNC
        setp.ne.u32 %p1, %r1, 0;
        @%p1 bra TAIL;
        membar.gl;
        atom.global.add.u32 %r10, [%rd1], 1;
        membar.gl;
        setp.ne.u32 %p2, %r10, 1;
        @%p2 bra TAIL;
        ld.global.u32 %r11, [%rd2+8];
        TAIL:
        """;
    Runnable[] kernels = new Runnable[2];
    String[] synchronisation = {"bar.warp.sync -1;", ""};
    for (int i = 0; i < 2; i++) {
      Device device = new Device(FaultKernel.text(body.replace("SYNC", synchronisation[i])));
      long counter = device.ints("counter", 0);
      long b = device.empty("b", 4 * 65);
      kernels[i] =
          () ->
              device.machine.launch(
                  LaunchOptions.strict().withWorkers(1),
                  device.module.entry("k"),
                  Dim3.of(2),
                  Dim3.of(32),
                  64,
                  counter,
                  b,
                  0);
    }
    kernels[0].run();
    PtxFault fault = org.junit.jupiter.api.Assertions.assertThrows(PtxFault.class, kernels[1]::run);
    assertEquals(PtxFault.Kind.GLOBAL_RACE, fault.kind());
  }

  /** A weak store may follow the atomics of all blocks once they are acquired. */
  @Test
  void lastBlockMayResetTheCounter() {
    String reset = "mov.u32 %r14, 0; st.global.u32 [%rd1], %r14;";
    runs(lastBlock("", "membar.gl;", ATOM, "membar.gl;", reset));
    races(
        lastBlock("", "membar.gl;", ATOM, "membar.gl;", "")
            .replace(ATOM, "st.global.u32 [%rd1], %r3; " + ATOM));
  }

  /** Warp 1 reads what warp 0 wrote before it raised a flag; the machine runs warp 0 first. */
  @Test
  void aFlagOrdersTwoWarps() {
    String body =
        """
        setp.ge.u32 %p1, %r1, 32;
        @%p1 bra READER;
        setp.ne.u32 %p2, %r1, 0;
        @%p2 bra TAIL;
        st.global.u32 [%rd2], %r3;
        RELEASE
        st.volatile.global.u32 [%rd2+4], %r3;
        bra TAIL;
        READER:
        setp.ne.u32 %p2, %r1, 32;
        @%p2 bra TAIL;
        ld.volatile.global.u32 %r9, [%rd2+4];
        ACQUIRE
        ld.global.u32 %r10, [%rd2];
        TAIL:
        """;
    String fence = "membar.cta;";
    run(body.replace("RELEASE", fence).replace("ACQUIRE", fence), 1, 64);
    String word = "st.volatile.global.u32 [%rd2+4], %r3;";
    run(
        body.replace(word, "st.release.cta.global.u32 [%rd2+4], %r3;")
            .replace("ld.volatile.global.u32 %r9", "ld.acquire.cta.global.u32 %r9")
            .replace("RELEASE", "")
            .replace("ACQUIRE", ""),
        1,
        64);
    fault(PtxFault.Kind.GLOBAL_RACE, body.replace("RELEASE", "").replace("ACQUIRE", fence), 1, 64);
    fault(PtxFault.Kind.GLOBAL_RACE, body.replace("RELEASE", fence).replace("ACQUIRE", ""), 1, 64);
  }

  @Test
  void atomicsOfABlockOnlyRaceBetweenBlocks() {
    run("atom.cta.global.add.u32 %r9, [%rd1], 1;", 1, 64);
    run("atom.gpu.global.add.u32 %r9, [%rd1], 1;", 2, 64);
    fault(PtxFault.Kind.GLOBAL_RACE, "atom.cta.global.add.u32 %r9, [%rd1], 1;", 2, 32);
  }
}
