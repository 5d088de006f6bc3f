package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.ExitCode;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.source.Datasets;
import org.residuum.format.folder.SavedModel;
import org.residuum.job.FolderLock;
import org.residuum.job.StartingPoint;
import org.residuum.job.TrainingData;
import org.residuum.network.Shape;
import org.residuum.train.TrainingOptions;

/** What is left of a training that something else than itself ends. */
final class ConsoleTrainingTest {
  private static final int EXAMPLES = 64;
  private static final TrainingOptions OPTIONS =
      TrainingOptions.builder().epochs(3).batch(16).loaderThreads(1).build();

  @TempDir private Path folder;

  /** Pictures that can be read so often, and then are gone. */
  private static final class Vanishing implements ImageDataset {
    private final ImageDataset all;
    private final AtomicInteger left;

    Vanishing(int reads) throws IOException {
      all = (ImageDataset) Datasets.open("glyphs", Dataset.Split.TEST);
      left = new AtomicInteger(reads);
    }

    @Override
    public void read(int index, byte[] into) throws IOException {
      if (left.getAndDecrement() <= 0) {
        throw new InvalidDataException("cat/7.jpg: no such picture");
      }
      all.read(index, into);
    }

    @Override
    public String name() {
      return "vanishing";
    }

    @Override
    public int size() {
      return EXAMPLES;
    }

    @Override
    public Shape exampleShape() {
      return all.exampleShape();
    }

    @Override
    public List<String> labels() {
      return all.labels();
    }

    @Override
    public int label(int index) {
      return all.label(index);
    }
  }

  private static ConsoleTraining job(CpuBackend backend, Dataset training) throws IOException {
    Dataset whole = new Vanishing(Integer.MAX_VALUE);
    StartingPoint start = ConsoleTraining.start("mlp:16x1", null, false, whole, 0);
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    Console console = new Console(nowhere, nowhere, "residuum train");
    return new ConsoleTraining(
        console, backend, TrainingData.of(training, whole), start, "", "go on", null);
  }

  @Test
  void pictureThatVanishesCostsItsEpochOnly() throws IOException {
    Path out = folder.resolve("model");
    Path straight = folder.resolve("straight");
    try (CpuBackend backend = new CpuBackend();
        FolderLock lock = FolderLock.ofModel(out);
        FolderLock other = FolderLock.ofModel(straight)) {
      Dataset vanishing = new Vanishing(2 * EXAMPLES + 7);
      CommandFailure failure =
          assertThrows(
              CommandFailure.class, () -> job(backend, vanishing).run(OPTIONS, lock, false));
      assertEquals(ExitCode.FAILED, failure.exitCode());
      assertEquals(
          "cat/7.jpg: no such picture; epoch 2 of 3 is in " + out + ", go on",
          failure.getMessage());
      Dataset again = new Vanishing(Integer.MAX_VALUE);
      job(backend, again).resume(OPTIONS, lock);
      job(backend, again).run(OPTIONS, other, false);
    }
    assertArrayEquals(
        Files.readAllBytes(straight.resolve("model.safetensors")),
        Files.readAllBytes(out.resolve("model.safetensors")));
  }

  @Test
  void pictureThatVanishesInTheFirstEpochIsNamed() throws IOException {
    Path out = folder.resolve("model");
    try (CpuBackend backend = new CpuBackend();
        FolderLock lock = FolderLock.ofModel(out)) {
      Dataset vanishing = new Vanishing(7);
      IOException failure =
          assertThrows(IOException.class, () -> job(backend, vanishing).run(OPTIONS, lock, false));
      assertTrue(failure.getMessage().startsWith("cat/7.jpg"), failure.getMessage());
      assertTrue(!SavedModel.isSavedModel(out));
    }
  }
}
