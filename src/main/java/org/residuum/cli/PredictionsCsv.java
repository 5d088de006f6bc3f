package org.residuum.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.residuum.train.Prediction;

/**
 * Predictions as CSV (RFC 4180): {@code file,label,probability}, or {@code row,...} of a table,
 * then {@code label_2,probability_2} and so on.
 */
final class PredictionsCsv {
  private final CsvWriter csv;

  /**
   * Writes the head.
   *
   * @param items what is classified: {@code file} or {@code row}
   */
  PredictionsCsv(Writer writer, String items, int top) {
    csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(writer);
    List<String> head = new ArrayList<>(List.of(items, "label", "probability"));
    for (int rank = 2; rank <= top; rank++) {
      head.add("label_" + rank);
      head.add("probability_" + rank);
    }
    csv.writeRecord(head);
  }

  void row(Object item, List<Prediction> best) {
    List<String> cells = new ArrayList<>();
    cells.add(item.toString());
    for (Prediction one : best) {
      cells.add(one.label());
      cells.add(String.format(Locale.ROOT, "%.6f", one.probability()));
    }
    csv.writeRecord(cells);
  }

  /** Hands everything to the writer, which stays open. */
  void flush() throws IOException {
    csv.flush();
  }
}
