package org.residuum.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.data.Augmentation;
import org.residuum.data.Dataset;
import org.residuum.data.Mixing;
import org.residuum.data.Preprocessing;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;

/** Trainings that stop and go on, against those that run through. */
final class ResumeTest {
  private static final TrainingBackend CPU = new CpuBackend();
  private static final Network NETWORK =
      ResNets.cifar(8, Shape.of(3, 8, 8), 3, ResidualBlocks.Shortcut.ZERO_PAD);
  private static final Dataset TRAINING = TinyData.colours(64, 3);
  private static final Dataset TEST = TinyData.colours(9, 4);
  private static final int STEPS = 4;
  private static final FineTuning UNFREEZING =
      new FineTuning(
          List.of("body"), Map.of("layer3", 2, "layer1", 3), Map.of("linear", 3.0), false);

  private static final Augmentation STRONG =
      Augmentation.parse("resized-crop,flip,randaugment,jitter,erase", Shape.of(3, 8, 8));

  static Stream<TrainingOptions> options() {
    TrainingOptions plain =
        TrainingOptions.builder()
            .epochs(4)
            .batch(16)
            .seed(5)
            .schedule(Schedule.OneCycle.of(0.02))
            .augmentation(new Augmentation(1, true))
            .build();
    UpdateRule adamW = new UpdateRule.AdamW(0.9, 0.999, 1e-8, 0.1, false);
    return Stream.of(
        plain,
        plain.toBuilder().rule(adamW).build(),
        plain.toBuilder().averagedShare(0.75).augmentation(STRONG).build(),
        plain.toBuilder().rule(adamW).averagedShare(0.5).maxGradientNorm(1).build(),
        plain.toBuilder().fineTuning(UNFREEZING).build());
  }

  @Test
  void partsAreTrainedFromTheirEpochOn() throws Exception {
    TrainingOptions options = options().toList().get(4);
    List<Checkpoint> after = new ArrayList<>(List.of(fresh(options)));
    TrainingResult result = train(trainer(options).checkpoints(after::add), after.get(0));
    List<Parameters> weights =
        Stream.concat(after.stream().map(Checkpoint::parameters), Stream.of(result.last()))
            .toList();
    assertEquals(List.of(1, 2, 3, 4), changes(weights, "linear.weight"));
    assertEquals(List.of(2, 3, 4), changes(weights, "layer3.0.conv1.weight"));
    assertEquals(List.of(2, 3, 4), changes(weights, "layer3.0.bn1.running_var"));
    assertEquals(List.of(3, 4), changes(weights, "layer1.0.conv1.weight"));
    assertEquals(List.of(), changes(weights, "layer2.0.conv1.weight"));
    assertEquals(List.of(), changes(weights, "layer2.0.bn1.running_mean"));
  }

  /** The epochs, from 1, in which a parameter changes. */
  private static List<Integer> changes(List<Parameters> weights, String name) {
    return IntStream.range(1, weights.size())
        .filter(
            epoch ->
                !Arrays.equals(
                    weights.get(epoch - 1).get(name).toArray(),
                    weights.get(epoch).get(name).toArray()))
        .boxed()
        .toList();
  }

  private static Trainer trainer(TrainingOptions options) {
    return new Trainer(CPU, NETWORK, options);
  }

  private static TrainingResult train(Trainer trainer, Checkpoint from) throws Exception {
    return trainer.train(TRAINING, TEST, Preprocessing.of(TRAINING), from);
  }

  private static Checkpoint fresh(TrainingOptions options) {
    return Checkpoint.start(new Initializer(options.seed()).initialize(NETWORK));
  }

  /** Stops after so many steps. */
  private static TrainingResult stopped(TrainingOptions options, Checkpoint from, int steps)
      throws Exception {
    int[] seen = new int[1];
    return train(trainer(options).stopWhen(() -> ++seen[0] >= steps), from);
  }

  private static void assertSameBits(Parameters expected, Parameters actual) {
    assertEquals(expected.names(), actual.names());
    for (String name : expected.names()) {
      assertArrayEquals(expected.get(name).toArray(), actual.get(name).toArray(), name);
    }
  }

  @ParameterizedTest
  @MethodSource("options")
  void twoEpochsAndTwoMoreAreBitwiseFourEpochs(TrainingOptions options) throws Exception {
    TrainingResult straight = train(trainer(options), fresh(options));
    assertFalse(straight.stopped());
    TrainingResult half = stopped(options, fresh(options), 2 * STEPS);
    assertTrue(half.stopped());
    assertEquals(2, half.checkpoint().epoch());
    assertEquals(Checkpoint.EpochSoFar.NONE, half.checkpoint().begun());
    assertEquals(2, half.history().size());
    assertSameBits(half.last(), half.checkpoint().parameters());
    TrainingResult rest = train(trainer(options), half.checkpoint());
    assertFalse(rest.stopped());
    assertEquals(
        List.of(3, 4), rest.history().stream().map(TrainingResult.EpochResult::epoch).toList());
    assertSameBits(straight.last(), rest.last());
    assertEquals(straight.lastResult().trainLoss(), rest.lastResult().trainLoss());
    assertEquals(straight.lastResult().validation().loss(), rest.lastResult().validation().loss());
    assertEquals(4, rest.lastResult().epoch());
    assertTrue(rest.bestResult().epoch() > 2);
  }

  @Test
  void mixedBatchesGoOnWithinAnEpoch() throws Exception {
    TrainingOptions options =
        options().toList().get(0).toBuilder()
            .mixing(new Mixing(0.4, 1, 0.75))
            .balance(new Balance(Map.of("red", 3.0), false, true, false))
            .loop(TrainingOptions.Loop.DEFAULTS.withAccumulate(2).withEma(0.9))
            .recompute(true)
            .build();
    TrainingResult straight = train(trainer(options), fresh(options));
    TrainingResult begun = stopped(options, fresh(options), 3);
    assertEquals(1, begun.checkpoint().epoch());
    assertEquals(1, begun.checkpoint().begun().steps());
    TrainingResult rest = train(trainer(options), begun.checkpoint());
    assertSameBits(straight.last(), rest.last());
    assertEquals(straight.lastResult().trainLoss(), rest.lastResult().trainLoss());
    assertEquals(straight.lastResult().trainAccuracy(), rest.lastResult().trainAccuracy());
  }

  @Test
  void everyCheckpointLeadsToTheSameWeights() throws Exception {
    TrainingOptions options = options().toList().get(3);
    List<Checkpoint> checkpoints = new ArrayList<>();
    Parameters straight =
        train(trainer(options).checkpoints(checkpoints::add), fresh(options)).last();
    assertEquals(List.of(1, 2, 3), checkpoints.stream().map(Checkpoint::epoch).toList());
    for (Checkpoint checkpoint : checkpoints) {
      assertSameBits(straight, train(trainer(options), checkpoint).last());
    }
  }

  /** 64 examples in three batches of 24: the last of each epoch holds eight of the next one. */
  @Test
  void checkpointsBetweenFilledBatchesLeadToTheSameWeights() throws Exception {
    TrainingOptions options = options().toList().get(0).toBuilder().batch(24).build();
    List<Checkpoint> checkpoints = new ArrayList<>();
    Parameters straight =
        train(trainer(options).checkpoints(checkpoints::add), fresh(options)).last();
    for (Checkpoint checkpoint : checkpoints) {
      assertSameBits(straight, train(trainer(options), checkpoint).last());
    }
    assertEquals(3, checkpoints.size());
  }

  /** Keeps what there is after each step. */
  private static final class EachStep implements Checkpoint.Keeper {
    private final List<Checkpoint> all = new ArrayList<>();

    @Override
    public boolean wanted() {
      return true;
    }

    @Override
    public void keep(Checkpoint checkpoint) {
      all.add(checkpoint);
    }
  }

  static Stream<TrainingOptions> loops() {
    TrainingOptions averaged = options().toList().get(3);
    TrainingOptions.Loop loop = TrainingOptions.Loop.DEFAULTS.withAccumulate(2).withEma(0.9);
    return Stream.of(averaged, averaged.toBuilder().averagedShare(0).batch(8).loop(loop).build());
  }

  @ParameterizedTest
  @MethodSource("loops")
  void stepsWithinEpochsLeadToTheSameWeightsAndFigures(TrainingOptions options) throws Exception {
    EachStep steps = new EachStep();
    List<TrainingListener.TrainingStep> heard = new ArrayList<>();
    TrainingResult straight =
        train(trainer(options).checkpoints(steps).listener(listening(heard)), fresh(options));
    assertEquals(4 * STEPS - 1, steps.all.size());
    assertNormsAreOf(heard, straight.lastResult().gradients(), options);
    for (int step : List.of(0, 5, 13)) {
      Checkpoint checkpoint = steps.all.get(step);
      TrainingResult rest = train(trainer(options), checkpoint);
      assertSameBits(straight.last(), rest.last());
      TrainingResult.EpochResult first = rest.history().get(0);
      TrainingResult.EpochResult same = straight.history().get(checkpoint.epoch());
      assertEquals(same.epoch(), first.epoch());
      assertEquals(same.trainLoss(), first.trainLoss());
      assertEquals(same.trainAccuracy(), first.trainAccuracy());
      assertEquals(same.gradients(), first.gradients());
      assertEquals(same.pace().images(), first.pace().images());
    }
  }

  private static TrainingListener listening(List<TrainingListener.TrainingStep> heard) {
    return new TrainingListener() {
      @Override
      public void step(TrainingStep step) {
        heard.add(step);
      }
    };
  }

  /** The last epoch's, whose steps are the last that were heard. */
  private static void assertNormsAreOf(
      List<TrainingListener.TrainingStep> heard,
      TrainingResult.GradientNorms norms,
      TrainingOptions options) {
    List<Double> all =
        heard.subList(3 * STEPS, 4 * STEPS).stream()
            .map(TrainingListener.TrainingStep::gradientNorm)
            .toList();
    double limit = options.maxGradientNorm();
    assertEquals(all.stream().mapToDouble(norm -> norm).sum() / STEPS, norms.mean());
    assertEquals(all.stream().filter(norm -> norm > limit).count() / 4.0, norms.clippedShare());
    double squares =
        norms.last().stream().mapToDouble(norm -> norm.gradient() * norm.gradient()).sum();
    assertEquals(all.get(STEPS - 1), Math.sqrt(squares), 1e-9);
    List<String> trained =
        NETWORK.parameters().stream()
            .filter(spec -> spec.role().isTrained())
            .map(ParameterSpec::name)
            .toList();
    assertEquals(trained, norms.last().stream().map(norm -> norm.name()).toList());
  }

  /** At five milliseconds a picture on one thread, the first 16 alone are waited for so long. */
  @Test
  void waitingForDataIsCounted() throws Exception {
    TrainingOptions options =
        options().toList().get(0).toBuilder().epochs(1).loaderThreads(1).build();
    TrainingResult.Pace slow =
        new Trainer(CPU, NETWORK, options)
            .train(TinyData.slow(TRAINING, 5), null)
            .lastResult()
            .pace();
    assertEquals(TRAINING.size(), slow.images());
    assertTrue(slow.waitingSeconds() < slow.seconds(), slow.toString());
    assertTrue(slow.waitingSeconds() > 0.04, slow.toString());
    assertEquals(slow.waitingSeconds() / slow.seconds(), slow.waitingShare());
    TrainingResult.Pace fast =
        new Trainer(CPU, NETWORK, options).train(TRAINING, null).lastResult().pace();
    assertTrue(fast.waitingSeconds() < slow.waitingSeconds(), fast.toString());
  }

  @Test
  void stopWithinAnEpochKeepsItsSteps() throws Exception {
    TrainingOptions options = options().toList().get(0);
    Checkpoint fresh = fresh(options);
    TrainingResult first = stopped(options, fresh, 2);
    assertTrue(first.stopped() && first.history().isEmpty());
    assertEquals(0, first.checkpoint().epoch());
    assertEquals(2, first.checkpoint().begun().steps());
    assertEquals("epoch 1 of 4, step 2 of 4", first.checkpoint().place(options, TRAINING.size()));
    assertSameBits(fresh.parameters(), first.last());
    TrainingResult third = stopped(options, first.checkpoint(), 2 + STEPS + 1);
    assertEquals("epoch 3 of 4, step 1 of 4", third.checkpoint().place(options, TRAINING.size()));
    assertEquals(2, third.history().size());
    Parameters straight = train(trainer(options), fresh).last();
    assertSameBits(straight, train(trainer(options), third.checkpoint()).last());
  }

  /** The last step is filled up to the same examples; without batch norm only rounding differs. */
  @Test
  void twoBatchesOfTwelveLearnWhatOneOfTwentyFourDoes() throws Exception {
    Network network = ResNets.mlp(Shape.of(3, 8, 8), 8, 1, 3);
    TrainingOptions one = options().toList().get(0).toBuilder().batch(24).build();
    TrainingOptions two =
        one.toBuilder().batch(12).loop(TrainingOptions.Loop.DEFAULTS.withAccumulate(2)).build();
    Parameters fresh = new Initializer(1).initialize(network);
    TrainingResult.EpochResult expected =
        train(new Trainer(CPU, network, one), Checkpoint.start(fresh)).lastResult();
    TrainingResult.EpochResult got =
        train(new Trainer(CPU, network, two), Checkpoint.start(fresh)).lastResult();
    assertEquals(expected.trainLoss(), got.trainLoss(), 1e-4 * expected.trainLoss());
    assertEquals(
        expected.validation().loss(), got.validation().loss(), 1e-4 * expected.validation().loss());
    assertEquals(expected.learningRate(), got.learningRate());
  }

  @Test
  void runningMeanIsTheModel() throws Exception {
    TrainingOptions plain = options().toList().get(0).toBuilder().epochs(1).build();
    TrainingOptions followed =
        plain.toBuilder().loop(TrainingOptions.Loop.DEFAULTS.withEma(0.5)).build();
    EachStep steps = new EachStep();
    TrainingResult result = train(trainer(followed).checkpoints(steps), fresh(followed));
    Parameters straight = train(trainer(plain), fresh(plain)).last();
    assertSameBits(straight, result.checkpoint().parameters());
    String weight = "layer1.0.conv1.weight";
    for (int i = 0; i < straight.get(weight).data().limit(); i++) {
      double mean = steps.all.get(0).parameters().get(weight).get(i);
      for (int step = 1; step < STEPS - 1; step++) {
        mean = (mean + steps.all.get(step).parameters().get(weight).get(i)) / 2;
      }
      mean = (mean + straight.get(weight).get(i)) / 2;
      assertEquals(mean, result.last().get(weight).get(i), 1e-6);
    }
    assertSameBits(result.last(), result.checkpoint().model());
  }

  @Test
  void averageIsTheMeanOfTheLastEpochsWithStatisticsOfItsOwn() throws Exception {
    TrainingOptions options = options().toList().get(2);
    List<Checkpoint> checkpoints = new ArrayList<>();
    Parameters averaged =
        train(trainer(options).checkpoints(checkpoints::add), fresh(options)).last();
    Parameters last =
        train(trainer(options.toBuilder().averagedShare(0).build()), fresh(options)).last();
    String weight = "layer1.0.conv1.weight";
    for (int i = 0; i < averaged.get(weight).data().limit(); i++) {
      double mean =
          (checkpoints.get(1).parameters().get(weight).get(i)
                  + checkpoints.get(2).parameters().get(weight).get(i)
                  + last.get(weight).get(i))
              / 3.0;
      assertEquals(mean, averaged.get(weight).get(i), 1e-6);
    }
    String statistic = "bn1.running_mean";
    float[] measured = averaged.get(statistic).toArray();
    float[] before = checkpoints.get(2).average().weights().get(statistic).toArray();
    assertFalse(java.util.Arrays.equals(measured, before));
  }

  @Test
  void checkpointAtTheEndCannotGoOn() {
    TrainingOptions options = options().toList().get(0);
    Checkpoint fresh = fresh(options);
    Checkpoint end =
        new Checkpoint(
            4,
            fresh.begun(),
            fresh.parameters(),
            fresh.optimizer(),
            Checkpoint.EpochMean.NONE,
            Checkpoint.Best.NONE);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> train(trainer(options), end));
    assertEquals("a training of 4 epochs cannot go on after epoch 4", e.getMessage());
  }
}
