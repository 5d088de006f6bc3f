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
 * label_2,probability_2} and so on, or {@code logit_0} or {@code embedding_0} and so on; {@code
 * labels} and the probability of each; or a column each number of a regression; and at the end
 * {@code error}, which says why there are none.
 */
final class PredictionsCsv implements PredictionWriter {
  private final CsvWriter csv;

  private final RowSchema schema;

  /** Between the item and the error. */
  private final int columns;

  private PredictionsCsv(OutputStream out, RowSchema schema) {
    this.csv = CsvLines.writer(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    this.schema = schema;
    this.columns = schema.columns().size();
  }

  /** The format. */
  record Format(RowSchema schema) implements PredictionFormat {
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
      PredictionsCsv writer = new PredictionsCsv(out, schema);
      if (!goesOn) {
        writer.add(schema.items(), schema.columns(), "error");
      }
      return writer;
    }
  }

  private void add(String item, List<String> cells, String error) throws IOException {
    List<String> line = new ArrayList<>(columns + 2);
    line.add(item);
    line.addAll(cells);
    line.add(error);
    csv.writeRecord(line);
    csv.flush();
  }

  @Override
  public void predicted(String item, List<Prediction> best) throws IOException {
    List<String> cells = new ArrayList<>();
    for (Prediction one : best) {
      cells.add(one.label());
      cells.add(String.format(Locale.ROOT, "%.6f", one.probability()));
    }
    add(item, cells, "");
  }

  @Override
  public void values(String item, float[] values) throws IOException {
    List<String> cells = new ArrayList<>(columns);
    if (schema.content() == RowSchema.Content.LABELS) {
      cells.add(schema.labels(values));
    }
    for (float value : values) {
      cells.add(Float.toString(value));
    }
    add(item, cells, "");
  }

  @Override
  public void failed(String item, String reason) throws IOException {
    add(item, Collections.nCopies(columns, ""), Printable.name(reason));
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
