package org.residuum.cli;

import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err what is said on the way
 * @param commandLine what was typed, for reports
 */
record Console(PrintWriter out, PrintWriter err, String commandLine) {
  static Console of(CommandSpec spec) {
    String typed = String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    return new Console(
        spec.commandLine().getOut(), spec.commandLine().getErr(), "residuum " + typed);
  }

  /** A line of results. */
  void out(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }

  /** A line of what is said on the way. */
  void say(String format, Object... values) {
    err.println(String.format(Locale.ROOT, format, values));
    err.flush();
  }

  Progress progress(String task, long total) {
    return Progress.of(err, task, total);
  }
}
