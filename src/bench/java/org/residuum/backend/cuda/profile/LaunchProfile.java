package org.residuum.backend.cuda.profile;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.residuum.ptx.count.Kind;
import org.residuum.ptx.count.Pipe;

/**
 * The counters of a launch, those of a sample of its blocks scaled to all.
 *
 * @param blocks of the launch
 * @param sampled blocks that were executed
 * @param issued instructions of warps, by kind
 * @param executed instructions of lanes, by kind
 * @param slots machine instructions of warps, by pipe, estimated
 * @param sharedPasses how often accesses to shared memory pass
 * @param sharedLeast how often they would without conflicts
 * @param cycles of a block that has a multiprocessor to itself, on average
 */
record LaunchProfile(
    double blocks,
    double sampled,
    Map<Kind, Double> issued,
    Map<Kind, Double> executed,
    Map<Pipe, Double> slots,
    double sharedPasses,
    double sharedLeast,
    double cycles,
    List<ArrayProfile> arrays) {
  private static final int LANES = 32;

  double sum(ToDoubleFunction<ArrayProfile> figure) {
    return arrays.stream().mapToDouble(figure).sum();
  }

  /** All reads. */
  ArrayProfile.Direction read() {
    return direction(ArrayProfile::read);
  }

  /** All writes. */
  ArrayProfile.Direction written() {
    return direction(ArrayProfile::written);
  }

  private ArrayProfile.Direction direction(Function<ArrayProfile, ArrayProfile.Direction> which) {
    return new ArrayProfile.Direction(
        sum(array -> which.apply(array).requests()),
        sum(array -> which.apply(array).lanes()),
        sum(array -> which.apply(array).sectors()),
        sum(array -> which.apply(array).bytes()),
        sum(array -> which.apply(array).distinct()));
  }

  double laneInstructions() {
    return executed.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** The share of lanes that work, over all instructions. */
  double activeLanes() {
    double warps = issued.values().stream().mapToDouble(Double::doubleValue).sum();
    return laneInstructions() / (LANES * warps);
  }

  double memoryBytes() {
    return sum(ArrayProfile::memoryBytes);
  }

  double slots(Pipe pipe) {
    return slots.getOrDefault(pipe, 0.0);
  }
}
