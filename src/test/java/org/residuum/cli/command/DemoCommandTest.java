package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.format.folder.SavedModel;
import org.residuum.job.FolderLock;

final class DemoCommandTest {
  @TempDir private Path folder;

  /** The small network of the reference device keeps this short. */
  @Test
  void everythingIsMadeAndNamed() throws IOException {
    Path out = folder.resolve("demo");
    Terminal seen =
        Terminal.run("demo", "--device", "reference", "--epochs", 1, "--out", out)
            .expect(ExitCode.OK);
    assertEquals(10, SavedModel.load(out.resolve("model")).labels().size());
    assertEquals(61, Files.readAllLines(out.resolve("predictions.csv")).size());
    for (String made : new String[] {"pictures", "predictions.csv", "model", "model/report.html"}) {
      assertTrue(Files.exists(out.resolve(made)), made);
      assertTrue(seen.out().contains(out.resolve(made).toString()), made);
    }
    assertTrue(seen.out().contains("accuracy     "), seen.out());
    assertTrue(seen.out().contains("\n  residuum predict --model "), seen.out());
  }

  /** A training that writes the folder locks it by this name, too. */
  @Test
  void folderThatAnotherCommandWritesIsRefused() throws IOException {
    Path out = folder.resolve("taken");
    try (FolderLock unused = FolderLock.of(out)) {
      String error = Terminal.run("demo", "--out", out).error(ExitCode.FAILED);
      assertTrue(error.contains("another process writes there"), error);
    }
  }

  @Test
  void folderThatIsNotEmptyIsKept() throws IOException {
    Files.writeString(folder.resolve("precious"), "x");
    String error = Terminal.run("demo", "--out", folder).error(ExitCode.FAILED);
    assertTrue(error.contains("--overwrite"), error);
  }
}
