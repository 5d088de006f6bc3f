package org.residuum.cli.prediction;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.residuum.Prediction;
import org.residuum.data.parquet.Parquet;
import org.residuum.data.parquet.ParquetRows;
import org.residuum.data.parquet.ParquetRows.Column;
import org.residuum.data.parquet.ParquetRows.Kind;
import org.residuum.text.Printable;

/**
 * Predictions as Parquet: the columns of the CSV file, null where it has nothing; but logits and
 * embeddings are one column, a list of floats. A file in the making is of JSON Lines.
 */
final class PredictionsParquet implements PredictionWriter {
  private final ParquetRows rows;
  private final RowSchema schema;
  private final int columns;

  private PredictionsParquet(ParquetRows rows, RowSchema schema, int columns) {
    this.rows = rows;
    this.schema = schema;
    this.columns = columns;
  }

  /** The format. */
  record Format(RowSchema schema) implements PredictionFormat {
    @Override
    public int heads() {
      return -1;
    }

    @Override
    public String ending() {
      return "parquet";
    }

    @Override
    public PredictionWriter open(OutputStream out, boolean goesOn) throws IOException {
      List<Column> columns = columns();
      return new PredictionsParquet(
          Parquet.write(out, "--format parquet", columns), schema, columns.size());
    }

    @Override
    public PredictionFormat lines() {
      return new PredictionsJson.Format(schema);
    }

    @Override
    public void make(InputStream lines, OutputStream out) throws IOException {
      try (PredictionWriter rows = open(out, false)) {
        PredictionsJson.read(lines, schema, rows);
      }
    }

    private List<Column> columns() {
      List<Column> columns = new ArrayList<>();
      columns.add(new Column(schema.items(), Kind.TEXT, true));
      if (schema.content() == RowSchema.Content.CLASSES) {
        for (String name : schema.columns()) {
          columns.add(new Column(name, name.startsWith("label") ? Kind.TEXT : Kind.NUMBER, false));
        }
      } else if (!schema.names().isEmpty()) {
        for (String name : schema.columns()) {
          columns.add(new Column(name, name.equals("labels") ? Kind.TEXT : Kind.NUMBER, false));
        }
      } else {
        columns.add(new Column(schema.values(), Kind.FLOATS, false));
      }
      columns.add(new Column("error", Kind.TEXT, false));
      return columns;
    }
  }

  private Object[] row(String item) {
    Object[] cells = new Object[columns];
    cells[0] = item;
    return cells;
  }

  @Override
  public void predicted(String item, List<Prediction> best) throws IOException {
    Object[] cells = row(item);
    int at = 1;
    for (Prediction one : best) {
      cells[at++] = one.label();
      cells[at++] = one.probability();
    }
    rows.add(Arrays.asList(cells));
  }

  @Override
  public void values(String item, float[] values) throws IOException {
    Object[] cells = row(item);
    if (schema.names().isEmpty()) {
      cells[1] = values;
    } else {
      int at = 1;
      if (schema.content() == RowSchema.Content.LABELS) {
        cells[at++] = schema.labels(values);
      }
      for (float value : values) {
        cells[at++] = (double) value;
      }
    }
    rows.add(Arrays.asList(cells));
  }

  @Override
  public void failed(String item, String reason) throws IOException {
    Object[] cells = row(item);
    cells[columns - 1] = Printable.name(reason);
    rows.add(Arrays.asList(cells));
  }

  /** Rows wait until there is a group of them. */
  @Override
  public void flush() {}

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
