package org.residuum.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import picocli.CommandLine;

/** One run of the command line in this process, with what it wrote and answered. */
public record Terminal(int exitCode, String out, String err) {
  public static Terminal run(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] words = Arrays.stream(args).map(String::valueOf).toArray(String[]::new);
    CommandLine line = Main.commandLine(words);
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    int exitCode = line.execute(words);
    return new Terminal(exitCode, out.toString(), err.toString());
  }

  /** The first line of standard output. */
  public String firstLine() {
    return out.lines().findFirst().orElse("");
  }

  public Terminal expect(int code) {
    assertEquals(code, exitCode, () -> "out: " + out + "err: " + err);
    return this;
  }

  /** An error is one line that starts with the program's name. */
  public String error(int code) {
    expect(code);
    assertEquals(1, err.lines().count(), () -> "one line of error, but: " + err);
    assertEquals("residuum: ", err.substring(0, "residuum: ".length()));
    return err.strip();
  }
}
