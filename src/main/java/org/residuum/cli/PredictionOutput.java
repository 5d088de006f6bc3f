package org.residuum.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.residuum.format.AtomicFile;

/**
 * Where predictions go.
 *
 * @param items what is classified, the head of the first column: {@code file} or {@code row}
 * @param classes how many each gets
 */
record PredictionOutput(String items, int classes) {
  /** Prints each row as it comes. */
  <T> PredictionJob.Summary print(PredictionJob<T> job, List<T> of, PrintWriter output)
      throws IOException {
    PredictionsCsv csv = new PredictionsCsv(output, items, classes);
    PredictionJob.Summary summary =
        job.run(
            of,
            (item, best) -> {
              csv.row(item, best);
              csv.flush();
              if (output.checkError()) {
                throw new IOException("standard output takes no more rows; write with --out FILE");
              }
            });
    if (summary.interrupted()) {
      throw interrupted(summary, of, "");
    }
    return summary;
  }

  /**
   * Writes the file whole or not at all; {@code also} sees each row too.
   *
   * @throws CommandFailure after an interruption; the rows so far are in {@code FILE.part} then
   */
  <T> PredictionJob.Summary write(
      PredictionJob<T> job, List<T> of, Path file, PredictionJob.Sink<T> also) throws IOException {
    PredictionJob.Summary[] summary = new PredictionJob.Summary[1];
    Path part = file.resolveSibling(file.getFileName() + ".part");
    AtomicFile.writeAs(
        file,
        channel -> {
          Writer writer = Channels.newWriter(channel, StandardCharsets.UTF_8);
          PredictionsCsv csv = new PredictionsCsv(writer, items, classes);
          summary[0] =
              job.run(
                  of,
                  (item, best) -> {
                    csv.row(item, best);
                    also.accept(item, best);
                  });
          if (summary[0].interrupted() && summary[0].classified() == 0) {
            throw interrupted(summary[0], of, "; nothing is written");
          }
          csv.flush();
          return summary[0].interrupted() ? part : file;
        });
    if (summary[0].interrupted()) {
      throw interrupted(summary[0], of, ", which are in " + part);
    }
    return summary[0];
  }

  private CommandFailure interrupted(PredictionJob.Summary summary, List<?> of, String where) {
    return CommandFailure.interrupted(
        String.format(
            Locale.ROOT,
            "interrupted after %,d of %s%s",
            summary.classified() + summary.skipped(),
            Units.count(of.size(), items),
            where));
  }
}
