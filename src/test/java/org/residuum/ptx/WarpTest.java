package org.residuum.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Warp instructions, checked lane by lane against their definition. */
class WarpTest {
  private static final int LANES = 64;

  /** Runs {@code code}, which finds the thread in %r1 and writes %r9, on two warps. */
  private static void check(String code, IntUnaryOperator want) {
    Device device =
        new Device(
            ".version 8.0 "
                + ".target sm_80 "
                + ".address_size 64 "
                + ".visible .entry k(.param .u64 out) "
                + "{ "
                + ".reg .pred %p<8>; "
                + ".reg .b32 %r<32>; "
                + ".reg .b64 %rd<8>; "
                + ".shared .align 16 .b8 s[512]; "
                + "mov.u32 %r1, %tid.x; "
                + "mov.u32 %r2, %laneid; "
                + "mov.u32 %r9, 0; "
                + "mov.u32 %r3, s; "
                + code
                + " "
                + "mul.wide.u32 %rd2, %r1, 4; "
                + "ld.param.u64 %rd1, [out]; "
                + "add.u64 %rd1, %rd1, %rd2; "
                + "st.global.u32 [%rd1], %r9; "
                + "ret; "
                + "} ");
    long out = device.empty("out", 4 * LANES);
    device.machine.launch(device.module.entry("k"), Dim3.of(1), Dim3.of(LANES), 0, out);
    int[] values = device.ints(out, LANES);
    for (int t = 0; t < LANES; t++) {
      assertEquals(want.applyAsInt(t), values[t], "thread " + t + " of " + code);
    }
  }

  @Test
  void shufflesMoveAsTheirModesSay() {
    check("shfl.sync.idx.b32 %r9, %r1, 5, 31, -1;", t -> t / 32 * 32 + 5);
    check("shfl.sync.bfly.b32 %r9, %r1, 3, 31, -1;", t -> t ^ 3);
    check("shfl.sync.up.b32 %r9, %r1, 4, 0, -1;", t -> t % 32 < 4 ? t : t - 4);
    check("shfl.sync.down.b32 %r9, %r1, 4, 31, -1;", t -> t % 32 > 27 ? t : t + 4);
    // Segments of eight lanes: c = (32 - 8) << 8 | 7 for down, idx.
    check("shfl.sync.down.b32 %r9, %r1, 2, 6175, -1;", t -> t % 8 > 5 ? t : t + 2);
    check("shfl.sync.idx.b32 %r9, %r1, 11, 6175, -1;", t -> t / 8 * 8 + 3);
    check(
        "shfl.sync.up.b32 %r4|%p1, %r1, 2, 6144, -1; selp.b32 %r9, %r4, -1, %p1;",
        t -> t % 8 < 2 ? -1 : t - 2);
  }

  @Test
  void shufflesInsideDivergentBranchesWaitForTheirMembers() {
    check(
        "setp.lt.u32 %p1, %r2, 16; @%p1 bra A; "
            + "shfl.sync.bfly.b32 %r9, %r1, 1, 31, 0xffff0000; bra.uni E; "
            + "A: add.u32 %r4, %r1, 100; shfl.sync.bfly.b32 %r9, %r4, 1, 31, 0x0000ffff; "
            + "E:",
        t -> t % 32 < 16 ? (t ^ 1) + 100 : t ^ 1);
    // Lanes reach the same shuffle by different paths and at different times.
    check(
        "and.b32 %r4, %r2, 7; mov.u32 %r5, 0; "
            + "L: add.u32 %r5, %r5, 1; setp.le.u32 %p1, %r5, %r4; @%p1 bra L; "
            + "shfl.sync.bfly.b32 %r9, %r5, 1, 31, -1;",
        t -> ((t & 7) ^ 1) + 1);
    // The members differ from half to half of the same instruction.
    check(
        "setp.lt.u32 %p1, %r2, 16; selp.b32 %r4, 0x0000ffff, 0xffff0000, %p1; vote.sync.ballot.b32"
            + " %r9, %p1, %r4;",
        t -> t % 32 < 16 ? 0xffff : 0);
  }

  @Test
  void votesMatchesAndReductionsSeeAllMembers() {
    check(
        "setp.eq.u32 %p1, %r2, 9; vote.sync.any.pred %p2, %p1, -1; selp.b32 %r9, 1, 0, %p2;",
        t -> 1);
    check(
        "setp.eq.u32 %p1, %r2, 9; vote.sync.all.pred %p2, !%p1, -1; selp.b32 %r9, 1, 0, %p2;",
        t -> 0);
    check(
        "setp.ge.u32 %p1, %r1, 32; vote.sync.uni.pred %p2, %p1, -1; selp.b32 %r9, 1, 0, %p2;",
        t -> 1);
    check(
        "and.b32 %r4, %r2, 1; setp.eq.u32 %p1, %r4, 1; vote.sync.ballot.b32 %r9, %p1, -1;",
        t -> 0xaaaaaaaa);
    check("and.b32 %r4, %r2, 3; match.any.sync.b32 %r9, %r4, -1;", t -> 0x11111111 << t % 4);
    check("match.all.sync.b32 %r9|%p1, 7, -1; @!%p1 mov.u32 %r9, 1;", t -> -1);
    check("redux.sync.add.s32 %r9, %r1, -1;", t -> t < 32 ? 496 : 496 + 1024);
    check("sub.s32 %r4, 10, %r1; redux.sync.min.s32 %r9, %r4, -1;", t -> t < 32 ? -21 : -53);
    check("redux.sync.xor.b32 %r9, %r2, 0xffffffff;", t -> 0);
  }

  @Test
  void activeMaskAfterABranchAreTheLanesThatTookIt() {
    check("setp.lt.u32 %p1, %r2, 5; @!%p1 bra E; activemask.b32 %r9; E:", t -> t % 32 < 5 ? 31 : 0);
  }

  @Test
  void specialRegistersDescribeTheThread() {
    check("mov.u32 %r9, %lanemask_lt;", t -> (1 << t % 32) - 1);
    check(
        "mov.u32 %r4, %warpid; mov.u32 %r5, %ntid.x; mad.lo.u32 %r9, %r4, 1000, %r5;",
        t -> t / 32 * 1000 + 64);
    check(
        "mov.u32 %r4, %clock; mov.u32 %r5, %clock; setp.gt.u32 %p1, %r5, %r4; selp.b32 %r9, 1, 0,"
            + " %p1;",
        t -> 1);
  }

  @Test
  void barrierReductionsCountVotesOfTheBlock() {
    check("setp.lt.u32 %p1, %r1, 40; bar.red.popc.u32 %r9, 0, %p1;", t -> 40);
    check(
        "setp.lt.u32 %p1, %r1, 40; barrier.red.and.pred %p2, 0, %p1; selp.b32 %r9, 1, 0, %p2;",
        t -> 0);
    check(
        "setp.lt.u32 %p1, %r1, 40; bar.red.or.pred %p2, 0, !%p1; selp.b32 %r9, 1, 0, %p2;", t -> 1);
  }

  @Test
  void producersArriveAndConsumersWait() {
    check(
        "shl.b32 %r4, %r2, 2; add.u32 %r4, %r4, %r3; setp.ge.u32 %p1, %r1, 32; @%p1 bra C; "
            + "st.shared.u32 [%r4], %r1; bar.arrive 1, 64; bra.uni E; "
            + "C: bar.sync 1, 64; ld.shared.u32 %r9, [%r4]; "
            + "E:",
        t -> t < 32 ? 0 : t - 32);
  }

  @Test
  void atomicsOnSharedMemoryHappenOneAfterAnother() {
    check(
        "setp.eq.u32 %p1, %r1, 0; @%p1 st.shared.u32 [%r3], 5; bar.sync 0; atom.shared.add.u32 %r4,"
            + " [%r3], %r1; bar.sync 0; ld.shared.u32 %r9, [%r3];",
        t -> 5 + 2016);
    check(
        "setp.eq.u32 %p1, %r1, 0; @%p1 st.shared.u32 [%r3], 0; bar.sync 0; red.shared.max.s32"
            + " [%r3], %r1; bar.sync 0; ld.shared.u32 %r9, [%r3];",
        t -> 63);
    check(
        "setp.eq.u32 %p1, %r1, 0; @%p1 st.shared.u32 [%r3], 7; bar.sync 0; atom.shared.cas.b32 %r4,"
            + " [%r3], 7, 9; bar.sync 0; ld.shared.u32 %r9, [%r3];",
        t -> 9);
    check(
        "setp.eq.u32 %p1, %r1, 0; @%p1 st.shared.u32 [%r3], 0; bar.sync 0; atom.shared.inc.u32 %r4,"
            + " [%r3], 9; bar.sync 0; ld.shared.u32 %r9, [%r3];",
        t -> 4);
  }

  @Test
  void indexedBranchesChooseByRegister() {
    check(
        "and.b32 %r4, %r1, 3; "
            + "T: .branchtargets A, B, C, D; "
            + "brx.idx %r4, T; "
            + "A: mov.u32 %r9, 10; bra E; "
            + "B: mov.u32 %r9, 20; bra E; "
            + "C: mov.u32 %r9, 30; bra E; "
            + "D: mov.u32 %r9, 40; "
            + "E:",
        t -> 10 * (t % 4 + 1));
  }

  @Test
  void vectorAccessesKeepTheOrderOfTheirLanes() {
    check(
        "shl.b32 %r4, %r1, 4; and.b32 %r4, %r4, 496; add.u32 %r3, %r3, %r4; setp.lt.u32 %p1, %r1,"
            + " 32; add.u32 %r5, %r1, 100; add.u32 %r6, %r1, 200; add.u32 %r7, %r1, 300;"
            + " @%p1 st.shared.v4.u32 [%r3], {%r1, %r5, %r6, %r7}; bar.sync 0;"
            + " ld.shared.u32 %r10, [%r3+4]; ld.shared.v2.u32 {%r11, %r12}, [%r3+8];"
            + " ld.shared.v4.u32 {%r13, %r14, %r15, %r16}, [%r3]; sub.u32 %r9, %r10, %r14;"
            + " mad.lo.u32 %r9, %r9, 1000, %r12; sub.u32 %r9, %r9, %r15; add.u32 %r9, %r9, %r11;"
            + " sub.u32 %r9, %r9, %r13;",
        t -> 300);
  }

  @Test
  void genericAddressesReachEverySpace() {
    check(
        "mov.u64 %rd4, s; cvta.shared.u64 %rd5, %rd4; mul.wide.u32 %rd6, %r1, 4; add.u64 %rd5,"
            + " %rd5, %rd6; st.u32 [%rd5], %r1; "
            + "isspacep.shared %p1, %rd5; ld.u32 %r4, [%rd5]; selp.b32 %r9, %r4, -1, %p1;",
        t -> t);
    check(
        ".local .align 8 .b8 l[16]; "
            + "mov.u64 %rd4, l; cvta.local.u64 %rd5, %rd4; st.u32 [%rd5+8], %r1; cvta.to.local.u64"
            + " %rd6, %rd5; ld.local.u32 %r9, [%rd6+8];",
        t -> t);
  }

  @Test
  void spinLockInsideAWarpMakesProgress() {
    // Lanes spin at a lower program counter than the one that holds the lock and must release it.
    check(
        "setp.eq.u32 %p1, %r1, 0; @%p1 st.shared.v2.u32 [%r3], {0, 0}; bar.sync 0; "
            + "L: atom.shared.cas.b32 %r4, [%r3], 0, 1; setp.ne.u32 %p2, %r4, 0; @%p2 bra L; "
            + "ld.volatile.shared.u32 %r5, [%r3+4]; add.u32 %r5, %r5, 1; st.volatile.shared.u32"
            + " [%r3+4], %r5; "
            + "membar.cta; atom.shared.exch.b32 %r4, [%r3], 0; bar.sync 0; ld.shared.u32 %r9,"
            + " [%r3+4];",
        t -> LANES);
  }
}
