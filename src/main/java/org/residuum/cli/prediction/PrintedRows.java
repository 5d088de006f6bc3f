package org.residuum.cli.prediction;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.residuum.Prediction;
import org.residuum.cli.text.StandardOutput;
import org.residuum.text.Printable;

/** Prints each row at once; what a terminal must not get is shown there. */
final class PrintedRows implements PredictionWriter, RowsTarget {
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private final boolean terminal = StandardOutput.isTerminal();
  private final PrintWriter output;
  private final PredictionWriter rows;

  /**
   * Prints the head.
   *
   * @param format whose rows are lines
   */
  PrintedRows(PredictionFormat format, PrintWriter output) throws IOException {
    this.output = output;
    this.rows = format.open(pending, false);
    print();
  }

  @Override
  public void begin(Supplier<Map<String, String>> settings) {
    // The head is printed.
  }

  @Override
  public PredictionWriter rows() {
    return this;
  }

  @Override
  public void finish() throws IOException {
    rows.close();
    print();
  }

  private void print() throws IOException {
    output.print(pending.toString(StandardCharsets.UTF_8));
    pending.reset();
    flush();
  }

  @Override
  public void predicted(String item, List<Prediction> best) throws IOException {
    rows.predicted(name(item), best.stream().map(this::named).toList());
    print();
  }

  @Override
  public void values(String item, float[] values) throws IOException {
    rows.values(name(item), values);
    print();
  }

  private Prediction named(Prediction one) {
    return new Prediction(one.index(), name(one.label()), one.probability());
  }

  private String name(String name) {
    return terminal ? Printable.name(name) : name;
  }

  @Override
  public void failed(String item, String reason) throws IOException {
    rows.failed(name(item), reason);
    print();
  }

  @Override
  public void flush() throws IOException {
    if (output.checkError()) {
      throw new IOException("standard output takes no more rows; write with --out FILE");
    }
  }

  @Override
  public void close() {
    // Standard output stays open.
  }
}
