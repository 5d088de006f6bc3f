package org.residuum.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;
import org.residuum.plan.Passes;
import org.residuum.plan.Recomputation;

/**
 * Trainings of a part of a network, or of several batches a step, with and without recomputation.
 */
class RecomputedTrainingTest {
  private static final TrainingBackend CPU = new CpuBackend();
  private static final Network NETWORK =
      ResNets.cifar(14, Shape.of(3, 8, 8), 3, ResidualBlocks.Shortcut.ZERO_PAD);
  private static final Dataset TRAINING = TinyData.colours(32, 3);

  private static FineTuning frozen(
      List<String> forGood, Map<String, Integer> until, boolean norms) {
    return new FineTuning(forGood, until, Map.of(), norms);
  }

  private static TrainingOptions.Builder plain() {
    return TrainingOptions.builder()
        .epochs(2)
        .batch(8)
        .seed(5)
        .schedule(new Schedule.Constant(0.02));
  }

  static Stream<TrainingOptions> options() {
    TrainingOptions.Loop loop = TrainingOptions.Loop.DEFAULTS;
    return Stream.of(
            plain().fineTuning(frozen(List.of("layer2"), Map.of(), false)),
            plain().fineTuning(frozen(List.of(), Map.of("body", 2), false)),
            plain()
                .fineTuning(frozen(List.of("layer1.0"), Map.of("layer2", 2), true))
                .loop(loop.withAccumulate(2).withEma(0.9)))
        .map(TrainingOptions.Builder::build);
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("options")
  void recomputationChangesNoBit(TrainingOptions options) throws Exception {
    Predicate<String> frozen = new TrainedPart(NETWORK, options.fineTuning()).frozen(2);
    Network learning = Passes.trainingInPlace(Gradients.of(NETWORK, 0, frozen));
    assertNotSame(
        learning, Recomputation.apply(learning, network -> value -> value.bytes(options.batch())));
    TrainingResult kept = train(options);
    TrainingResult again = train(options.toBuilder().recompute(true).build());
    Parameters expected = kept.checkpoint().model();
    Parameters got = again.checkpoint().model();
    assertEquals(expected.names(), got.names());
    expected
        .asMap()
        .forEach(
            (name, values) -> assertArrayEquals(values.toArray(), got.get(name).toArray(), name));
    assertEquals(kept.lastResult().trainLoss(), again.lastResult().trainLoss());
    assertTrue(moved(expected, "linear.weight"));
    assertFalse(options.fineTuning().freezeNorms() && moved(expected, "layer3.0.bn1.running_mean"));
  }

  private static boolean moved(Parameters trained, String name) {
    return !Arrays.equals(initial().get(name).toArray(), trained.get(name).toArray());
  }

  private static Parameters initial() {
    return new Initializer(5).initialize(NETWORK);
  }

  private static TrainingResult train(TrainingOptions options) throws Exception {
    return new Trainer(CPU, NETWORK, options)
        .train(TRAINING, null, Preprocessing.of(TRAINING), initial());
  }
}
