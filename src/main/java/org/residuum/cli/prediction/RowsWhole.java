package org.residuum.cli.prediction;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.PartFile;

/**
 * One file that is of no use before it is whole, in {@code FILE.part} until then; a job that does
 * not come to its end leaves none.
 */
final class RowsWhole implements RowsTarget {
  private final PredictionFormat format;
  private final PartFile part;
  private PartStream stream;
  private PredictionWriter rows;

  private RowsWhole(PredictionFormat format, PartFile part) {
    this.format = format;
    this.part = part;
  }

  /**
   * Claims the file.
   *
   * @throws CommandFailure where a job is to be resumed
   */
  static RowsWhole open(
      PredictionFormat format, Path out, boolean overwrite, boolean resume, Console console)
      throws IOException {
    if (resume) {
      throw CommandFailure.usage(
          "--resume: a single %s file cannot be gone on with; write a folder of parts: --out %s/"
              .formatted(format.ending(), out));
    }
    return new RowsWhole(format, PartFile.claim("--out", out, overwrite, console));
  }

  @Override
  public void begin(Supplier<Map<String, String>> settings) throws IOException {
    stream = new PartStream(part.channel());
    rows = format.open(stream, false);
  }

  @Override
  public PredictionWriter rows() {
    return rows;
  }

  @Override
  public void finish() throws IOException {
    rows.close();
    stream.drain();
    part.finish();
  }

  @Override
  public void close() throws IOException {
    part.close();
  }
}
