package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;

final class InspectCommandTest {
  /** As published: akamaster's table and torchvision's documentation. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "resnet8 75,290",
        "resnet20 269,722",
        "resnet32 464,154",
        "resnet44 658,586",
        "resnet56 853,018",
        "resnet110 1,727,962",
        "resnet18 11,689,512",
        "resnet34 21,797,672",
        "resnet50 25,557,032",
        "resnet101 44,549,160",
        "resnet152 60,192,808",
        "resnext50_32x4d 25,028,904",
        "wide_resnet50_2 68,883,240"
      })
  void publishedParameterCountsArePrintedExactly(String model, String count) {
    String line = Terminal.run("inspect", model).expect(ExitCode.OK).firstLine();
    assertTrue(line.startsWith(model + ": " + count + " parameters, "), line);
  }

  @Test
  void batchOfNothingIsRefusedBeforeAnythingIsShown() {
    Terminal seen = Terminal.run("inspect", "resnet8", "--batch", 0);
    assertTrue(seen.error(ExitCode.USAGE).contains("--batch 0"), seen.err());
    assertEquals("", seen.out());
  }

  @Test
  void modelOptionIsTheSameAsTheArgument() {
    assertEquals(
        Terminal.run("inspect", "resnet20").expect(ExitCode.OK).out(),
        Terminal.run("inspect", "--model", "resnet20").expect(ExitCode.OK).out());
  }

  @Test
  void shortcutOfOptionBAddsItsProjections() {
    String line = Terminal.run("inspect", "resnet20", "--shortcut", "B").firstLine();
    // Two projections, 16·32 and 32·64 weights, each with a batch norm of 2·32 and 2·64.
    int expected = 269_722 + 16 * 32 + 2 * 32 + 32 * 64 + 2 * 64;
    assertTrue(line.startsWith(String.format("resnet20: %,d parameters", expected)), line);
  }

  @Test
  void inputAndClassesChangeTheEnds() {
    Terminal seen =
        Terminal.run("inspect", "resnet8", "--input", "1x28x28", "--classes", "7")
            .expect(ExitCode.OK);
    assertTrue(seen.out().contains("(N, 1, 28, 28)"), seen.out());
    assertTrue(seen.out().contains("(N, 7)"), seen.out());
  }

  @Test
  void everyNodeHasItsLine() {
    Terminal seen = Terminal.run("inspect", "mlp:64x3", "--input", "64").expect(ExitCode.OK);
    String nodes = seen.firstLine().replaceAll(".* (\\d+) nodes.*", "$1");
    long lines = seen.out().lines().filter(line -> line.startsWith("  %")).count();
    assertEquals(Long.parseLong(nodes), lines);
  }

  @Test
  void batchPrintsTheMemoryPlan() {
    String out = Terminal.run("inspect", "resnet8", "--batch", "4").expect(ExitCode.OK).out();
    assertTrue(out.contains("memory for batch 4: arena "), out);
  }

  @Test
  void misspelledModelIsAnsweredWithTheNearest() {
    String error = Terminal.run("inspect", "resnt50").error(ExitCode.USAGE);
    assertTrue(error.contains("did you mean resnet50?"), error);
  }

  @ParameterizedTest
  @CsvSource({"resnet21", "resnet9999", "preresnet18", "mlp:0x4"})
  void impossibleDepthIsAWrongUsage(String model) {
    String error = Terminal.run("inspect", model).error(ExitCode.USAGE);
    assertTrue(error.contains(model), error);
  }

  @Test
  void networkThatDoesNotFitItsInputIsAWrongUsage() {
    String error = Terminal.run("inspect", "resnet8", "--input", "64").error(ExitCode.USAGE);
    assertTrue(error.contains("mlp"), error);
  }

  @Test
  void batchOfNothingIsAWrongUsage() {
    Terminal.run("inspect", "resnet8", "--batch", "0").error(ExitCode.USAGE);
  }
}
