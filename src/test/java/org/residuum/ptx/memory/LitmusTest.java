package org.residuum.ptx.memory;

import static org.residuum.ptx.FaultKernel.fault;
import static org.residuum.ptx.FaultKernel.run;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.ptx.FaultKernel;
import org.residuum.ptx.PtxFault;

/**
 * Litmus tests of the PTX memory model, each with a twin that lacks one fence or scope. The first
 * thread of each block takes part; the machine runs the blocks in order.
 */
class LitmusTest {
  private static final String RELAXED = "ld.relaxed.gpu.global.u32";
  private static final String ACQUIRE = "ld.acquire.gpu.global.u32";
  private static final String STORE = "st.relaxed.gpu.global.u32";
  private static final String RELEASE = "st.release.gpu.global.u32";

  /** What each block does, up to three; they go to TAIL when done. */
  private static String blocks(String... bodies) {
    StringBuilder text = new StringBuilder("setp.ne.u32 %p1, %r1, 0; @%p1 bra TAIL;\n");
    for (int i = 0; i < bodies.length; i++) {
      text.append(String.format("setp.eq.u32 %%p1, %%r2, %d; @%%p1 bra B%d;%n", i, i));
    }
    for (int i = 0; i < bodies.length; i++) {
      text.append(String.format("B%d: %s bra TAIL;%n", i, bodies[i]));
    }
    return text + "TAIL:";
  }

  private static void orders(String... bodies) {
    run(blocks(bodies), bodies.length, 32);
  }

  private static void races(String... bodies) {
    fault(PtxFault.Kind.GLOBAL_RACE, blocks(bodies), bodies.length, 32);
  }

  private static String writer(String fence, String store) {
    return "st.global.u32 [%rd2], 7; " + fence + " " + store + " [%rd1], 1;";
  }

  private static String reader(String load, String fence) {
    return load + " %r9, [%rd1]; " + fence + " ld.global.u32 %r10, [%rd2];";
  }

  @ParameterizedTest
  @CsvSource({
    "membar.gl;, st.relaxed.gpu.global.u32, ld.relaxed.gpu.global.u32, membar.gl;",
    "membar.gl;, st.volatile.global.u32, ld.volatile.global.u32, fence.sc.gpu;",
    "membar.gl;, st.relaxed.sys.global.u32, ld.acquire.gpu.global.u32, ''",
    "fence.acq_rel.sys;, st.relaxed.gpu.global.u32, ld.acquire.sys.global.u32, ''",
    "'', st.release.gpu.global.u32, ld.acquire.gpu.global.u32, ''",
    "'', st.release.gpu.u32, ld.relaxed.gpu.u32, fence.acq_rel.gpu;",
    "membar.gl;, red.global.add.u32, ld.acquire.gpu.global.u32, ''",
    "'', red.release.gpu.global.add.u32, ld.acquire.gpu.global.u32, ''",
  })
  void aMessagePasses(String release, String store, String load, String acquire) {
    orders(writer(release, store), reader(load, acquire));
  }

  @ParameterizedTest
  @CsvSource({
    "'', st.relaxed.gpu.global.u32, ld.relaxed.gpu.global.u32, membar.gl;",
    "membar.gl;, st.relaxed.gpu.global.u32, ld.relaxed.gpu.global.u32, ''",
    "'', st.relaxed.gpu.global.u32, ld.acquire.gpu.global.u32, ''",
    "'', st.release.gpu.global.u32, ld.relaxed.gpu.global.u32, ''",
    "'', st.release.cta.global.u32, ld.acquire.gpu.global.u32, ''",
    "'', st.release.gpu.global.u32, ld.acquire.cta.global.u32, ''",
    "membar.cta;, st.relaxed.gpu.global.u32, ld.acquire.gpu.global.u32, ''",
    "membar.gl;, st.relaxed.gpu.global.u32, ld.relaxed.gpu.global.u32, membar.cta;",
    "membar.gl;, st.relaxed.cta.global.u32, ld.acquire.gpu.global.u32, ''",
    "membar.gl;, st.global.u32, ld.acquire.gpu.global.u32, ''",
    "membar.gl;, st.relaxed.gpu.global.u32, ld.global.u32, membar.gl;",
    "'', red.global.add.u32, ld.acquire.gpu.global.u32, ''",
  })
  void aMessageWithoutOneFenceOrScopeDoesNot(
      String release, String store, String load, String acquire) {
    races(writer(release, store), reader(load, acquire));
  }

  @Test
  void fencesCountWhereTheyStand() {
    races("membar.gl; " + writer("", STORE), reader(ACQUIRE, ""));
    races(writer("", RELEASE), "membar.gl; " + reader(RELAXED, ""));
    races(writer("", RELEASE), reader(ACQUIRE, "").replace("%r9, [%rd1]", "%r9, [%rd1+4]"));
  }

  @Test
  void aMessagePassesThroughAThirdBlock() {
    String first = writer("", RELEASE);
    String second = ACQUIRE + " %r9, [%rd1]; " + RELEASE + " [%rd1+4], 1;";
    String third = reader(ACQUIRE, "").replace("%r9, [%rd1]", "%r9, [%rd1+4]");
    orders(first, second, third);
    races(first, second.replace(ACQUIRE, RELAXED), third);
    races(first, second.replace(RELEASE, STORE), third);
  }

  @Test
  void anAtomicCarriesOnWhatWasReleasedAndAStoreDoesNot() {
    String first = writer("", RELEASE);
    String third = reader(ACQUIRE, "");
    orders(first, "red.global.add.u32 [%rd1], 1;", third);
    races(first, STORE + " [%rd1], 1;", third);
    races(first, "red.cta.global.add.u32 [%rd1], 1;", third);
  }

  @Test
  void aCompareThatFailsReleasesNothing() {
    String first = STORE + " [%rd1], 1;";
    String second = "st.global.u32 [%rd2], 3; membar.gl; atom.global.cas.b32 %r11, [%rd1], %s, 5;";
    orders(first, FaultKernel.with(second, "1"), reader(ACQUIRE, ""));
    races(first, FaultKernel.with(second, "9"), reader(ACQUIRE, ""));
  }

  @Test
  void aWeakReadMustKnowAllStrongWrites() {
    String first = STORE + " [%rd2], 1;";
    String second = STORE + " [%rd2], 2; " + RELEASE + " [%rd1], 1;";
    races(first, second, reader(ACQUIRE, ""));
    orders("", second, reader(ACQUIRE, ""));
  }

  /** The weak outcome of store buffering does not come about, but its accesses do not race. */
  @Test
  void storeBuffering() {
    String first = "ST [%rd1], 1; fence.sc.gpu; LD %r9, [%rd1+4];";
    String second = "ST [%rd1+4], 1; fence.sc.gpu; LD %r9, [%rd1];";
    orders(
        first.replace("ST", STORE).replace("LD", RELAXED),
        second.replace("ST", STORE).replace("LD", RELAXED));
    races(
        first.replace("ST", "st.global.u32").replace("LD", "ld.global.u32"),
        second.replace("ST", "st.global.u32").replace("LD", "ld.global.u32"));
  }

  @Test
  void aLockOrdersItsHolders() {
    String take = "SPIN: TAKE %r9, [%rd1], 0, 1; setp.ne.u32 %p2, %r9, 0; @%p2 bra SPIN;";
    String work = " st.global.u32 [%rd2], %r2; ld.global.u32 %r10, [%rd2]; ";
    String body = "setp.ne.u32 %p1, %r1, 0; @%p1 bra TAIL; " + take + work + "GIVE TAIL:";
    String acquire = "atom.acquire.gpu.global.cas.b32";
    String give = RELEASE + " [%rd1], 0;";
    run(body.replace("TAKE", acquire).replace("GIVE", give), 3, 32);
    String relaxed = "atom.global.cas.b32";
    fault(PtxFault.Kind.GLOBAL_RACE, body.replace("TAKE", relaxed).replace("GIVE", give), 3, 32);
    fault(
        PtxFault.Kind.GLOBAL_RACE,
        body.replace("TAKE", acquire).replace("GIVE", STORE + " [%rd1], 0;"),
        3,
        32);
  }

  @Test
  void aWriteMustKnowAllReads() {
    String body =
        "setp.eq.u32 %p1, %r2, 1; @%p1 bra ONE; ld.global.u32 %r9, [%rd1]; %s setp.ne.u32 %p2, %r1,"
            + " 0; @%p2 bra TAIL; membar.gl; red.global.add.u32 [%rd1+4], 1; bra TAIL; ONE:"
            + " setp.ne.u32 %p2, %r1, 0; @%p2 bra TAIL; ld.acquire.gpu.global.u32 %r9, [%rd1+4];"
            + " st.global.u32 [%rd1], 5; TAIL:";
    run(FaultKernel.with(body, "bar.sync 0;"), 2, 32);
    fault(PtxFault.Kind.GLOBAL_RACE, FaultKernel.with(body, ""), 2, 32);
  }
}
