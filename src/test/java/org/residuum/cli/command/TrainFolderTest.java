package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.format.folder.SavedModel;
import org.residuum.job.FolderLock;

/** The folder that a training writes. */
final class TrainFolderTest extends SmallTraining {
  @Test
  void folderThatExistsIsKeptUnlessOverwritten() throws IOException {
    Path out = SmallData.train(pictures, folder.resolve("model"));
    byte[] before = Files.readAllBytes(out.resolve("model.safetensors"));
    String error = Terminal.run(with(out)).error(ExitCode.FAILED);
    assertTrue(error.contains(out.toString()) && error.contains("overwrite"), error);
    assertArrayEquals(before, Files.readAllBytes(out.resolve("model.safetensors")));
    Terminal.run(with(out, "--overwrite")).expect(ExitCode.OK);
  }

  @Test
  void lossThatExplodesIsNamedWithItsRemedy() {
    Path out = folder.resolve("model");
    Terminal seen =
        Terminal.run(with(out, "--optimizer", "sgd", "--lr", "1e30", "--schedule", "constant"))
            .expect(ExitCode.FAILED);
    assertTrue(seen.err().contains("lower --lr"), seen.err());
    assertFalse(seen.err().contains("\tat "), seen.err());
  }

  @Test
  void trainingThatDivergesLeavesTheModelThatItWasToReplace() throws IOException {
    Path out = SmallData.train(pictures, folder.resolve("model"));
    byte[] before = Files.readAllBytes(out.resolve("model.safetensors"));
    Terminal.run(
            with(
                out, "--overwrite", "--optimizer", "sgd", "--lr", "1e30", "--schedule", "constant"))
        .expect(ExitCode.FAILED);
    assertArrayEquals(before, Files.readAllBytes(out.resolve("model.safetensors")));
  }

  @Test
  void folderThatAnotherTrainingWritesIsRefused() throws IOException {
    Path out = folder.resolve("model");
    try (FolderLock other = FolderLock.of(out)) {
      String error = Terminal.run(with(out, "--device", "cpu")).expect(ExitCode.FAILED).err();
      assertTrue(
          error.contains("--out " + out + ": another process writes there ("), error + other);
    }
    Terminal.run(with(out)).expect(ExitCode.OK);
    try (var left = Files.list(folder)) {
      assertEquals(List.of(out), left.toList(), "the lock is gone");
    }
  }

  @Test
  void rootIsNoFolderToWrite() {
    Path root = folder.getRoot();
    String error = Terminal.run(with(root)).error(ExitCode.USAGE);
    assertTrue(error.contains("--out " + root + ": name a folder within it"), error);
  }

  @Test
  void emptyFolderIsFilled() throws IOException {
    Path out = Files.createDirectory(folder.resolve("empty"));
    Terminal.run(with(out)).expect(ExitCode.OK);
    assertEquals(10, SavedModel.load(out).labels().size());
  }
}
