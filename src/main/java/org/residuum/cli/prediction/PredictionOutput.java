package org.residuum.cli.prediction;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.residuum.Prediction;
import org.residuum.backend.Plan;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.Failures;
import org.residuum.cli.text.LinesFile;
import org.residuum.text.Units;

/** Where the predictions of a job go. */
public final class PredictionOutput implements Closeable {
  private final Console console;
  private final Rules rules;
  private final RowsTarget target;

  private PredictionOutput(Console console, Rules rules, RowsTarget target) {
    this.console = console;
    this.rules = rules;
    this.target = target;
  }

  /**
   * How rows are written.
   *
   * @param schema what they say
   * @param format how they are written down
   * @param failFast whether the first failure ends all
   * @param partRows rows that come to disk together
   */
  public record Rules(RowSchema schema, RowFormat format, boolean failFast, long partRows) {
    private PredictionFormat opened() {
      return format.of(schema);
    }
  }

  /** Sees each result, too. */
  @FunctionalInterface
  public interface Also<T> {
    void predicted(T item, List<Prediction> best);
  }

  /** Prints each row as it comes. */
  public static PredictionOutput print(Console console, Rules rules) throws IOException {
    PrintedRows rows = new PrintedRows(rules.opened(), console.out());
    return new PredictionOutput(console, rules, rows);
  }

  /**
   * Claims a file for rows, which has its name when it is whole; until then, and where something
   * ends the job, the rows are in {@code FILE.part}.
   *
   * @param resume whether to go on with what a job left that was ended
   */
  public static PredictionOutput file(
      Console console, Rules rules, Path out, boolean overwrite, boolean resume)
      throws IOException {
    PredictionFormat format = rules.opened();
    LinesFile.Target target =
        new LinesFile.Target("--out", out, "row", format.lines().heads(), overwrite, console);
    return new PredictionOutput(console, rules, RowsFile.open(format, target, resume));
  }

  /** Claims a folder for parts, each a file. */
  public static PredictionOutput folder(
      Console console, Rules rules, Path out, boolean overwrite, boolean resume)
      throws IOException {
    RowsFolder folder = RowsFolder.open(rules.opened(), out, resume, overwrite);
    return new PredictionOutput(console, rules, folder);
  }

  /** Where the rows are until all are there, if that is elsewhere than where they are then. */
  public Optional<Path> place() {
    return target.place();
  }

  /** Where the file of failures goes on; empty where it begins. */
  public Optional<LinesFile.Position> resumedFailures() {
    return target
        .resumed()
        .map(
            left -> {
              long failed = left.failed();
              return new LinesFile.Position(
                  failed == 0 ? 0 : failed + 1,
                  left.parts().isEmpty() ? 0 : left.last().errorBytes());
            });
  }

  /** Whether all is there already, the file of failures too. */
  public boolean isWhole() {
    return target.resumed().map(Manifest.Contents::whole).orElse(false);
  }

  /**
   * What runs a job.
   *
   * @param labels of the classes, or none
   * @param threads that decode
   */
  public record Runner(Plan plan, List<String> labels, int threads) {}

  /**
   * Runs a job and writes its rows.
   *
   * @param settings what the rows depend on, by option
   */
  public <T> PredictionJob.Summary write(
      PredictionJob<T> job,
      Runner runner,
      Failures failures,
      Supplier<Map<String, String>> settings,
      Also<? super T> also)
      throws IOException {
    long partRows = rules.partRows + runner.plan.batch() - 1;
    partRows -= partRows % runner.plan.batch();
    target.begin(settings);
    long resumed = target.resumed().map(job::skip).orElse(0L);
    if (resumed > 0) {
      console.say("resumed after %s", Units.count(resumed, rules.schema.items()));
    }
    Rows<T> rows = new Rows<>(partRows, failures, also);
    PredictionJob.Summary run = job.run(console, runner, rules.schema, resumed, rows);
    if (run.interrupted()) {
      rows.endShortPart(target.takesShortParts());
      throw interrupted(run, job.count());
    }
    rows.endShortPart(failures.isFile() || rows.hasParts || !target.takesShortParts());
    failures.finish();
    target.finish();
    return with(run, target.resumed().map(Manifest.Contents::failed).orElse(0L));
  }

  private static PredictionJob.Summary with(PredictionJob.Summary run, long failedBefore) {
    return new PredictionJob.Summary(
        run.resumed(), run.classified(), run.failed(), failedBefore, run.seconds(), false);
  }

  private CommandFailure interrupted(PredictionJob.Summary run, OptionalLong of) {
    String done = String.format(Locale.ROOT, "interrupted after %,d", run.done());
    String all =
        of.isPresent()
            ? " of " + Units.count(of.getAsLong(), rules.schema.items())
            : " " + rules.schema.items() + "s";
    return CommandFailure.interrupted(
        done + all + (target.hasParts() ? "; the same command with --resume goes on" : ""));
  }

  @Override
  public void close() throws IOException {
    target.close();
  }

  /** Rows of results and of failures, which are noted too; brings them to disk part by part. */
  private final class Rows<T> implements PredictionJob.Sink<T> {
    private final long partRows;
    private final Failures failures;
    private final Also<? super T> also;
    private final Names names = new Names();
    private long failed;
    private boolean hasParts = target.resumed().isPresent();

    Rows(long partRows, Failures failures, Also<? super T> also) {
      this.partRows = partRows;
      this.failures = failures;
      this.also = also;
    }

    @Override
    public void predicted(T item, String name, List<Prediction> best) throws IOException {
      target.rows().predicted(name, best);
      also.predicted(item, best);
      endRow(name);
    }

    @Override
    public void values(String name, float[] values) throws IOException {
      target.rows().values(name, values);
      endRow(name);
    }

    @Override
    public void failed(String name, String reason) throws IOException {
      target.rows().failed(name, reason);
      if (rules.failFast) {
        target.endRow();
        throw CommandFailure.failed(name + ": " + reason);
      }
      failures.add(name, reason);
      failed++;
      endRow(name);
    }

    private void endRow(String name) throws IOException {
      target.endRow();
      if (target.hasParts()) {
        names.add(name);
        if (names.count() == partRows) {
          endPart();
        }
      }
    }

    /** First the rows, then what says that they are there. */
    private void endPart() throws IOException {
      long bytes = target.endPart();
      target.note(names.part(failed, bytes, failures.sync().bytes()));
      failed = 0;
      hasParts = true;
    }

    /** Ends a part that is not full, if there is one, if that is wanted. */
    void endShortPart(boolean wanted) throws IOException {
      if (wanted && target.hasParts() && names.count() > 0) {
        endPart();
      }
    }

    @Override
    public void flush() throws IOException {
      target.flush();
      failures.flush();
    }
  }
}
