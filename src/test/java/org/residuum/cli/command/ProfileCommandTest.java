package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;

final class ProfileCommandTest {
  @Test
  void everyConvolutionHasALineAndTheSharesSumToAHundred() {
    List<String> lines =
        Terminal.run("profile", "resnet8", "--device", "cpu", "--batch", "2", "--runs", "2")
            .expect(ExitCode.OK)
            .out()
            .lines()
            .toList();
    assertTrue(lines.get(1).startsWith("whole     resnet8, batch 2: "), lines.get(1));
    List<String[]> rows = lines.stream().skip(3).map(line -> line.strip().split("\\s+")).toList();
    double sum = rows.stream().mapToDouble(row -> Double.parseDouble(row[1])).sum();
    assertEquals(100, sum, 0.05 * rows.size() + 0.01);
    List<String> names = rows.stream().map(row -> row[4]).filter(n -> n.contains("conv")).toList();
    assertEquals(
        List.of(
            "conv1",
            "layer1.0.conv1",
            "layer1.0.conv2",
            "layer2.0.conv1",
            "layer2.0.conv2",
            "layer3.0.conv1",
            "layer3.0.conv2"),
        names);
  }

  @Test
  void backendsWithoutStepsShowTheWholeRun() {
    Terminal seen =
        Terminal.run("profile", "resnet8", "--device", "reference", "--batch", "1", "--runs", "1")
            .expect(ExitCode.OK);
    assertTrue(seen.out().contains("the whole run"), seen.out());
  }

  @Test
  void noRunsIsRefused() {
    Terminal.run("profile", "resnet8", "--runs", "0").expect(ExitCode.USAGE);
  }
}
