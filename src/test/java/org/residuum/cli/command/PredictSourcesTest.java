package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;

/** {@code predict} of pictures that no folder holds. */
final class PredictSourcesTest extends SmallPrediction {
  private List<List<String>> rows(Object... more) throws IOException {
    Object[] args = {
      "predict", "--model", model, "--device", "cpu", "--out", csv, "--overwrite", "--data"
    };
    Terminal.run(Stream.concat(Stream.of(args), Stream.of(more)).toArray()).expect(ExitCode.OK);
    List<List<String>> rows = read(csv);
    return rows.subList(1, rows.size());
  }

  private static List<List<String>> withoutNames(List<List<String>> rows) {
    return rows.stream().map(row -> row.subList(1, row.size())).toList();
  }

  @Test
  void listsPatternsAndTablesGiveWhatTheFolderGives() throws IOException {
    Path digit = drawn.resolve("7");
    List<List<String>> expected = rows(digit);
    assertEquals(12, expected.size());
    List<String> names = expected.stream().map(row -> row.get(0)).toList();
    Path list = Files.write(folder.resolve("names"), names);
    assertEquals(expected, rows("@" + list));
    assertEquals(expected, rows(drawn + "/[7]/*.png"));
    assertEquals(expected, rows("glob:" + drawn + "/7"));
    Files.write(folder.resolve("t.csv"), Stream.concat(Stream.of("at"), names.stream()).toList());
    assertEquals(expected, rows("csv:" + folder.resolve("t.csv"), "--column", "at"));
    Path bytes = folder.resolve("b.csv");
    StringBuilder text = new StringBuilder("image\n");
    for (String name : names) {
      byte[] content = Files.readAllBytes(Path.of(name));
      text.append(Base64.getEncoder().encodeToString(content)).append('\n');
    }
    Files.writeString(bytes, text);
    List<List<String>> held = rows(bytes);
    assertEquals(withoutNames(expected), withoutNames(held));
    assertEquals(bytes + "#1", held.get(0).get(0));
  }

  @Test
  void sourceWithoutPicturesIsRefusedByItsName() throws IOException {
    Path tar = Files.write(folder.resolve("none.tar"), new byte[1024]);
    Path list = Files.createFile(folder.resolve("none"));
    for (String source : List.of("" + tar, "@" + list)) {
      for (String command : List.of("predict", "eval")) {
        String error =
            Terminal.run(command, "--model", model, "--device", "cpu", "--data", source)
                .expect(ExitCode.FAILED)
                .err();
        assertTrue(error.contains(": no pictures in it; name another"), error);
      }
    }
    assertFalse(Files.exists(csv));
  }
}
