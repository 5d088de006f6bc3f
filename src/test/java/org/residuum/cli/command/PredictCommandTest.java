package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;

/** {@code predict} over folders of good pictures. */
final class PredictCommandTest extends SmallPrediction {
  /** Three pictures, not in folders by class, one of them deep down with an awkward name. */
  @BeforeEach
  void copyPictures() throws IOException {
    Path deep = Files.createDirectories(pictures.resolve("a").resolve("b"));
    Files.copy(drawn.resolve("3/glyph-00003.png"), pictures.resolve("three.png"));
    Files.copy(drawn.resolve("4/glyph-00004.png"), pictures.resolve("four.PNG"));
    Files.copy(drawn.resolve("5/glyph-00005.png"), deep.resolve("five, \"the\" 5.png"));
  }

  @Test
  void everyPictureBelowHasItsRow() throws IOException {
    predict("--out", csv, "--top-k", 3).expect(ExitCode.OK);
    List<List<String>> rows = read(csv);
    assertEquals(
        List.of(
            "file",
            "label",
            "probability",
            "label_2",
            "probability_2",
            "label_3",
            "probability_3",
            "error"),
        rows.get(0));
    assertEquals(4, rows.size());
    assertTrue(
        rows.stream().anyMatch(row -> row.get(0).endsWith("five, \"the\" 5.png")), rows.toString());
    for (List<String> row : rows.subList(1, 4)) {
      double first = Double.parseDouble(row.get(2));
      double second = Double.parseDouble(row.get(4));
      assertTrue(first >= second && first <= 1 && second >= 0, row.toString());
      assertEquals("", row.get(7));
    }
  }

  @Test
  void preprocessingOfAnotherSizeIsRefused() throws IOException {
    Path mixed = Files.createDirectories(folder.resolve("mixed"));
    for (String name : List.of("network.json", "model.safetensors", "labels.txt")) {
      Files.copy(model.resolve(name), mixed.resolve(name));
    }
    String preprocessing = Files.readString(model.resolve("preprocessing.json"));
    Files.writeString(
        mixed.resolve("preprocessing.json"),
        preprocessing.replaceAll("(\"input_shape\" : \"\\d+),\\d+,\\d+", "$1,7,9"));
    String error =
        Terminal.run("predict", "--model", mixed, "--device", "cpu", "--data", pictures)
            .error(ExitCode.FAILED);
    assertTrue(error.contains("its network takes (N, "), error);
    assertTrue(error.contains(", 7, 9); they are of two models"), error);
  }

  @Test
  void allClassesTogetherHaveProbabilityOne() throws IOException {
    predict("--out", csv, "--top-k", 99).expect(ExitCode.OK);
    List<String> row = read(csv).get(1);
    assertEquals(1 + 2 * 10 + 1, row.size());
    double sum = 0;
    for (int i = 2; i < row.size(); i += 2) {
      sum += Double.parseDouble(row.get(i));
    }
    assertEquals(1, sum, 10 * 0.5e-6); // Each is rounded to six places.
  }

  @Test
  void batchSizeChangesNothing() throws IOException {
    predict("--out", csv).expect(ExitCode.OK);
    List<List<String>> whole = read(csv);
    predict("--out", csv, "--overwrite", "--batch", 2).expect(ExitCode.OK);
    List<List<String>> pieces = read(csv);
    for (int i = 1; i < whole.size(); i++) {
      assertEquals(whole.get(i).subList(0, 2), pieces.get(i).subList(0, 2));
      double difference =
          Double.parseDouble(whole.get(i).get(2)) - Double.parseDouble(pieces.get(i).get(2));
      assertEquals(0, difference, 2e-6);
    }
  }

  @Test
  void nothingDecodedIsAFailure() throws IOException {
    Path only = SmallData.notAPicture(folder.resolve("only").resolve("broken.jpg"));
    Terminal seen =
        Terminal.run("predict", "--model", model, "--device", "cpu", "--data", only)
            .expect(ExitCode.FAILED);
    assertTrue(seen.err().contains("residuum: 1 of 1 file failed"), seen.err());
    assertEquals(2, seen.out().lines().count(), "the row says why");
  }

  @Test
  void existingFileIsKeptUnlessOverwritten() throws IOException {
    Files.writeString(csv, "precious");
    String error = predict("--out", csv).error(ExitCode.FAILED);
    assertTrue(error.contains("--overwrite"), error);
    assertEquals("precious", Files.readString(csv));
  }

  @Test
  void withoutFileTheRowsGoToOutput() {
    Terminal seen = predict().expect(ExitCode.OK);
    assertEquals("file,label,probability,error", seen.firstLine());
    assertEquals(4, seen.out().lines().count());
  }

  @Test
  void folderPrefixMeansTheSame() {
    Terminal seen =
        Terminal.run("predict", "--model", model, "--device", "cpu", "--data", "folder:" + pictures)
            .expect(ExitCode.OK);
    assertEquals(predict().out(), seen.out());
  }

  @Test
  void emptyFolderIsNamed() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    String error =
        Terminal.run("predict", "--model", model, "--device", "cpu", "--data", empty)
            .error(ExitCode.FAILED);
    assertTrue(error.contains(empty.toString()), error);
  }

  @Test
  void missingPathIsNamed() {
    String error =
        Terminal.run("predict", "--model", model, "--device", "cpu", "--data", "nowhere.png")
            .error(ExitCode.FAILED);
    assertTrue(error.contains("nowhere.png"), error);
  }

  @Test
  void labelledDataIsForEval() {
    String error =
        Terminal.run("predict", "--model", model, "--data", "mnist:x").error(ExitCode.USAGE);
    assertTrue(error.contains("eval"), error);
  }

  @Test
  void noClassIsAWrongUsage() {
    predict("--top-k", 0).error(ExitCode.USAGE);
    assertFalse(Files.exists(csv));
  }
}
