package org.residuum.data.parquet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.data.parquet.ParquetRows.Column;
import org.residuum.data.parquet.ParquetRows.Kind;

/** DuckDB reads what is written. */
class ParquetRowsTest {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("file", Kind.TEXT, true),
          new Column("probability", Kind.NUMBER, false),
          new Column("logits", Kind.FLOATS, false),
          new Column("error", Kind.TEXT, false));

  @TempDir Path folder;

  private Path write(List<List<?>> rows) throws IOException {
    Path file = folder.resolve("it's.parquet");
    try (OutputStream out = Files.newOutputStream(file);
        ParquetRows to = Parquet.write(out, file, COLUMNS)) {
      for (List<?> row : rows) {
        to.add(row);
      }
    }
    return file;
  }

  @Test
  void duckDbReadsTypesAndValues() throws Exception {
    Path file =
        write(
            List.of(
                Arrays.asList("größe \"1\".png", 1 / 3d, new float[] {0.1f, -1e-20f, 3}, null),
                Arrays.asList("b.png", null, null, "no picture"),
                Arrays.asList("", Double.MIN_VALUE, new float[0], "")));
    try (DuckDb duckDb = new DuckDb()) {
      String from = " from " + DuckDb.quoted(file);
      assertEquals(
          List.of("file|VARCHAR", "probability|DOUBLE", "logits|FLOAT[]", "error|VARCHAR"),
          duckDb.rows("select column_name, column_type from (describe select *" + from + ")"));
      assertEquals(
          List.of(
              "größe \"1\".png|0.3333333333333333|[0.1, -1e-20, 3.0]|null",
              "b.png|null|null|no picture",
              "|5e-324|[]|"),
          duckDb.rows("select file, probability::varchar, logits::varchar, error" + from));
    }
  }

  @Test
  void aTableMayBeEmpty() throws Exception {
    Path file = write(List.of());
    try (DuckDb duckDb = new DuckDb()) {
      assertEquals(List.of("0"), duckDb.rows("select count(*) from " + DuckDb.quoted(file)));
    }
  }

  /** More than memory holds at a time; the sums are those of what was written. */
  @Test
  void rowsGoIntoSeveralGroups() throws Exception {
    Random random = new Random(3);
    int rows = 6_000;
    double sum = 0;
    Path file = folder.resolve("many.parquet");
    try (OutputStream out = Files.newOutputStream(file);
        ParquetRows to = Parquet.write(out, file, COLUMNS)) {
      for (int i = 0; i < rows; i++) {
        float[] values = new float[800];
        for (int k = 0; k < values.length; k++) {
          values[k] = random.nextInt(1 << 24);
        }
        sum += values[i % 800];
        to.add(Arrays.asList("file " + i, (double) i, values, null));
      }
    }
    try (DuckDb duckDb = new DuckDb()) {
      String table = DuckDb.quoted(file);
      String groups =
          duckDb.rows("select num_row_groups from parquet_file_metadata(" + table + ")").get(0);
      assertTrue(Integer.parseInt(groups) > 1, groups + " groups");
      assertEquals(
          List.of(rows + "|" + rows + "|" + sum),
          duckDb.rows(
              "select count(*), count(distinct file), sum(logits[probability::int % 800 + 1])"
                  + " from "
                  + table));
    }
  }

  @Test
  void theSameRowsGiveTheSameBytes() throws Exception {
    List<List<?>> rows =
        List.of(Arrays.asList("a", 0.5, null, null), Arrays.asList("b", null, null, "why"));
    assertArrayEquals(Files.readAllBytes(write(rows)), Files.readAllBytes(write(rows)));
  }

  @Test
  void aRowHasAValueForEachColumn() throws Exception {
    try (ParquetRows to = Parquet.write(new ByteArrayOutputStream(), "x", COLUMNS)) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> to.add(List.of("a")));
      assertEquals("1 values for 4 columns", e.getMessage());
    }
  }
}
