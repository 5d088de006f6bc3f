package org.residuum.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.ErrorText;
import org.residuum.cli.text.ExitCode;
import org.residuum.text.NearestName;
import org.residuum.text.Printable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one line: {@code residuum: what, the rule, the remedy}. */
final class ErrorLines {
  private ErrorLines() {}

  /**
   * Runs what was asked for, but for help on something unknown: picocli shows some other help for
   * {@code residuum nosuch --help}, and ends with 0.
   */
  static int run(ParseResult parsed) {
    for (ParseResult at = parsed; at != null; at = at.subcommand()) {
      if (!at.unmatched().isEmpty()) {
        throw new UnmatchedArgumentException(at.commandSpec().commandLine(), at.unmatched());
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** For a command line that cannot be read. */
  static int usage(ParameterException error, String[] args) {
    CommandLine line = error.getCommandLine();
    print(line, usageMessage(error, line));
    if (error.getCause() != null) {
      trace(line, error);
    }
    return ExitCode.USAGE;
  }

  private static String usageMessage(ParameterException error, CommandLine line) {
    String command = line.getCommandSpec().qualifiedName();
    if (error instanceof UnmatchedArgumentException unmatched) {
      String typed = unmatched.getUnmatched().get(0);
      return typed.startsWith("-")
          ? "unknown option " + typed + hint(typed, options(line), command)
          : "unexpected argument " + typed + hint(typed, commands(line), command) + all(line);
    }
    String message = ErrorText.firstLine(error.getMessage());
    return error instanceof MissingParameterException
        ? decapitalized(message) + "; see " + command + " --help"
        : decapitalized(message);
  }

  /** The commands, where one was expected. */
  private static String all(CommandLine line) {
    List<String> commands = commands(line);
    return commands.isEmpty() ? "" : " (known: " + String.join(", ", commands) + ")";
  }

  private static String hint(String typed, List<String> known, String command) {
    int end = typed.indexOf('=');
    String name = end < 0 ? typed : typed.substring(0, end);
    String nearest = NearestName.didYouMean(name, known);
    return nearest.isEmpty() ? "; see " + command + " --help" : nearest;
  }

  private static List<String> options(CommandLine line) {
    return line.getCommandSpec().options().stream()
        .filter(option -> !option.hidden())
        .map(option -> option.longestName())
        .toList();
  }

  private static List<String> commands(CommandLine line) {
    return new ArrayList<>(line.getSubcommands().keySet());
  }

  /** For a command that ran and failed. */
  static int failure(Exception error, CommandLine line, ParseResult parsed) {
    print(line, ErrorText.of(error));
    trace(line, error);
    return error instanceof CommandFailure failure ? failure.exitCode() : ExitCode.FAILED;
  }

  private static void print(CommandLine line, String message) {
    PrintWriter err = line.getErr();
    err.println("residuum: " + Printable.name(message));
    err.flush();
  }

  private static void trace(CommandLine line, Exception error) {
    CommandLine root = line;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    if (root.getCommand() instanceof Main main && main.debug()) {
      StringWriter trace = new StringWriter();
      error.printStackTrace(new PrintWriter(trace));
      line.getErr().print(Printable.lines(trace.toString()));
      line.getErr().flush();
    }
  }

  private static String decapitalized(String text) {
    boolean word = text.length() > 1 && Character.isLowerCase(text.charAt(1));
    return word ? Character.toLowerCase(text.charAt(0)) + text.substring(1) : text;
  }
}
