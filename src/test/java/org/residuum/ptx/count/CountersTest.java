package org.residuum.ptx.count;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.residuum.ptx.Device;
import org.residuum.ptx.Dim3;
import org.residuum.ptx.FaultKernel;
import org.residuum.ptx.LaunchOptions;

/** Sectors, passes and lanes of accesses whose figures follow from the rules by hand. */
class CountersTest {
  private static final int BYTES = 1 << 16;

  /** Counts a body of {@link FaultKernel} in one warp, of which only some lanes may live. */
  private static Counters count(String body, int threads) {
    Device device = new Device(FaultKernel.text(body));
    long a = device.empty("a", BYTES);
    long b = device.empty("b", BYTES);
    Counters counters =
        new Counters(List.of(new ArrayCount("b", b, false), new ArrayCount("a", a, false)));
    device.machine.launch(
        LaunchOptions.fast().withCounters(counters),
        device.module.entry("k"),
        Dim3.of(1),
        Dim3.of(threads),
        64,
        a,
        b,
        64);
    return counters;
  }

  private static Requests loads(Counters counters) {
    return counters.arrays().get(0).loads();
  }

  /** A load of {@code bytes} a lane, lanes {@code stride} bytes apart. */
  private static Requests strided(int stride, String load, int threads) {
    return loads(
        count(
            "mul.wide.u32 %rd6, %r1, " + stride + "; add.s64 %rd7, %rd1, %rd6; " + load, threads));
  }

  private static void assertRequest(Requests r, int sectors, int bytes) {
    assertEquals(1, r.requests());
    assertEquals(sectors, r.sectors());
    assertEquals(sectors, r.distinctSectors());
    assertEquals(bytes, r.bytes());
  }

  @Test
  void neighboursShareSectors() {
    assertRequest(strided(4, "ld.global.f32 %f1, [%rd7];", 32), 4, 128);
    assertRequest(strided(4, "ld.global.f32 %f1, [%rd7+4];", 32), 5, 128);
    assertRequest(strided(4, "ld.global.f32 %f1, [%rd7];", 5), 1, 20);
    assertRequest(strided(16, "ld.global.v4.f32 {%f1,%f2,%f3,%f4}, [%rd7];", 32), 16, 512);
    assertRequest(strided(2, "ld.global.u16 %h1, [%rd7];", 32), 2, 64);
    assertRequest(strided(32, "ld.global.u8 %h1, [%rd7];", 32), 32, 32);
    assertRequest(strided(0, "ld.global.f32 %f1, [%rd7];", 32), 1, 128);
  }

  @Test
  void sectorsOfTwoRequestsAreDistinctOnce() {
    Requests r = strided(4, "ld.global.f32 %f1, [%rd7]; ld.global.f32 %f2, [%rd7+64];", 32);
    assertEquals(2, r.requests());
    assertEquals(8, r.sectors());
    assertEquals(6, r.distinctSectors());
  }

  @Test
  void storesBelongToTheArrayBeforeThem() {
    Counters counters = count("st.global.u32 [%rd5], %r1;", 32);
    assertEquals("a", counters.arrays().get(0).name());
    assertEquals(0, counters.arrays().get(0).stores().requests());
    Requests stores = counters.arrays().get(1).stores();
    assertEquals(4, stores.sectors());
    assertEquals(128, counters.arrays().get(1).end() - counters.arrays().get(1).begin());
  }

  /** Passes of a store to shared memory whose lanes lie {@code stride} bytes apart. */
  private static long[] shared(int stride, String store) {
    SharedCount shared =
        count("mul.lo.s32 %r9, %r1, " + stride + "; add.u32 %r10, %r7, %r9; " + store, 32).shared();
    assertEquals(1, shared.requests());
    return new long[] {shared.passes(), shared.leastPasses()};
  }

  private static void assertPasses(long passes, long least, long[] counted) {
    assertEquals(passes, counted[0], "passes");
    assertEquals(least, counted[1], "least passes");
  }

  @Test
  void lanesOfOneBankPassAfterEachOther() {
    String store = "st.shared.u32 [%r10], %r1;";
    assertPasses(1, 1, shared(4, store));
    assertPasses(2, 1, shared(8, store));
    assertPasses(4, 1, shared(16, store));
    assertPasses(8, 1, shared(32, store));
    assertPasses(1, 1, shared(12, store));
    assertPasses(1, 1, shared(0, store));
  }

  @Test
  void wideAccessesPassByHalvesAndQuarters() {
    String two = "st.shared.v2.u32 [%r10], {%r1,%r1};";
    assertPasses(2, 2, shared(8, two));
    assertPasses(4, 2, shared(16, two));
    String four = "st.shared.v4.u32 [%r10], {%r1,%r1,%r1,%r1};";
    assertPasses(4, 4, shared(16, four));
    assertPasses(8, 4, shared(32, four));
    assertPasses(4, 4, shared(0, four));
  }

  @Test
  void narrowLanesOfOneWordShareIt() {
    assertPasses(1, 1, shared(1, "st.shared.u8 [%r10], %r1;"));
    assertPasses(1, 1, shared(2, "cvt.u16.u32 %h2, %r1; st.shared.u16 [%r10], %h2;"));
  }

  @Test
  void instructionsAreCountedByKindWithTheirLanes() {
    Counters counters =
        count(
            """
            setp.lt.u32 %p1, %r1, 8;
            @%p1 mul.lo.s32 %r9, %r1, %r1;
            mul.lo.s64 %rd6, %rd1, %rd2;
            cvt.rn.f32.u32 %f1, %r1;
            fma.rn.f32 %f2, %f1, %f1, %f1;
            rcp.approx.ftz.f32 %f3, %f2;
            bar.sync 0;
            """,
            32);
    int before = 32 * 4;
    assertEquals(before + 32 + 8, counters.instructions().get(Kind.INTEGER)[1]);
    assertEquals(32, counters.instructions().get(Kind.FLOAT32)[1]);
    assertEquals(32, counters.instructions().get(Kind.SPECIAL)[1]);
    assertEquals(32, counters.instructions().get(Kind.CONVERSION)[1]);
    assertEquals(1, counters.instructions().get(Kind.BARRIER)[0]);
    assertEquals(3 * 32, counters.instructions().get(Kind.PARAMETER)[1]);
  }

  /** Cycles of one block of one warp, beyond those of a kernel that only addresses. */
  private static double cycles(String body) {
    String end = " add.f32 %f3, %f1, %f2; st.global.f32 [%rd5], %f3;";
    return count("mov.f32 %f1, 0f00000000; mov.f32 %f2, %f1; " + body + end, 32).cycles()
        - count("mov.f32 %f1, 0f00000000; mov.f32 %f2, %f1; " + end, 32).cycles();
  }

  @Test
  void loadsThatDoNotDependOnEachOtherAreWaitedForTogether() {
    double one = cycles("ld.global.f32 %f1, [%rd4];");
    assertEquals(500, one, 20);
    assertEquals(one, cycles("ld.global.f32 %f1, [%rd4]; ld.global.f32 %f2, [%rd4+4];"), 5);
    String dependent =
        "ld.global.u32 %r9, [%rd4]; and.b32 %r9, %r9, 4; cvt.u64.u32 %rd6, %r9; add.s64 %rd7, %rd1,"
            + " %rd6; ld.global.f32 %f2, [%rd7];";
    assertEquals(2 * one, cycles(dependent), 30);
    String other = "ld.global.f32 %f1, [%rd4]; st.global.f32 [%rd5+128], %f1; ";
    assertEquals(2 * one, cycles(other + "ld.global.f32 %f2, [%rd4+8];"), 30);
    assertEquals(one, cycles(other + "ld.global.nc.f32 %f2, [%rd4+8];"), 30);
    assertEquals(
        2 * one,
        cycles(
            "ld.global.f32 %f1, [%rd4]; abs.f32 %f1, %f1; bra NEXT; NEXT:"
                + " ld.global.f32 %f2, [%rd4+8];"),
        30);
  }
}
