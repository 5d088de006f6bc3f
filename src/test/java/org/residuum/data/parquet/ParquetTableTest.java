package org.residuum.data.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.data.InvalidDataException;

/** Tables that DuckDB writes are read; what is no table says why. */
class ParquetTableTest {
  private static final int ROWS = 5000;

  /** Texts and bytes that are missing, repeated, long; a struct and a list. */
  private static final String QUERY =
      """
      select i as id,
             case when i %% 7 = 0 then null else 'name ' || (i %% 100) end as name,
             encode(repeat('x', i %% 500) || i) as data,
             {'bytes': encode('b' || i), 'path': case when i < 3000 then 'p' || i end} as image,
             [i, i + 1] as parts,
             i %% 3 = 0 as even,
             i / 4 as quarter
      from range(%d) t(i)
      """;

  @TempDir static Path folder;
  private static DuckDb duckDb;

  @BeforeAll
  static void open() throws SQLException {
    duckDb = new DuckDb();
  }

  @AfterAll
  static void close() throws SQLException {
    duckDb.close();
  }

  private static Path write(int rows, String options) throws SQLException {
    Path file = folder.resolve("table.parquet");
    duckDb.copy(QUERY.formatted(rows), file, options);
    return file;
  }

  @ParameterizedTest
  @CsvSource({"zstd, V1", "zstd, V2", "snappy, V2", "gzip, V1", "lz4_raw, V1", "uncompressed, V2"})
  void valuesAreThoseOfDuckDb(String codec, String version) throws Exception {
    Path file = write(ROWS, "codec " + codec + ", parquet_version " + version);
    try (ParquetTable table = Parquet.open(file)) {
      assertEquals(ROWS, table.rows());
      List<ParquetTable.Cursor> cursors = new ArrayList<>();
      for (ParquetTable.Column column : table.columns()) {
        if (!column.isList()) {
          cursors.add(table.read(column));
        }
      }
      for (int i = 0; i < ROWS; i++) {
        List<String> row = new ArrayList<>();
        for (ParquetTable.Cursor cursor : cursors) {
          row.add(text(cursor.next()));
        }
        assertEquals(expected(i), String.join("|", row));
      }
    }
  }

  private static String text(Object value) {
    return value instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(value);
  }

  private static String expected(int i) {
    String name = i % 7 == 0 ? "null" : "name " + i % 100;
    String path = i < 3000 ? "p" + i : "null";
    return String.join(
        "|",
        String.valueOf(i),
        name,
        "x".repeat(i % 500) + i,
        "b" + i,
        path,
        String.valueOf(i % 3 == 0),
        String.valueOf(i / 4.0));
  }

  @Test
  void columnsSayWhatTheyHold() throws Exception {
    try (ParquetTable table = Parquet.open(write(10, "codec snappy"))) {
      List<String> columns =
          table.columns().stream()
              .map(column -> column.name() + " " + column.kind() + " " + column.isList())
              .toList();
      assertEquals(
          List.of(
              "id INTEGER false",
              "name TEXT false",
              "data BYTES false",
              "image.bytes BYTES false",
              "image.path TEXT false",
              "parts.list.element INTEGER true",
              "even BOOLEAN false",
              "quarter NUMBER false"),
          columns);
    }
  }

  /** Over pages and groups, from the start and from anywhere. */
  @Test
  void skippedRowsAreThoseThatWouldHaveBeenRead() throws Exception {
    Random random = new Random(5);
    Path file = write(ROWS, "codec zstd");
    try (ParquetTable table = Parquet.open(file)) {
      for (int column : new int[] {0, 1, 2, 4}) {
        for (int round = 0; round < 4; round++) {
          ParquetTable.Cursor cursor = table.read(table.columns().get(column));
          for (int row = random.nextInt(3000); row < ROWS; row += 1 + random.nextInt(2500)) {
            int at = row;
            cursor = table.read(table.columns().get(column));
            int first = random.nextInt(at + 1);
            cursor.skip(first);
            cursor.skip(at - first);
            String cell = text(cursor.next());
            assertEquals(cells(at).get(column), cell, () -> "row " + at + " after " + first);
          }
        }
      }
    }
  }

  private static List<String> cells(int row) {
    return List.of(expected(row).split("\\|"));
  }

  @Test
  void whatIsNoTableIsRefused() throws Exception {
    byte[] good = Files.readAllBytes(write(100, "codec zstd"));
    assertRefused(new byte[0], "it has 0 bytes, too few for a Parquet file");
    assertRefused(
        "a,b\n1,2\n3,4\n5,6\n".getBytes(StandardCharsets.UTF_8), "it does not end in PAR1");
    assertRefused(Arrays.copyOf(good, good.length - 9), "it does not end in PAR1");
    byte[] encrypted = good.clone();
    encrypted[good.length - 1] = 'E';
    assertRefused(encrypted, "it is encrypted");
    byte[] longer = good.clone();
    longer[good.length - 5] = 0x7f;
    assertRefused(longer, "is not within the file");
    assertRefused(
        Files.readAllBytes(write(100, "codec brotli")), "compressed by BROTLI, which is not read");
  }

  private static void assertRefused(byte[] bytes, String why) throws IOException {
    Path file = Files.write(folder.resolve("bad.parquet"), bytes);
    InvalidDataException e =
        assertThrows(InvalidDataException.class, () -> readAll(file), "not refused: " + why);
    assertTrue(
        e.getMessage().startsWith(file + ": it cannot be read as Parquet: "), e.getMessage());
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  private static void readAll(Path file) throws IOException {
    try (ParquetTable table = Parquet.open(file)) {
      long rows = Math.min(table.rows(), 1 << 20);
      for (ParquetTable.Column column : table.columns()) {
        if (!column.isList()) {
          ParquetTable.Cursor cursor = table.read(column);
          for (long i = 0; i < rows; i++) {
            cursor.next();
          }
        }
      }
    }
  }

  /** Whatever is in a file: values or one kind of error, soon. */
  @Test
  void damageGivesValuesOrAnError() throws Exception {
    Random random = new Random(11);
    int refused = 0;
    for (String codec : List.of("snappy", "zstd", "uncompressed")) {
      byte[] good = Files.readAllBytes(write(60, "codec " + codec));
      for (int round = 0; round < 100; round++) {
        byte[] bad = good.clone();
        for (int i = 0; i <= round % 3; i++) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
        }
        Path file = Files.write(folder.resolve("damaged.parquet"), bad);
        try {
          readAll(file);
        } catch (InvalidDataException e) {
          refused++;
        }
      }
    }
    assertTrue(refused > 50, "refused " + refused);
  }
}
