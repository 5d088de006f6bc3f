package org.residuum.cli.command;

import java.io.IOException;
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
  private final CsvLines lines;
  private final int classes;

  /**
   * Writes the head.
   *
   * @param items what is classified: {@code file} or {@code row}
   * @param classes how many each gets
   */
  PredictionsCsv(CsvLines lines, String items, int classes) throws IOException {
    this.lines = lines;
    this.classes = classes;
    List<String> head = new ArrayList<>(List.of(items, "label", "probability"));
    for (int rank = 2; rank <= classes; rank++) {
      head.add("label_" + rank);
      head.add("probability_" + rank);
    }
    head.add("error");
    lines.add(head);
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
    lines.add(cells);
  }

  @Override
  public void failed(String item, String reason) throws IOException {
    List<String> cells = new ArrayList<>(Collections.nCopies(2 * classes + 2, ""));
    cells.set(0, item);
    cells.set(2 * classes + 1, Printable.name(reason));
    lines.add(cells);
  }

  @Override
  public void flush() throws IOException {
    lines.flush();
  }
}
