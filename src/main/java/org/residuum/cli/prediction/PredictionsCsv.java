package org.residuum.cli.prediction;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.residuum.Prediction;
import org.residuum.cli.text.CsvLines;
import org.residuum.text.Printable;

/**
 * Predictions as CSV: {@code file,label,probability}, or {@code row,...} of a table, then {@code
 * label_2,probability_2} and so on, and at the end {@code error}, which says why there is no label.
 */
final class PredictionsCsv implements PredictionWriter {
  private final CsvWriter csv;
  private final int classes;

  private PredictionsCsv(OutputStream out, int classes) {
    this.csv = CsvLines.writer(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    this.classes = classes;
  }

  /**
   * The format.
   *
   * @param items what is classified: {@code file} or {@code row}
   * @param classes how many each gets
   */
  record Format(String items, int classes) implements PredictionFormat {
    @Override
    public int heads() {
      return 1;
    }

    @Override
    public String ending() {
      return "csv";
    }

    @Override
    public PredictionWriter open(OutputStream out, boolean goesOn) throws IOException {
      PredictionsCsv writer = new PredictionsCsv(out, classes);
      if (!goesOn) {
        writer.add(head());
      }
      return writer;
    }

    private List<String> head() {
      List<String> head = new ArrayList<>(List.of(items, "label", "probability"));
      for (int rank = 2; rank <= classes; rank++) {
        head.add("label_" + rank);
        head.add("probability_" + rank);
      }
      head.add("error");
      return head;
    }
  }

  private void add(List<String> cells) throws IOException {
    csv.writeRecord(cells);
    csv.flush();
  }

  @Override
  public void predicted(String item, List<Prediction> best) throws IOException {
    List<String> cells = new ArrayList<>();
    cells.add(item);
    for (Prediction one : best) {
      cells.add(one.label());
      cells.add(String.format(Locale.ROOT, "%.6f", one.probability()));
    }
    cells.add("");
    add(cells);
  }

  @Override
  public void failed(String item, String reason) throws IOException {
    List<String> cells = new ArrayList<>(Collections.nCopies(2 * classes + 2, ""));
    cells.set(0, item);
    cells.set(2 * classes + 1, Printable.name(reason));
    add(cells);
  }

  @Override
  public void flush() throws IOException {
    csv.flush();
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
