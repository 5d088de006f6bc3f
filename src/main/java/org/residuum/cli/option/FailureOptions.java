package org.residuum.cli.option;

import java.io.IOException;
import java.nio.file.Path;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.CsvFile;
import org.residuum.cli.text.Failures;
import org.residuum.cli.text.InputFiles;
import org.residuum.cli.text.OutputFile;
import picocli.CommandLine.Option;

/** {@code --errors} and {@code --max-failures}. */
public final class FailureOptions {
  private static final String ERRORS = "--errors";

  @Option(
      names = ERRORS,
      paramLabel = "FILE",
      description = "Write what failed, and why, as CSV: file,reason.")
  private Path errors;

  @Option(
      names = "--max-failures",
      paramLabel = "N|P%",
      defaultValue = MaxFailures.DEFAULT,
      description =
          "How many may fail, as a number or a share; with more the exit code is 1, when all is"
              + " done (default: "
              + MaxFailures.DEFAULT
              + "%; all that there are is always too many).") // picocli prints %% as %.
  private MaxFailures most;

  /**
   * Checks, before any work is done, that the file can be written.
   *
   * @param out another file that is written, or null
   */
  public void prepare(Path out, boolean overwrite) {
    if (errors == null) {
      return;
    }
    if (out != null && isSame(errors, out)) {
      throw CommandFailure.usage(ERRORS + " " + errors + ": it is --out, too; name another file");
    }
    OutputFile.prepare(ERRORS, errors, overwrite);
  }

  /** Refuses a file that the command reads. */
  public void requireApart(InputFiles read) throws IOException {
    read.requireNot(ERRORS, errors);
  }

  private static boolean isSame(Path a, Path b) {
    return a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize());
  }

  /**
   * Starts to note failures.
   *
   * @param items what may fail: {@code file}, {@code row} or {@code example}
   * @param elsewhere what to do to see all failures where there is no {@code --errors}
   */
  public Failures open(Console console, String items, String elsewhere, boolean overwrite)
      throws IOException {
    CsvFile file =
        errors == null ? null : CsvFile.open(ERRORS, errors, "failure", overwrite, console);
    return new Failures(console, items, file, errors == null ? elsewhere : "see " + errors);
  }

  /**
   * At the end, when all results are in place.
   *
   * @throws CommandFailure where too much failed
   */
  public void check(long failed, long total, String items) {
    if (most.exceeded(failed, total)) {
      throw CommandFailure.failed(most.complaint(failed, total, items));
    }
  }
}
