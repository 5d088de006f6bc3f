package org.residuum.backend.cuda.profile;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.residuum.backend.Precision;
import org.residuum.network.ResNets;
import org.residuum.ptx.count.Pipe;

/** Samples against whole launches, and figures of whole launches against what they must move. */
class LaunchProfilerTest {
  private static List<RecordedRun.Launched> launches(RecordedRun run) {
    return run.items().stream()
        .filter(RecordedRun.Launched.class::isInstance)
        .map(RecordedRun.Launched.class::cast)
        .toList();
  }

  @Test
  void aSampleScaledIsTheWhole() {
    RecordedRun run = RecordedRun.training(ResNets.cifar(8), Precision.BF16, 8);
    LaunchProfiler sampling = new LaunchProfiler(run, 12);
    LaunchProfiler whole = new LaunchProfiler(run, 0);
    List<Executable> checks = new ArrayList<>();
    int scaled = 0;
    Set<String> seen = new HashSet<>();
    for (RecordedRun.Launched launch : launches(run)) {
      if (!seen.add(launch.kernel().name())) {
        continue;
      }
      LaunchProfile sample = sampling.profile(launch);
      LaunchProfile all = whole.profile(launch);
      scaled += sample.sampled() < all.sampled() ? 1 : 0;
      checks.add(() -> near(launch, "bytes", all.memoryBytes(), sample.memoryBytes()));
      checks.add(() -> near(launch, "slots", all.slots(Pipe.ISSUE), sample.slots(Pipe.ISSUE)));
      checks.add(
          () ->
              near(
                  launch,
                  "sectors",
                  all.sum(ArrayProfile::movedBytes),
                  sample.sum(ArrayProfile::movedBytes)));
      checks.add(() -> near(launch, "lanes", all.laneInstructions(), sample.laneInstructions()));
    }
    assertTrue(scaled > 8, scaled + " of " + seen + " were large enough to be scaled");
    assertAll(checks);
  }

  private static void near(RecordedRun.Launched launch, String what, double all, double sample) {
    assertEquals(1, sample / all, 0.1, what + " of " + launch.node() + ", " + launch.kernel());
  }

  /** A sum over x and y in place moves two arrays in and one out. */
  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "TF32", mode = EnumSource.Mode.EXCLUDE)
  void bytesOfASumAreThoseOfItsArrays(Precision precision) {
    RecordedRun run = RecordedRun.training(ResNets.cifar(8), precision, 4);
    RecordedRun.Launched sum =
        launches(run).stream()
            .filter(launch -> launch.kernel().name().equals("residual_add_relu_forward"))
            .findFirst()
            .orElseThrow();
    assertEquals("layer1.0.add", sum.node());
    LaunchProfile profile = new LaunchProfiler(run, 0).profile(sum);
    double elements = 4 * 16 * 32 * 32;
    assertEquals(3 * elements * precision.storage().bytes(), profile.memoryBytes());
    assertEquals(profile.memoryBytes(), profile.sum(ArrayProfile::movedBytes));
    assertEquals(1, profile.activeLanes(), 0.06);
  }

  @Test
  void everyStepOfThePlanHasItsNode() {
    RecordedRun run = RecordedRun.inference(ResNets.cifar(8), Precision.FP32, 2);
    List<String> nodes =
        run.items().stream().map(RecordedRun.Item::node).filter(n -> !n.isEmpty()).toList();
    assertTrue(nodes.containsAll(List.of("conv1", "layer1.0.conv1", "linear")), nodes::toString);
  }
}
