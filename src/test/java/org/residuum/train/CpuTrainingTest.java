package org.residuum.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.TestData;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.data.Augmentation;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.source.Datasets;
import org.residuum.format.folder.SavedModel;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;

/** Short trainings on the CPU backend: with real digits, and against the reference. */
final class CpuTrainingTest {
  private static final TrainingBackend CPU = new CpuBackend();

  @TempDir Path temporary;

  @Test
  void digitsAreLearnedInTwoEpochsSavedAndRecognisedAgain() throws Exception {
    String data = "digits:" + TestData.find("digits");
    Dataset training = Datasets.open(data, Dataset.Split.TRAIN);
    Dataset test = Datasets.open(data, Dataset.Split.TEST);
    Preprocessing preprocessing = Preprocessing.of(training);
    Network network = ResNets.mlp(training.exampleShape(), 64, 2, 10);
    TrainingOptions options =
        Recipe.named("mlp").options(network, training).toBuilder().epochs(2).batch(32).build();
    Parameters initial = new Initializer(options.seed()).initialize(network);
    TrainingResult result =
        new Trainer(CPU, network, options).train(training, test, preprocessing, initial);
    TrainingResult.EpochResult last = result.lastResult();
    assertTrue(last.validation().top1() > 0.9, () -> "test accuracy " + last.validation().top1());
    assertTrue(last.validation().top5() > last.validation().top1());
    assertEquals(1797, last.validation().examples());

    Path folder = temporary.resolve("digits");
    new SavedModel(
            network, result.last(), training.labels(), Optional.of(preprocessing), Optional.empty())
        .save(folder, false);
    SavedModel model = SavedModel.load(folder);
    try (Plan plan = CPU.compile(model.network(), model.parameters(), CompileOptions.batch(100));
        Evaluator evaluator = new Evaluator(test, model.preprocessing().orElseThrow(), 128, 1)) {
      Evaluation again = evaluator.evaluate(plan);
      assertEquals(last.validation().top1(), again.top1());
      assertEquals(last.validation().loss(), again.loss(), 1e-5);
    }
  }

  @Test
  void sameSeedGivesBitwiseSameWeightsWithOneAndTwoLoaderThreads() throws Exception {
    Parameters one = colours(CPU, 1, 7).last();
    for (Parameters same :
        new Parameters[] {colours(CPU, 2, 7).last(), colours(CPU, 1, 7).last()}) {
      for (String name : one.names()) {
        assertArrayEquals(one.get(name).toArray(), same.get(name).toArray(), name);
      }
    }
  }

  @Test
  void anEpochOnTheCpuGivesTheReferencesLoss() throws Exception {
    TrainingResult.EpochResult cpu = colours(CPU, 1, 3).lastResult();
    TrainingResult.EpochResult reference = colours(new ReferenceBackend(), 1, 3).lastResult();
    // Four steps; float against double rounding, amplified by the batch norms of 16 examples.
    assertEquals(reference.trainLoss(), cpu.trainLoss(), 1e-4 * reference.trainLoss());
    assertEquals(
        reference.validation().loss(),
        cpu.validation().loss(),
        1e-3 * reference.validation().loss());
  }

  /** Finite, but as good as overflown: the weights before it are the last good ones. */
  @Test
  void lossesBeyondAMillionAreADivergence() {
    Schedule explodes = new Schedule.Step(0.02, 1e6, List.of(1.0));
    TrainingOptions options =
        TrainingOptions.builder()
            .epochs(3)
            .batch(32)
            .rule(new UpdateRule.Sgd(0, false, 0, false))
            .schedule(explodes)
            .build();
    Dataset training = TinyData.corners(32, 1);
    Network network = ResNets.mlp(Shape.of(4), 8, 0, 3);
    Trainer.DivergedException e =
        assertThrows(
            Trainer.DivergedException.class,
            () -> new Trainer(CPU, network, options).train(training, training));
    assertTrue(
        e.getMessage().matches("epoch 3, step 1: the loss is .*e.*, the validation loss .*"),
        e.getMessage());
    assertEquals(2, e.result().history().size());
  }

  private static TrainingResult colours(TrainingBackend backend, int threads, long seed)
      throws Exception {
    Network network = ResNets.cifar(8, Shape.of(3, 8, 8), 3, ResidualBlocks.Shortcut.ZERO_PAD);
    TrainingOptions options =
        TrainingOptions.builder()
            .epochs(1)
            .batch(16)
            .seed(seed)
            .schedule(new Schedule.Constant(0.02))
            .augmentation(new Augmentation(1, true))
            .loaderThreads(threads)
            .build();
    return new Trainer(backend, network, options)
        .train(TinyData.colours(64, 3), TinyData.colours(9, 4));
  }
}
