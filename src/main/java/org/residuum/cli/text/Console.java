package org.residuum.cli.text;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.residuum.text.Printable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err what is said on the way
 * @param commandLine what was typed, as a POSIX shell takes it, for reports
 */
public record Console(PrintWriter out, PrintWriter err, String commandLine) {
  public static Console of(CommandSpec spec) {
    String typed =
        spec.root().commandLine().getParseResult().originalArgs().stream()
            .map(Console::quoted)
            .collect(Collectors.joining(" "));
    return new Console(
        spec.commandLine().getOut(), spec.commandLine().getErr(), "residuum " + typed);
  }

  /** What a POSIX shell takes as this argument. */
  public static String quoted(String argument) {
    return argument.matches("[\\w./:=,@%+-]+")
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }

  /** A line of results. */
  public void out(String format, Object... values) {
    out.println(text(format, values));
    out.flush();
  }

  /** A line of what is said on the way. */
  public void say(String format, Object... values) {
    err.println(text(format, values));
    err.flush();
  }

  private static String text(String format, Object... values) {
    Object[] shown = values.clone();
    for (int i = 0; i < shown.length; i++) {
      shown[i] = shown[i] instanceof Path path ? Printable.name(path.toString()) : shown[i];
    }
    return Printable.lines(String.format(Locale.ROOT, format, shown));
  }

  public Progress progress(String task, long total) {
    return Progress.of(err, task, total);
  }
}
