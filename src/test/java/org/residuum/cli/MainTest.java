package org.residuum.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.cli.text.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

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
  void commandIsTheSameWithTheOthersLeftOut() {
    Map<String, CommandLine> all = Main.commandLine().getSubcommands();
    all.forEach(
        (name, command) -> {
          Map<String, CommandLine> only = Main.commandLine(name, "--debug").getSubcommands();
          assertEquals(Set.of(name), only.keySet());
          assertEquals(command.getUsageMessage(), only.get(name).getUsageMessage());
        });
    assertEquals(all.keySet(), Main.commandLine("--debug", "predict").getSubcommands().keySet());
    assertEquals(all.keySet(), Main.commandLine("nosuch").getSubcommands().keySet());
  }

  @Test
  void rehearsalOfAPredictionSucceedsAndLeavesNothing() throws IOException {
    try (Stream<Path> before = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      Set<Path> there = before.collect(Collectors.toSet());
      Rehearsal.main(new String[0]);
      try (Stream<Path> after = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
        assertEquals(
            List.of(),
            after
                .filter(path -> path.getFileName().toString().startsWith("residuum-rehearsal"))
                .filter(path -> !there.contains(path))
                .toList());
      }
    }
  }

  /** picocli takes descriptions as formats, and warns of a lone percent sign at each help. */
  @Test
  void descriptionsAreFormats() {
    for (CommandLine line : Main.commandLine().getSubcommands().values()) {
      for (OptionSpec option : line.getCommandSpec().options()) {
        if (option.userObject() instanceof Field field) {
          String text = String.join(" ", field.getAnnotation(Option.class).description());
          assertTrue(!text.formatted().isEmpty(), text);
        }
      }
    }
  }

  /** The narrowest terminal that is common has 80 columns, of which the last stays free. */
  @Test
  void examplesFitALineOfATerminal() {
    List<CommandLine> lines = new ArrayList<>(Main.commandLine().getSubcommands().values());
    lines.add(Main.commandLine());
    for (CommandLine line : lines) {
      for (String text : line.getCommandSpec().usageMessage().footer()) {
        assertTrue(!text.startsWith("  ") || text.length() < 80, text);
      }
      for (String text : line.getCommandSpec().usageMessage().customSynopsis()) {
        assertTrue("Usage: ".length() + text.length() < 80, text);
      }
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
    assertEquals(
        "residuum: unexpected argument inspct; did you mean inspect? (known: demo, train, recipes,"
            + " eval, predict, inspect, profile, bench, convert, depth, doctor)",
        error);
  }

  @Test
  void misspelledOptionIsAnsweredWithTheNearest() {
    String error = Terminal.run("inspect", "resnet8", "--bacth=3").error(ExitCode.USAGE);
    assertEquals("residuum: unknown option --bacth=3; did you mean --batch?", error);
  }

  /** Help on what is not there is no help. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "nosuch --help",
        "--help nosuch",
        "nosuch --version",
        "nosuch -h",
        "--nosuch --help",
        "--nosuch --version",
        "predict --nosuch --help",
        "inspect --help --nosuch",
        "doctor nosuch --help"
      })
  void unknownWordsBesideHelpAreAWrongUsage(String words) {
    String error = Terminal.run((Object[]) words.split(" ")).error(ExitCode.USAGE);
    assertTrue(error.contains("nosuch"), error);
    assertTrue(error.contains("did you mean") || error.contains("--help"), error);
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

  /** A disk that is full, or a reader that is gone. */
  private static final class Refusing extends OutputStream {
    private final String reason;

    Refusing(String reason) {
      this.reason = reason;
    }

    @Override
    public void write(int value) throws IOException {
      throw new IOException(reason);
    }
  }

  private static String errorOf(int exitCode, OutputStream results) {
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setErr(new PrintWriter(err, true));
    assertEquals(exitCode, Main.execute(line, results, "inspect", "resnet8"));
    return err.toString().strip();
  }

  @Test
  void lostOutputIsAFailure() {
    assertEquals(
        "residuum: standard output: No space left on device; what was printed is not whole",
        errorOf(ExitCode.FAILED, new Refusing("No space left on device")));
  }

  @Test
  void readerThatHasHadEnoughIsNotComplainedTo() {
    assertEquals("", errorOf(ExitCode.OK, new Refusing("Broken pipe")));
  }

  @Test
  void versionIsPrinted() {
    assertTrue(Terminal.run("--version").expect(ExitCode.OK).out().startsWith("residuum "));
  }
}
