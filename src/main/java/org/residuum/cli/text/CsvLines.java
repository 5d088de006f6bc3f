package org.residuum.cli.text;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import org.residuum.text.Printable;

/** Where the lines of a CSV file (RFC 4180) go; the first is the head. */
public interface CsvLines {
  /** Adds a line, which may wait for {@link #flush}. */
  void add(List<String> cells) throws IOException;

  /** Hands on what waits. */
  void flush() throws IOException;

  /** Prints each line at once; what a terminal must not get is shown there. */
  static CsvLines printed(PrintWriter output) {
    boolean terminal = StandardOutput.isTerminal();
    CsvWriter csv = writer(output);
    return new CsvLines() {
      @Override
      public void add(List<String> cells) throws IOException {
        csv.writeRecord(terminal ? cells.stream().map(Printable::name).toList() : cells);
        csv.flush();
        flush();
      }

      @Override
      public void flush() throws IOException {
        if (output.checkError()) {
          throw new IOException("standard output takes no more rows; write with --out FILE");
        }
      }
    };
  }

  static CsvWriter writer(Writer to) {
    return CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(to);
  }
}
