package org.residuum.data.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.residuum.data.InvalidDataException;

final class TableInputsTest extends InputFolder {
  private static final byte[] RED = png(0xff0000);
  private static final String BASE64 = Base64.getEncoder().encodeToString(RED);

  @BeforeEach
  void photos() throws IOException {
    write("photos/a.png", RED);
    write("photos/b c.png", RED);
  }

  private Path table(String text) throws IOException {
    return write("t.csv", text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void columnOfPathsIsTakenFromTheTablesFolder() throws IOException {
    Path table =
        table(
            "id,File_Name,label\n"
                + "1,photos/a.png,cat\n"
                + "2,photos/b c.png,\n"
                + "3,gone.png,dog\n"
                + "4\n"
                + "5,,cow\n");
    PictureInputs inputs = open(table);
    assertEquals(OptionalLong.of(5), inputs.count());
    assertEquals(
        List.of(
            "photos/a.png cat 69",
            "photos/b c.png photos 69",
            "gone.png: no such picture",
            "t.csv#4: 1 columns, but the picture is in column 2; mend or remove line 5",
            "t.csv#5: its picture is empty; put a path into line 6 or remove it"),
        read(inputs));
    assertEquals(
        List.of("a.png cat 69"),
        read(open(options().withRoot(folder.resolve("photos")), table("path;class\na.png;cat\n"))));
  }

  @Test
  void columnsAreNamedOrFound() throws IOException {
    Path table = table("what\twhere\textra\ncat\tphotos/a.png\t7\n");
    String message = assertThrows(InvalidDataException.class, () -> open(table)).getMessage();
    assertEquals(
        table
            + ": which column has the pictures? Name it with --column; there are: what, where,"
            + " extra",
        message);
    PictureInputs.Options named = options().withColumn("where").withLabelColumn("what");
    assertEquals(List.of("photos/a.png cat 69"), read(open(named, table)));
    PictureInputs.Options numbered = options().withColumn("2").withLabelColumn("3");
    assertEquals(List.of("photos/a.png 7 69"), read(open(numbered, table)));
    message =
        assertThrows(InvalidDataException.class, () -> open(options().withColumn("where?"), table))
            .getMessage();
    assertEquals(
        table
            + ": no column 'where?'; give --column a number in 1..3 or a name: what, where, extra",
        message);
    assertEquals(List.of("photos/a.png cat 69"), read(open(table("photos/a.png,cat\n"))));
  }

  @Test
  void columnOfBytesIsBase64() throws IOException {
    Path table =
        table(
            "image,label\n%s,1\n\"data:image/png;base64,%s\",2\ndata:image/png,3\nphotos/a.png,4\n%s*,5\n"
                .replace("%s", BASE64));
    assertEquals(
        List.of(
            "t.csv#1 1 69",
            "t.csv#2 2 69",
            "t.csv#3: a data: URI that is not base64; write it so",
            "photos/a.png 4 69",
            "t.csv#5 5 69"),
        read(open(table)));
    assertEquals(List.of("t.csv#1 - 69"), read(open(table(BASE64 + "\n"))));
  }

  @Test
  void tornTableGivesWhatIsBefore() throws IOException {
    List<String> lines = read(open(table("path\nphotos/a.png\n\"photos/b")));
    assertEquals("photos/a.png photos 69", lines.get(0));
    assertTrue(lines.get(1).startsWith("t.csv: damaged after row 1 ("), lines.get(1));
    String message = assertThrows(InvalidDataException.class, () -> open(table(""))).getMessage();
    assertTrue(message.endsWith("no rows; at least 1 expected"), message);
  }
}
