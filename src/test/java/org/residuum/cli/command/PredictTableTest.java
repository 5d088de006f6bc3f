package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;

/** {@code predict} over the rows of a table. */
final class PredictTableTest {
  @TempDir private static Path folder;
  private static Path model;

  /** The larger of two numbers says the class. */
  private static String row(int i) {
    return i + "," + (37 * i % 101);
  }

  private static String label(int i) {
    return i > 37 * i % 101 ? "first" : "second";
  }

  @BeforeAll
  static void train() throws IOException {
    List<String> rows = IntStream.range(0, 100).mapToObj(i -> row(i) + "," + label(i)).toList();
    Path table = Files.writeString(folder.resolve("table.csv"), String.join("\n", rows));
    model = folder.resolve("model");
    Terminal.run(
            "train",
            "--data",
            "csv:" + table,
            "--model",
            "mlp:16x1",
            "--batch",
            16,
            "--epochs",
            20,
            "--device",
            "cpu",
            "--out",
            model)
        .expect(ExitCode.OK);
  }

  private static Terminal predict(String table, Object... more) throws IOException {
    Path file = Files.writeString(folder.resolve("new.csv"), table);
    List<Object> args = new java.util.ArrayList<>();
    args.addAll(List.of("predict", "--model", model, "--device", "cpu", "--data", "csv:" + file));
    args.addAll(List.of(more));
    return Terminal.run(args.toArray());
  }

  @Test
  void everyRowGetsItsClass() throws IOException {
    List<String> out = predict("90,10\n10,90\n80,5\n").expect(ExitCode.OK).out().lines().toList();
    assertEquals("row,label,probability,error", out.get(0));
    assertTrue(out.get(1).startsWith("1,first,"), out.get(1));
    assertTrue(out.get(2).startsWith("2,second,"), out.get(2));
    assertTrue(out.get(3).startsWith("3,first,"), out.get(3));
    assertEquals(4, out.size());
  }

  @Test
  void headAndLabelsAreLeftOut() throws IOException {
    String plain = predict("90,10\n10,90\n").expect(ExitCode.OK).out();
    assertEquals(plain, predict("x,y,kind\n90,10,?\n10,90,?\n").expect(ExitCode.OK).out());
    assertEquals(
        plain,
        predict("kind,x,y\n?,90,10\n?,10,90\n", "--label-column", "kind")
            .expect(ExitCode.OK)
            .out());
  }

  @Test
  void tableOfAnotherWidthIsRefused() throws IOException {
    String error = predict("1,2,3,4\n").error(ExitCode.FAILED);
    assertTrue(error.contains("4 columns") && error.contains("takes 2 values"), error);
  }

  @Test
  void lineThatIsNoVectorIsARowWithItsPlaceAndReason() throws IOException {
    Terminal seen =
        predict("90,10\n1,NaN\n1,2,3\n10,90\n", "--max-failures", 2).expect(ExitCode.OK);
    List<String> out = seen.out().lines().toList();
    assertTrue(out.get(1).startsWith("1,first,") && out.get(1).endsWith(","), out.get(1));
    assertTrue(out.get(2).startsWith("2,,,"), out.get(2));
    assertTrue(out.get(2).contains("new.csv:2: column 2: 'NaN' is not a finite"), out.get(2));
    assertTrue(out.get(3).contains("new.csv:3: 3 columns, the first line has 2"), out.get(3));
    assertTrue(out.get(4).startsWith("4,second,"), out.get(4));
    assertTrue(seen.err().contains("4 rows in "), seen.err());
    predict("90,10\n1,NaN\n1,2,3\n10,90\n", "--max-failures", 1).expect(ExitCode.FAILED);
  }

  @Test
  void firstLineThatIsTakenForAHeaderIsSaid() throws IOException {
    String err = predict("NaN,?\n90,10\n").expect(ExitCode.OK).err();
    assertTrue(err.contains("1 row in ") && err.contains(", after a header (NaN, ?)"), err);
  }

  @Test
  void labelsThatAreLeftOutMayBeEmpty() throws IOException {
    String out = predict("90,10,\n10,90,\n").expect(ExitCode.OK).out();
    assertEquals(predict("90,10\n10,90\n").expect(ExitCode.OK).out(), out);
  }

  @Test
  void picturesAreRefusedWithTheRemedy() {
    String error =
        Terminal.run("predict", "--model", model, "--device", "cpu", "--data", folder)
            .error(ExitCode.USAGE);
    assertTrue(error.contains("csv:FILE"), error);
  }
}
