package org.residuum.cli.text;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.Writer;

/** The lines of a CSV file (RFC 4180). */
public final class CsvLines {
  private CsvLines() {}

  public static CsvWriter writer(Writer to) {
    return CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(to);
  }
}
