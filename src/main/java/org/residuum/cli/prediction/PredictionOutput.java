package org.residuum.cli.prediction;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.residuum.Prediction;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.Failures;
import org.residuum.cli.text.LinesFile;
import org.residuum.text.Units;

/**
 * Where predictions go.
 *
 * @param items what is classified, the head of the first column: {@code file} or {@code row}
 * @param classes how many each gets
 * @param failFast whether the first failure ends all
 */
public record PredictionOutput(String items, int classes, boolean failFast) {
  /** Runs a job with its results going to where it is told. */
  @FunctionalInterface
  public interface Run<T> {
    PredictionJob.Summary with(PredictionJob.Sink<T> sink) throws IOException;
  }

  /** Sees each result, too. */
  @FunctionalInterface
  public interface Also<T> {
    void predicted(T item, List<Prediction> best);
  }

  private PredictionFormat format() {
    return new PredictionsCsv.Format(items, classes);
  }

  /** Prints each row as it comes. */
  public <T> PredictionJob.Summary print(Run<T> run, int of, PrintWriter output, Failures failures)
      throws IOException {
    try (PredictionWriter rows = new PrintedRows(format(), output)) {
      return complete(
          run.with(new Rows<>(rows, () -> {}, () -> {}, failures, (item, best) -> {})),
          of,
          failures);
    }
  }

  /**
   * Writes a file that has its name when it is whole; until then, and where something ends the job,
   * the rows are in {@code FILE.part}.
   */
  public <T> PredictionJob.Summary write(
      Run<T> run, int of, LinesFile file, Failures failures, Also<? super T> also)
      throws IOException {
    PredictionWriter rows = format().open(file.stream(), false);
    file.endLine();
    PredictionJob.Summary summary =
        run.with(new Rows<>(rows, file::endLine, file::flush, failures, also));
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

  /** Opens the file for {@link #write}. */
  public LinesFile open(Path out, boolean overwrite, Console console) throws IOException {
    return LinesFile.open("--out", out, "row", format().heads(), overwrite, console);
  }

  /** Called behind each row. */
  private interface RowEnd {
    void reached() throws IOException;
  }

  /** Rows of results and of failures, which are noted too. */
  private final class Rows<T> implements PredictionJob.Sink<T> {
    private final PredictionWriter writer;
    private final RowEnd end;
    private final RowEnd flush;
    private final Failures failures;
    private final Also<? super T> also;

    Rows(
        PredictionWriter writer,
        RowEnd end,
        RowEnd flush,
        Failures failures,
        Also<? super T> also) {
      this.writer = writer;
      this.end = end;
      this.flush = flush;
      this.failures = failures;
      this.also = also;
    }

    @Override
    public void predicted(T item, String name, List<Prediction> best) throws IOException {
      writer.predicted(name, best);
      end.reached();
      also.predicted(item, best);
    }

    @Override
    public void failed(String name, String reason) throws IOException {
      writer.failed(name, reason);
      end.reached();
      if (failFast) {
        throw CommandFailure.failed(name + ": " + reason);
      }
      failures.add(name, reason);
    }

    @Override
    public void flush() throws IOException {
      writer.flush();
      flush.reached();
      failures.flush();
    }
  }
}
