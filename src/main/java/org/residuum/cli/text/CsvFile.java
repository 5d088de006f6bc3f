package org.residuum.cli.text;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A CSV file in the making, whose first line is the head; see {@link LinesFile}. */
public final class CsvFile implements AutoCloseable {
  private final LinesFile lines;
  private final CsvWriter csv;

  private CsvFile(LinesFile lines) {
    this.lines = lines;
    this.csv = CsvLines.writer(new OutputStreamWriter(lines.stream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts a file that {@link OutputFile#prepare} has checked.
   *
   * @param name what the command line calls it, such as {@code --out}
   * @param rows what a line is called, such as {@code row}
   */
  public static CsvFile open(
      String name, Path file, String rows, boolean overwrite, Console console) throws IOException {
    return new CsvFile(LinesFile.open(name, file, rows, 1, overwrite, console));
  }

  /** Where the lines are until all are there. */
  public Path place() {
    return lines.place();
  }

  /** Adds a line, which may wait for {@link #flush}. */
  public void add(List<String> cells) throws IOException {
    csv.writeRecord(cells);
    csv.flush();
    lines.endLine();
  }

  /** Hands on what waits; a head without a row waits on. */
  public void flush() throws IOException {
    lines.flush();
  }

  /** All lines are added: the file gets its name. */
  public void finish() throws IOException {
    lines.finish();
  }

  /** Unless it is finished, says where its lines stay. */
  @Override
  public void close() throws IOException {
    lines.close();
  }
}
