package org.residuum.cli;

import org.residuum.cli.command.SparkCommand;
import org.residuum.cli.text.PrintableStream;
import picocli.CommandLine;

/** What {@code scripts/residuum-spark} has spark-submit run. */
public final class SparkMain {
  private SparkMain() {}

  /** Runs the job and ends the process with its exit code. */
  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true");
    CommandLine line = commandLine();
    line.setErr(line.getErr());
    System.setErr(PrintableStream.before(System.err));
    System.exit(line.execute(args));
  }

  /** The parser. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new SparkCommand());
    Main.prepare(line);
    return line;
  }
}
