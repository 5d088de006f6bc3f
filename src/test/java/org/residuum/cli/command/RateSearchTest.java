package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;

/** {@code train --lr-find}. */
final class RateSearchTest extends SmallTraining {
  private Terminal search(Path out, Object... more) {
    List<Object> args = new ArrayList<>();
    args.addAll(List.of("train", "--data", "folder:" + pictures, "--model", "mlp:16x1"));
    args.addAll(List.of("--device", "cpu", "--batch", 16, "--out", out, "--lr-find"));
    args.addAll(Arrays.asList(more));
    return Terminal.run(args.toArray());
  }

  @Test
  void searchNamesARateAndLeavesTheFolderForTheTraining() throws IOException {
    Path out = folder.resolve("model");
    String text = search(out).expect(ExitCode.OK).out();
    assertTrue(text.contains("suggested --lr 0."), text);
    List<String> lines = Files.readAllLines(folder.resolve("model.lr-find.csv"));
    assertEquals("rate,loss,mean", lines.get(0));
    assertTrue(lines.size() > 50 && lines.get(1).startsWith("1.0E-7,"), lines.toString());
    String chart = Files.readString(folder.resolve("model.lr-find.svg"));
    assertTrue(chart.contains("<svg ") && chart.contains("suggested 0."), chart);
    assertFalse(Files.exists(out), "the folder is not made");
    assertEquals(lines.get(1), searched("again").get(1));
  }

  private List<String> searched(String name) throws IOException {
    search(folder.resolve(name), "--lr-find-steps", 100).expect(ExitCode.OK);
    return Files.readAllLines(folder.resolve(name + ".lr-find.csv"));
  }

  @Test
  void whatASearchCannotBeIsSaid() {
    Path out = folder.resolve("model");
    assertTrue(search(out, "--resume").expect(ExitCode.USAGE).err().contains("trains for none"));
    assertTrue(
        search(out, "--lr-find-steps", 5).expect(ExitCode.USAGE).err().contains("at least 20"));
    assertTrue(
        search(out, "--rate-of", "body=1e12").expect(ExitCode.FAILED).err().contains("--lr-find"));
  }
}
