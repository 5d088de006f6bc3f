package org.residuum.cli.text;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
    return new CsvFile(LinesFile.open(target(name, file, rows, overwrite, console)));
  }

  private static LinesFile.Target target(
      String name, Path file, String rows, boolean overwrite, Console console) {
    return new LinesFile.Target(name, file, rows, 1, overwrite, console);
  }

  /** As {@link LinesFile#takeOver} and {@link LinesFile#goOn}. */
  public static Optional<CsvFile> goOn(
      String name, Path file, String rows, LinesFile.Position at, Console console)
      throws IOException {
    Optional<LinesFile> lines = LinesFile.takeOver(target(name, file, rows, false, console));
    if (lines.isPresent()) {
      lines.get().goOn(at);
    }
    return lines.map(CsvFile::new);
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  /** As {@link LinesFile#sync}. */
  public LinesFile.Position sync() throws IOException {
    return lines.sync();
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
