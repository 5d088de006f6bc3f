package org.residuum.backend.cuda.profile;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.cases.Kernels;
import org.residuum.network.ElementType;
import org.residuum.network.ResNets;
import org.residuum.ptx.Dim3;
import org.residuum.ptx.LaunchOptions;
import org.residuum.ptx.PtxMachine;
import org.residuum.ptx.count.ArrayCount;
import org.residuum.ptx.count.Counters;
import org.residuum.ptx.memory.EmulatedMemory;

/** Kernels reach memory as they are meant to: a lost 16-byte access or a bank conflict fails. */
class AccessTest {
  /** Arrays as large as activations. */
  private static final Set<String> LARGE = Set.of("x", "y", "dx", "dy", "columns", "a", "b");

  private static final int LEAST_REQUESTS = 500;
  private static final double WIDTH = 16;
  private static final int SIDE = 64;

  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "TF32", mode = EnumSource.Mode.EXCLUDE)
  void accessesToActivationsAre16BytesWide(Precision precision) {
    RecordedRun run = RecordedRun.training(ResNets.imagenet(18), precision, 2);
    LaunchProfiler profiler = new LaunchProfiler(run, 1);
    List<Executable> checks = new ArrayList<>();
    for (RecordedRun.Item item : run.items()) {
      if (item instanceof RecordedRun.Launched launch && launch.node().startsWith("layer")) {
        for (ArrayProfile array : profiler.profile(launch).arrays()) {
          if (LARGE.contains(array.name().replaceAll("=.*", ""))) {
            checks.add(() -> wide(launch, array));
          }
        }
      }
    }
    assertTrue(checks.size() > 60, "checked " + checks.size() + " arrays");
    assertAll(checks);
  }

  private static void wide(RecordedRun.Launched launch, ArrayProfile array) {
    String what = launch.node() + ", " + launch.kernel() + ", " + array;
    if (array.read().requests() > LEAST_REQUESTS) {
      assertEquals(WIDTH, array.read().width(), what);
    }
    if (array.written().requests() > LEAST_REQUESTS) {
      assertEquals(WIDTH, array.written().width(), what);
      // Lanes are neighbours; where a warp begins in the middle of a sector, it moves one more.
      double filled = array.written().bytes() / ArrayProfile.SECTOR;
      assertTrue(array.written().sectors() <= filled + array.written().requests(), what);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"F32", "BF16"})
  void transpositionsPassSharedMemoryWithFewConflicts(ElementType storage) {
    EmulatedMemory memory = new EmulatedMemory();
    long x = memory.allocate(4 * SIDE * SIDE, "x");
    long y = memory.allocate(4 * SIDE * SIDE, "y");
    Counters counters =
        new Counters(List.of(new ArrayCount("x", x, false), new ArrayCount("y", y, false)));
    new PtxMachine(memory)
        .launch(
            LaunchOptions.fast().withCounters(counters),
            Kernels.committed(Kernels.kernel("transpose"), storage),
            Dim3.of(SIDE * SIDE / 1024),
            Dim3.of(256),
            0,
            x,
            y,
            1L,
            SIDE,
            1,
            SIDE);
    assertEquals(2L * SIDE * SIDE / 32, counters.shared().requests());
    // Columns of a tile of bf16, whose rows are 33 elements long, pass in two where words straddle.
    double most = storage == ElementType.F32 ? 1 : 1.25;
    double passes = counters.shared().passes();
    assertTrue(passes <= most * counters.shared().leastPasses(), passes + " passes");
    for (ArrayCount array : counters.arrays()) {
      long sectors = array.loads().sectors() + array.stores().sectors();
      assertEquals((long) SIDE * SIDE * storage.bytes() / ArrayProfile.SECTOR, sectors);
    }
  }
}
