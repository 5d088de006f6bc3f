package org.residuum.cli.prediction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.residuum.Prediction;
import org.residuum.cli.prediction.RowSchema.Content;
import org.residuum.data.parquet.DuckDb;

/** DuckDB reads rows of each format. */
class RowFormatTest {
  private static final String ODD = "földer/\"a\", b\\c\u2028.png";

  private static DuckDb duckDb;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws SQLException {
    duckDb = new DuckDb();
  }

  @AfterAll
  static void end() throws SQLException {
    duckDb.close();
  }

  private interface Rows {
    void write(PredictionWriter to) throws IOException;
  }

  private Path write(RowFormat format, RowSchema schema, Rows rows) throws IOException {
    PredictionFormat opened = format.of(schema);
    Path file = folder.resolve("rows." + opened.ending());
    try (OutputStream out = Files.newOutputStream(file);
        PredictionWriter writer = opened.open(out, false)) {
      rows.write(writer);
    }
    return file;
  }

  private static void writeClasses(PredictionWriter to) throws IOException {
    to.predicted(ODD, List.of(new Prediction(3, "cat, big", 0.75), new Prediction(0, "dog", 0.2)));
    to.failed("b.png", "no such\npicture");
    to.predicted("c", List.of(new Prediction(0, "dog", 1), new Prediction(1, "", 1 / 3d)));
  }

  @ParameterizedTest
  @EnumSource
  void classesAreReadBack(RowFormat format) throws Exception {
    Path file = write(format, RowSchema.ofClasses("file", 2), RowFormatTest::writeClasses);
    String columns = "file, label, probability, label_2, probability_2, error";
    String from = DuckDb.quoted(file);
    if (format == RowFormat.JSONL) {
      columns =
          "file, predictions[1].label, predictions[1].probability, predictions[2].label,"
              + " predictions[2].probability, error";
    } else if (format == RowFormat.CSV) {
      from = "read_csv(" + from + ", header = true)";
    }
    String third = format == RowFormat.CSV ? "0.333333" : "0.3333333333333333";
    List<String> rows = duckDb.rows("select " + columns + " from " + from);
    assertEquals(ODD + "|cat, big|0.75|dog|0.2|null", rows.get(0));
    assertEquals("b.png|null|null|null|null|no such\\x0apicture", rows.get(1));
    String empty = format == RowFormat.CSV ? "null" : "";
    assertEquals("c|dog|1.0|" + empty + "|" + third + "|null", rows.get(2));
    assertEquals(3, rows.size());
  }

  @ParameterizedTest
  @CsvSource({
    "CSV, LOGITS",
    "JSONL, LOGITS",
    "PARQUET, LOGITS",
    "CSV, EMBEDDING",
    "PARQUET, EMBEDDING"
  })
  void valuesAreReadBack(RowFormat format, Content content) throws Exception {
    float[] values = {0.1f, -1.5e-30f, 16777215};
    Path file =
        write(
            format,
            RowSchema.ofValues("file", content, values.length),
            to -> {
              to.values("a", values);
              to.failed("b", "why");
            });
    String one = content == Content.LOGITS ? "logit" : "embedding";
    String list = content == Content.LOGITS ? "logits" : "embedding";
    String cell = format == RowFormat.CSV ? one + "_%d" : list + "[%d + 1]";
    StringBuilder columns = new StringBuilder("file");
    for (int i = 0; i < values.length; i++) {
      columns.append(", ").append(String.format(cell, i)).append("::float");
    }
    assertEquals(
        List.of("a|0.1|-1.5E-30|1.6777215E7|null", "b|null|null|null|why"),
        duckDb.rows("select " + columns + ", error from " + DuckDb.quoted(file)));
  }

  /** The very rows that were written. */
  @Test
  void linesAreReadAsTheyWereWritten() throws IOException {
    for (RowSchema schema :
        List.of(RowSchema.ofClasses("row", 2), RowSchema.ofValues("row", Content.LOGITS, 2))) {
      Rows rows =
          schema.content() == Content.CLASSES
              ? RowFormatTest::writeClasses
              : to -> {
                to.values(ODD, new float[] {Float.MIN_VALUE, 1.1754942E-38f});
                to.failed("x", "y");
              };
      Path file = write(RowFormat.JSONL, schema, rows);
      String before = Files.readString(file);
      Path copy = write(RowFormat.CSV, schema, rows);
      try (OutputStream out = Files.newOutputStream(folder.resolve("again"));
          PredictionWriter again = RowFormat.CSV.of(schema).open(out, false)) {
        PredictionsJson.read(Files.newInputStream(file), schema, again);
      }
      assertEquals(Files.readString(copy), Files.readString(folder.resolve("again")), before);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a.csv, CSV",
    "a.JSONL, JSONL",
    "b/a.ndjson, JSONL",
    "a.parquet, PARQUET",
    "a, CSV",
    "a.parquet/, CSV"
  })
  void theEndingTellsTheFormat(String file, RowFormat format) {
    assertEquals(format, RowFormat.of(file));
  }
}
