package org.residuum.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class MainTest {
  @Test
  void everyCommandExplainsItselfWithExamples() {
    for (Map.Entry<String, CommandLine> command : Main.commandLine().getSubcommands().entrySet()) {
      Terminal help = Terminal.run(command.getKey(), "--help").expect(ExitCode.OK);
      assertTrue(help.out().contains("Usage: residuum " + command.getKey()), help.out());
      assertTrue(help.out().contains("\n  residuum " + command.getKey()), help.out());
    }
  }

  @Test
  void helpOfTheWholeListsEveryCommand() {
    String out = Terminal.run("--help").expect(ExitCode.OK).out();
    Main.commandLine()
        .getSubcommands()
        .keySet()
        .forEach(command -> assertTrue(out.contains("\n  " + command + " "), out));
  }

  @Test
  void misspelledCommandIsAnsweredWithTheNearest() {
    String error = Terminal.run("inspct").error(ExitCode.USAGE);
    assertEquals("residuum: unexpected argument inspct; did you mean inspect?", error);
  }

  @Test
  void misspelledOptionIsAnsweredWithTheNearest() {
    String error = Terminal.run("inspect", "resnet8", "--bacth=3").error(ExitCode.USAGE);
    assertEquals("residuum: unknown option --bacth=3; did you mean --batch?", error);
  }

  @Test
  void noCommandIsAWrongUsage() {
    String error = Terminal.run().error(ExitCode.USAGE);
    assertTrue(error.contains("inspect"), error);
  }

  @Test
  void valueOfTheWrongTypeNamesTheOption() {
    String error = Terminal.run("inspect", "resnet8", "--batch", "many").error(ExitCode.USAGE);
    assertTrue(error.contains("--batch") && error.contains("many"), error);
  }

  @Test
  void debugAddsTheStackTrace() {
    Terminal seen = Terminal.run("inspect", "resnt", "--debug").expect(ExitCode.USAGE);
    assertTrue(seen.err().contains("at org.residuum.cli."), seen.err());
  }

  @Test
  void versionIsPrinted() {
    assertTrue(Terminal.run("--version").expect(ExitCode.OK).out().startsWith("residuum "));
  }
}
