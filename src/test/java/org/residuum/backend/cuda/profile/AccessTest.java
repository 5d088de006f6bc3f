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
import org.residuum.network.ResNets;

/** Kernels reach memory as they are meant to: a lost 16-byte access or a bank conflict fails. */
class AccessTest {
  /** Arrays as large as activations. */
  private static final Set<String> LARGE = Set.of("x", "y", "dx", "dy", "columns", "a", "b");

  private static final int LEAST_REQUESTS = 500;
  private static final double WIDTH = 16;

  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "TF32", mode = EnumSource.Mode.EXCLUDE)
  void accessesToActivationsAre16BytesWide(Precision precision) {
    RecordedRun run = RecordedRun.training(ResNets.imagenet(18), precision, 2);
    LaunchProfiler profiler = new LaunchProfiler(run, 3);
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
}
