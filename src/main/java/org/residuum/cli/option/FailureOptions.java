package org.residuum.cli.option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.CsvFile;
import org.residuum.cli.text.Failures;
import org.residuum.cli.text.InputFiles;
import org.residuum.cli.text.LinesFile;
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
   * Goes on to note failures.
   *
   * @param at how many lines of the file an ended job brought to disk
   * @throws CommandFailure where they are not there
   */
  public Failures goOn(Console console, String items, String elsewhere, LinesFile.Position at)
      throws IOException {
    if (errors == null) {
      return new Failures(console, items, null, elsewhere);
    }
    CsvFile file = CsvFile.goOn(ERRORS, errors, "failure", at, console).orElse(null);
    if (file == null && at.lines() == 0) {
      file = CsvFile.open(ERRORS, errors, "failure", true, console);
    }
    if (file == null && !(Files.isRegularFile(errors) && Files.size(errors) == at.bytes())) {
      throw CommandFailure.failed(
          ERRORS
              + " "
              + errors
              + ": what the ended job wrote there is gone; begin again without --resume");
    }
    return new Failures(console, items, file, "see " + errors);
  }

  /** Where they go, for comparing it with another job's. */
  public String place() {
    return errors == null ? "not given" : errors.toAbsolutePath().normalize().toString();
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
