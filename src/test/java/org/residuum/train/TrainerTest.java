package org.residuum.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.data.Augmentation;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;

final class TrainerTest {
  private static final TrainingBackend BACKEND = new ReferenceBackend();
  private static final Network MLP = ResNets.mlp(Shape.of(4), 8, 2, 3);

  private static TrainingOptions.Builder options() {
    return TrainingOptions.builder()
        .epochs(3)
        .batch(16)
        .rule(new UpdateRule.Sgd(0.9, true, 1e-4, false))
        .schedule(new Schedule.Constant(0.02));
  }

  @Test
  void separableClassesAreLearned() throws Exception {
    TrainingResult result =
        new Trainer(BACKEND, MLP, options().build())
            .train(TinyData.corners(192, 1), TinyData.corners(50, 2));
    assertEquals(3, result.history().size());
    TrainingResult.EpochResult last = result.lastResult();
    assertTrue(last.validation().top1() > 0.9, () -> "accuracy " + last.validation().top1());
    assertTrue(last.trainAccuracy() > 0.9, () -> "training accuracy " + last.trainAccuracy());
    assertTrue(last.trainLoss() < result.history().get(0).trainLoss());
    assertEquals(50, last.validation().examples());
    assertEquals(
        result.history().stream()
            .mapToDouble(epoch -> epoch.validation().top1())
            .max()
            .getAsDouble(),
        result.bestResult().validation().top1());
  }

  @Test
  void sameSeedGivesBitwiseSameWeightsWithOneAndTwoLoaderThreads() throws Exception {
    Network network = ResNets.cifar(8, Shape.of(3, 8, 8), 3, ResidualBlocks.Shortcut.ZERO_PAD);
    Parameters one = train(network, 1, 7);
    assertSameBits(one, train(network, 2, 7));
    assertSameBits(one, train(network, 1, 7));
    assertFalse(sameBits(one, train(network, 1, 8)), "another seed gives other weights");
  }

  private static Parameters train(Network network, int threads, long seed) throws Exception {
    TrainingOptions options =
        options()
            .epochs(1)
            .seed(seed)
            .augmentation(new Augmentation(1, true))
            .loaderThreads(threads)
            .build();
    return new Trainer(BACKEND, network, options)
        .train(TinyData.colours(48, 3), TinyData.colours(9, 4))
        .last();
  }

  private static boolean sameBits(Parameters a, Parameters b) {
    return a.names().stream().allMatch(name -> a.get(name).data().equals(b.get(name).data()));
  }

  private static void assertSameBits(Parameters a, Parameters b) {
    assertEquals(a.names(), b.names());
    for (String name : a.names()) {
      assertArrayEquals(a.get(name).toArray(), b.get(name).toArray(), name);
    }
  }

  @Test
  void listenerHearsEachStepAndEachEpoch() throws Exception {
    List<TrainingListener.TrainingStep> steps = new ArrayList<>();
    List<TrainingResult.EpochResult> epochs = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void step(TrainingListener.TrainingStep step) {
            steps.add(step);
          }

          @Override
          public void epochEnd(TrainingResult.EpochResult result) {
            epochs.add(result);
          }
        };
    TrainingResult result =
        new Trainer(BACKEND, MLP, options().build())
            .listener(listener)
            .train(TinyData.corners(40, 1), TinyData.corners(5, 2));
    assertEquals(9, steps.size(), "three batches of 16 for 40 examples, three epochs");
    assertEquals(3, steps.get(8).step());
    assertEquals(3, steps.get(8).epoch());
    assertEquals(0.02, steps.get(8).learningRate());
    assertTrue(steps.get(8).imagesPerSecond() > 0);
    assertEquals(result.history(), epochs);
    double mean =
        steps.subList(6, 9).stream().mapToDouble(TrainingListener.TrainingStep::loss).sum() / 3;
    assertEquals(mean, epochs.get(2).trainLoss(), 1e-12);
  }

  @Test
  void divergenceNamesTheStepAndKeepsTheLastGoodWeights() throws Exception {
    Schedule explodes = new Schedule.Step(0.02, 1e30, List.of(1.0));
    Dataset training = TinyData.corners(32, 1);
    Dataset test = TinyData.corners(6, 2);
    Trainer trainer = new Trainer(BACKEND, MLP, options().schedule(explodes).build());
    Trainer.DivergedException e =
        assertThrows(Trainer.DivergedException.class, () -> trainer.train(training, test));
    assertTrue(
        e.getMessage()
            .matches("epoch 2, step [12]: .*learning rate 2.000e\\+28; .*epoch 1 are kept"),
        e.getMessage());
    assertEquals(1, e.result().history().size());
    Parameters good =
        new Trainer(BACKEND, MLP, options().epochs(1).build()).train(training, test).last();
    assertSameBits(good, e.result().last());
  }

  @Test
  void divergenceInTheFirstEpochKeepsTheFirstWeights() {
    TrainingOptions options = options().schedule(new Schedule.Constant(1e30)).build();
    Parameters initial = new Initializer(0).initialize(MLP);
    Dataset training = TinyData.corners(32, 1);
    Trainer.DivergedException e =
        assertThrows(
            Trainer.DivergedException.class,
            () ->
                new Trainer(BACKEND, MLP, options)
                    .train(training, training, Preprocessing.of(training), initial));
    assertTrue(e.result().history().isEmpty());
    assertSameBits(initial, e.result().last());
    assertSame(Checkpoint.Best.NONE, e.result().best());
    assertThrows(IllegalStateException.class, e.result()::lastResult);
  }

  @Test
  void batchNormOfOneValueIsAnErrorWithTheRemedy() {
    Network network = ResNets.cifar(8, Shape.of(3, 1, 1), 3, ResidualBlocks.Shortcut.ZERO_PAD);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Trainer(BACKEND, network, options().batch(1).build())
                    .train(TinyData.dots(8), TinyData.dots(4)));
    assertTrue(e.getMessage().startsWith("batch norm bn1 has one value a channel"), e.getMessage());
  }

  @Test
  void paddingThatHidesThePictureIsAnErrorWithTheLimit() {
    Network network = ResNets.cifar(8, Shape.of(3, 1, 1), 3, ResidualBlocks.Shortcut.ZERO_PAD);
    TrainingOptions padded = options().augmentation(new Augmentation(4, true)).build();
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Trainer(BACKEND, network, padded).train(TinyData.dots(32), TinyData.dots(4)));
    assertEquals(
        "dots: padding by 4 pixels can cut examples (3, 1, 1) out of sight; pad by less than 1",
        e.getMessage());
  }

  /** By default pictures of one pixel are not padded, and three colours are learned. */
  @Test
  void picturesOfOnePixelAreLearned() throws Exception {
    Network network = ResNets.cifar(8, Shape.of(3, 1, 1), 3, ResidualBlocks.Shortcut.ZERO_PAD);
    Dataset training = TinyData.dots(96);
    TrainingOptions options =
        Recipe.of(network, training).options(network, training).toBuilder()
            .epochs(12)
            .batch(32)
            .build();
    TrainingResult.EpochResult last =
        new Trainer(BACKEND, network, options).train(training, TinyData.dots(30)).lastResult();
    assertTrue(last.validation().top1() > 0.9, () -> "accuracy " + last.validation().top1());
  }

  @Test
  void tooFewExamplesForOneBatchIsAnErrorWithTheRemedy() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Trainer(BACKEND, MLP, options().build())
                    .train(TinyData.corners(15, 1), TinyData.corners(5, 2)));
    assertEquals("corners has 15 examples, a batch 16; use a smaller batch size", e.getMessage());
  }

  @Test
  void dataOfAnotherShapeIsAnErrorNamingBoth() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Trainer(BACKEND, MLP, options().build())
                    .train(TinyData.colours(32, 1), TinyData.colours(5, 2)));
    assertTrue(
        e.getMessage().contains("takes (N, 4), an example of colours is (3, 8, 8)"),
        e.getMessage());
  }

  @Test
  void dataOfMoreClassesThanLogitsIsAnError() {
    Network two = ResNets.mlp(Shape.of(4), 8, 1, 2);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new Trainer(BACKEND, two, options().build())
                    .train(TinyData.corners(32, 1), TinyData.corners(5, 2)));
    assertTrue(
        e.getMessage().contains("mlp8x1 tells 2 classes apart, corners has 3; "), e.getMessage());
  }
}
