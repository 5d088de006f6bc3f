package org.residuum.data.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.residuum.data.InvalidDataException;
import org.residuum.data.parquet.DuckDb;

/** Tables that DuckDB writes. */
final class ParquetInputsTest extends InputFolder {
  private static final byte[] RED = png(0xff0000);

  private static DuckDb duckDb;

  @BeforeAll
  static void start() throws SQLException {
    duckDb = new DuckDb();
  }

  @AfterAll
  static void end() throws SQLException {
    duckDb.close();
  }

  private Path table(String query) throws SQLException {
    return table(query, "codec zstd");
  }

  private Path table(String query, String options) throws SQLException {
    Path file = folder.resolve("t.parquet");
    duckDb.copy(query, file, options);
    return file;
  }

  /** A picture in SQL. */
  private static String hex(byte[] bytes) {
    return "unhex('" + HexFormat.of().formatHex(bytes) + "')";
  }

  @Test
  void aColumnOfBytesIsCalledByItsRows() throws Exception {
    Path file =
        table(
            "select * from (values (1, "
                + hex(RED)
                + ", 'cat'), (2, null, 'dog'), (3, 'no picture'::blob, null))"
                + " t(id, photo, label)");
    PictureInputs inputs = open(file);
    assertEquals(OptionalLong.of(3), inputs.count());
    assertEquals(
        List.of(
            "t.parquet#1 cat " + RED.length,
            "t.parquet#2: its picture is empty; give it one or remove the row",
            "t.parquet#3 - 10"),
        read(inputs));
  }

  @Test
  void aColumnOfPathsIsCalledByThem() throws Exception {
    write("cat/a.png", RED);
    write("elsewhere/b/c.png", RED);
    Path file =
        table(
            "select * from (values ('cat/a.png'), ('gone.png'), (''), (null), ('"
                + folder
                + "/elsewhere/b/c.png')) t(path)");
    assertEquals(
        List.of(
            "cat/a.png cat " + RED.length,
            "gone.png: no such picture",
            "t.parquet#3: its picture is empty; give it one or remove the row",
            "t.parquet#4: its picture is empty; give it one or remove the row",
            "elsewhere/b/c.png b " + RED.length),
        read(open(file)));
    assertEquals(
        "c.png b " + RED.length,
        read(open(
                options().withRoot(folder.resolve("elsewhere/b")), table("select 'c.png' as file")))
            .get(0));
  }

  @Test
  void aTextMayHoldAPicture() throws Exception {
    byte[] large = Files.readAllBytes(large());
    Path file =
        table("select '" + Base64.getEncoder().encodeToString(large) + "' as image, 'x' as label");
    assertEquals(List.of("t.parquet#1 x " + large.length), read(open(file)));
  }

  /** Longer than what is looked at of a text. */
  private Path large() throws IOException {
    Path file = folder.resolve("large.png");
    ImageIO.write(new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
    return file;
  }

  @Test
  void aStructOfBytesAndPathIsBoth() throws Exception {
    write("a.png", RED);
    Path file =
        table(
            "select {'bytes': "
                + hex(RED)
                + ", 'path': 'a'} as image, 1 as label union all select {'bytes': null, 'path':"
                + " 'a.png'}, 0 union all select null, 7");
    assertEquals(
        List.of(
            "t.parquet#1 1 " + RED.length,
            "a.png 0 " + RED.length,
            "t.parquet#3: its picture is empty; give it one or remove the row"),
        read(open(file)));
  }

  @Test
  void numbersHaveTheNamesThatTheDataSetSays() throws Exception {
    String features =
        "{\"info\": {\"features\": {\"image\": {\"_type\": \"Image\"}, \"label\":"
            + " {\"names\": [\"cat\", \"dog\"], \"_type\": \"ClassLabel\"}}}}";
    Path file =
        table(
            "select " + hex(RED) + " as image, i as label from range(3) t(i)",
            "kv_metadata {huggingface: '" + features + "'}");
    assertEquals(
        List.of("cat", "dog", "2"),
        read(open(file)).stream().map(line -> line.split(" ")[1]).toList());
  }

  @Test
  void columnsAreChosenByNameOrNumber() throws Exception {
    Path file =
        table("select " + hex(RED) + " as a, 'x'::blob as b, 5 as c, [" + hex(RED) + "] as d");
    for (String column : List.of("b", "2")) {
      assertEquals(
          List.of("t.parquet#1 5 1"),
          read(open(options().withColumn(column).withLabelColumn("c"), file)));
    }
    String among = "; there are: a, b, c";
    assertRefused(file, options(), "which column has the pictures? Name it with --column" + among);
    assertRefused(
        file,
        options().withColumn("e"),
        "no column 'e'; give --column a number in 1..4 or a name" + among);
    assertRefused(
        file,
        options().withColumn("c"),
        "the column c holds integer, no bytes or paths of pictures, one a row" + among);
    assertRefused(
        file,
        options().withColumn("d"),
        "the column d.list.element holds a list, no bytes or paths of pictures, one a row" + among);
    assertRefused(
        file,
        options().withColumn("a").withLabelColumn("b"),
        "the column b holds no labels: numbers or texts" + among);
  }

  private static void assertRefused(Path file, PictureInputs.Options options, String why) {
    InvalidDataException e =
        assertThrows(InvalidDataException.class, () -> open(options, file).close());
    assertEquals(file + ": " + why, e.getMessage());
  }

  @Test
  void skippedRowsAreNotGiven() throws Exception {
    Path file = table("select ('x' || i)::blob as image, i as label from range(5000) t(i)");
    try (PictureInputs inputs = open(file)) {
      assertEquals(3000, inputs.skip(3000));
      PictureInput next = inputs.next();
      assertEquals("3000", next.label().orElseThrow());
      assertArrayEquals("x3000".getBytes(StandardCharsets.UTF_8), next.bytes());
      assertEquals(1999, inputs.skip(5000));
      assertNull(inputs.next());
    }
  }

  @Test
  void damageEndsTheTableAndIsSaid() throws Exception {
    Path file =
        table("select i % 10 as label, repeat('x', i) as path from range(4000) t(i)", "codec gzip");
    byte[] bytes = Files.readAllBytes(file);
    int at = bytes.length / 4;
    Arrays.fill(bytes, at, at + 50, (byte) 0x55);
    Files.write(file, bytes);
    List<String> lines = read(open(file));
    String last = lines.get(lines.size() - 1);
    assertTrue(last.contains(": the table is damaged here ("), last);
    assertTrue(lines.size() < 4000, lines.size() + " lines");
  }

  @Test
  void whatIsWrittenMustNotBeReadHere() throws Exception {
    Path picture = write("a.png", RED);
    Path other = write("b.png", RED);
    Path file = table("select 'a.png' as path");
    try (PictureInputs inputs = open(file)) {
      assertTrue(inputs.reads(file));
      assertTrue(inputs.reads(picture));
      assertFalse(inputs.reads(other));
    }
  }
}
