package org.residuum.cli.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.residuum.Prediction;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.CsvFile;
import org.residuum.cli.text.CsvLines;
import org.residuum.cli.text.Failures;
import org.residuum.text.Units;

/**
 * Where predictions go.
 *
 * @param items what is classified, the head of the first column: {@code file} or {@code row}
 * @param classes how many each gets
 * @param failFast whether the first failure ends all
 */
record PredictionOutput(String items, int classes, boolean failFast) {
  /** Runs a job with its results going to where it is told. */
  @FunctionalInterface
  interface Run<T> {
    PredictionJob.Summary with(PredictionJob.Sink<T> sink) throws IOException;
  }

  /** Sees each result, too. */
  @FunctionalInterface
  interface Also<T> {
    void predicted(T item, List<Prediction> best);
  }

  /** Prints each row as it comes. */
  <T> PredictionJob.Summary print(Run<T> run, int of, PrintWriter output, Failures failures)
      throws IOException {
    CsvLines lines = CsvLines.printed(output);
    return complete(run.with(new Rows<>(csv(lines), failures, (item, best) -> {})), of, failures);
  }

  /**
   * Writes a file that has its name when it is whole; until then, and where something ends the job,
   * the rows are in {@code FILE.part}.
   */
  <T> PredictionJob.Summary write(
      Run<T> run, int of, CsvFile file, Failures failures, Also<? super T> also)
      throws IOException {
    PredictionJob.Summary summary = run.with(new Rows<>(csv(file), failures, also));
    complete(summary, of, failures);
    file.finish();
    return summary;
  }

  private PredictionJob.Summary complete(PredictionJob.Summary summary, int of, Failures failures)
      throws IOException {
    if (summary.interrupted()) {
      throw CommandFailure.interrupted(
          String.format(
              Locale.ROOT, "interrupted after %,d of %s", summary.done(), Units.count(of, items)));
    }
    failures.finish();
    return summary;
  }

  private PredictionWriter csv(CsvLines lines) throws IOException {
    return new PredictionsCsv(lines, items, classes);
  }

  /** Opens the file for {@link #write}. */
  CsvFile open(Path out, boolean overwrite, Console console) throws IOException {
    return CsvFile.open("--out", out, "row", overwrite, console);
  }

  /** Rows of results and of failures, which are noted too. */
  private final class Rows<T> implements PredictionJob.Sink<T> {
    private final PredictionWriter writer;
    private final Failures failures;
    private final Also<? super T> also;

    Rows(PredictionWriter writer, Failures failures, Also<? super T> also) {
      this.writer = writer;
      this.failures = failures;
      this.also = also;
    }

    @Override
    public void predicted(T item, String name, List<Prediction> best) throws IOException {
      writer.predicted(name, best);
      also.predicted(item, best);
    }

    @Override
    public void failed(String name, String reason) throws IOException {
      writer.failed(name, reason);
      if (failFast) {
        throw CommandFailure.failed(name + ": " + reason);
      }
      failures.add(name, reason);
    }

    @Override
    public void flush() throws IOException {
      writer.flush();
      failures.flush();
    }
  }
}
