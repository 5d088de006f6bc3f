package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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

/** {@code predict} over folders in which not everything is a good picture. */
final class PredictFailuresTest extends SmallPrediction {
  private static final int GOOD = 20;

  @BeforeEach
  void copyPictures() throws IOException {
    for (int i = 0; i < GOOD; i++) {
      Path file = pictures.resolve(String.format("good-%02d.png", i));
      Files.copy(drawn.resolve(String.format("%d/glyph-%05d.png", i % 10, i)), file);
    }
  }

  private Path broken(String name) throws IOException {
    return SmallData.notAPicture(pictures.resolve(name));
  }

  @Test
  void everyInputHasOneRowAndFailuresSayWhy() throws IOException {
    Path broken = broken("broken.png");
    Path gone = Files.createSymbolicLink(pictures.resolve("gone.png"), folder.resolve("gone"));
    Terminal seen = predict("--out", csv, "--top-k", 2).expect(ExitCode.OK);
    List<List<String>> rows = read(csv);
    assertEquals(1 + GOOD + 2, rows.size());
    assertEquals(
        List.of(broken.toString(), "", "", "", ""), rows.get(1).subList(0, 5), "sorted first");
    assertTrue(rows.get(1).get(5).startsWith("cannot be decoded"), rows.get(1).toString());
    assertEquals(List.of(gone.toString(), "", "", "", "", "no such picture"), rows.get(2));
    assertEquals("", rows.get(3).get(5));
    List<String> err = seen.err().lines().toList();
    assertEquals("22 pictures (.png) in 1 folder", err.get(0));
    assertTrue(seen.err().contains("failed " + gone + ": no such picture\n"), seen.err());
    assertTrue(err.get(err.size() - 1).contains(", 2 failed: " + csv), seen.err());
  }

  @Test
  void contentDecidesWhatIsAPicture() throws IOException {
    Files.move(pictures.resolve("good-00.png"), pictures.resolve("a"));
    Files.move(pictures.resolve("good-01.png"), pictures.resolve("b.txt"));
    Files.move(pictures.resolve("good-02.png"), pictures.resolve("c.jpg"));
    Files.writeString(pictures.resolve("notes.txt"), "no picture");
    Terminal seen = predict().expect(ExitCode.OK);
    assertEquals(1 + GOOD, seen.out().lines().count());
    assertFalse(seen.out().contains("notes.txt"), seen.out());
    assertTrue(
        seen.err()
            .startsWith(
                "20 pictures (17 .png, 2 PNG by content, 1 .jpg) in 1 folder; left out: 1 other"
                    + " file (.txt)\n"),
        seen.err());
  }

  @Test
  void aboveTheShareOfFailuresTheExitCodeIsOneAndAllIsInPlace() throws IOException {
    Path errors = folder.resolve("errors.csv");
    for (int i = 0; i < 3; i++) {
      broken("broken-" + i + ".png");
    }
    Terminal seen = predict("--out", csv, "--errors", errors).expect(ExitCode.FAILED);
    assertTrue(
        seen.err()
            .endsWith("residuum: 3 of 23 files failed, more than --max-failures 10% allows\n"),
        seen.err());
    assertEquals(1 + GOOD + 3, read(csv).size());
    List<List<String>> failures = read(errors);
    assertEquals(List.of("file", "reason"), failures.get(0));
    assertEquals(4, failures.size());
    assertEquals(pictures.resolve("broken-0.png").toString(), failures.get(1).get(0));
    predict("--out", csv, "--overwrite", "--max-failures", "14%").expect(ExitCode.OK);
    predict("--out", csv, "--overwrite", "--max-failures", "3").expect(ExitCode.OK);
    predict("--out", csv, "--overwrite", "--max-failures", "2").expect(ExitCode.FAILED);
  }

  @Test
  void theFirstFailuresAreNamedAndThenWhereTheOthersAre() throws IOException {
    for (int i = 0; i < 30; i++) {
      broken("broken-" + (10 + i) + ".png");
    }
    Path errors = folder.resolve("errors.csv");
    Terminal seen = predict("--errors", errors).expect(ExitCode.FAILED);
    assertEquals(1 + GOOD + 30, seen.out().lines().count());
    assertEquals(21, seen.err().lines().filter(line -> line.startsWith("failed ")).count());
    assertTrue(seen.err().contains("broken-30.png and perhaps more: see " + errors), seen.err());
    assertEquals(31, read(errors).size());
    String without = predict().expect(ExitCode.FAILED).err();
    assertTrue(without.contains("more: see the column error of the rows"), without);
  }

  @Test
  void failureThatEndsAllLeavesTheRowsSoFarUnderAToldName() throws IOException {
    broken("good-10a.png");
    Terminal seen = predict("--out", csv, "--on-error", "fail").expect(ExitCode.FAILED);
    assertFalse(Files.exists(csv));
    Path part = folder.resolve("predictions.csv.part");
    List<List<String>> rows = read(part);
    assertEquals(1 + 11 + 1, rows.size());
    assertEquals("", rows.get(11).get(3));
    assertTrue(rows.get(12).get(3).startsWith("cannot be decoded"), rows.get(12).toString());
    assertTrue(seen.err().contains("12 rows so far are in " + part + "\n"), seen.err());
    String last = seen.err().lines().reduce("", (before, line) -> line);
    assertTrue(last.startsWith("residuum: " + pictures.resolve("good-10a.png")), last);

    Terminal next = predict("--out", csv, "--max-failures", 1).expect(ExitCode.OK);
    assertTrue(next.err().contains(part + ": left by a job"), next.err());
    assertEquals(rows, read(folder.resolve("predictions.csv.part.1")));
    assertEquals(1 + GOOD + 1, read(csv).size());
  }

  @Test
  void vanishedFilesAmongThoseNamedAreRows() throws IOException {
    Path gone = folder.resolve("gone.png");
    Terminal seen = predict(gone, pictures.resolve("good-00.png")).expect(ExitCode.OK);
    assertEquals(1 + GOOD + 2, seen.out().lines().count());
    assertTrue(seen.out().contains(gone + ",,,no such picture\n"), seen.out());
  }

  @Test
  void awkwardNamesAreReadBackFromTheFile() throws IOException {
    List<String> names = List.of("=1+1.png", "-x.png", "a\nb.png", "c,\"d\".png", "#e.png");
    for (String name : names) {
      broken(name);
    }
    Path errors = folder.resolve("errors.csv");
    predict("--out", csv, "--errors", errors, "--max-failures", "50%").expect(ExitCode.OK);
    List<String> first = read(csv).stream().map(row -> row.get(0)).toList();
    List<String> failed = read(errors).stream().map(row -> row.get(0)).toList();
    for (String name : names) {
      assertTrue(first.contains(pictures.resolve(name).toString()), first.toString());
      assertTrue(failed.contains(pictures.resolve(name).toString()), failed.toString());
    }
  }

  @Test
  void errorsAndRowsAreNotTheSameFile() {
    String error = predict("--out", csv, "--errors", csv).error(ExitCode.USAGE);
    assertTrue(error.contains("it is --out, too"), error);
    assertFalse(Files.exists(csv));
  }

  @Test
  void errorsThatExistAreKeptUnlessOverwritten() throws IOException {
    Path errors = Files.writeString(folder.resolve("errors.csv"), "precious");
    String error = predict("--out", csv, "--errors", errors).error(ExitCode.FAILED);
    assertTrue(error.contains("--errors " + errors + ": it exists"), error);
    assertEquals("precious", Files.readString(errors));
    assertFalse(Files.exists(csv));
  }

  @Test
  void wrongShareIsAWrongUsage() {
    String error = predict("--max-failures", "half").error(ExitCode.USAGE);
    assertTrue(error.contains("--max-failures") && error.contains("'half'"), error);
  }

  @Test
  void nameOfTwoLinesHidesNoReason() throws IOException {
    Path broken = broken("two\nlines.png");
    Path errors = folder.resolve("errors.csv");
    Terminal seen = predict("--out", csv, "--errors", errors).expect(ExitCode.OK);
    String reason = "cannot be decoded (not in a known picture format)";
    List<String> row = read(csv).stream().filter(r -> r.get(0).equals(broken + "")).findAny().get();
    assertTrue(row.get(row.size() - 1).startsWith(reason), row.toString());
    assertTrue(read(errors).get(1).get(1).startsWith(reason), read(errors).toString());
    assertTrue(seen.err().contains("two\\x0alines.png: " + reason), seen.err());
  }

  /** Leave to overwrite is none to lose pictures or the model. */
  @Test
  void whatIsReadIsNotOverwritten() throws IOException {
    Path picture = pictures.resolve("good-03.png");
    Path link = Files.createSymbolicLink(folder.resolve("rows.csv"), picture);
    byte[] before = Files.readAllBytes(picture);
    for (Path read : List.of(picture, link, model.resolve("model.safetensors"))) {
      for (String option : List.of("--out", "--errors")) {
        Terminal seen = predict(option, read, "--overwrite").expect(ExitCode.USAGE);
        String rule = option + " " + read + ": this command reads it; name another file";
        assertTrue(seen.err().contains(rule), seen.err());
      }
    }
    assertArrayEquals(before, Files.readAllBytes(picture));
    predict("--out", csv).expect(ExitCode.OK);
    predict("--out", csv, "--overwrite").expect(ExitCode.OK);
  }

  @Test
  void whatEvalAndTrainReadIsNotOverwritten() throws IOException {
    Path picture = drawn.resolve("3/glyph-00003.png");
    String data = "folder:" + drawn;
    for (String option : List.of("--out", "--errors")) {
      Terminal.run("eval", "--model", model, "--data", data, option, picture, "--overwrite")
          .error(ExitCode.USAGE);
    }
    Terminal.run(
            "train",
            "--model",
            "mlp:4x1",
            "--data",
            data,
            "--out",
            folder.resolve("new"),
            "--errors",
            picture,
            "--overwrite")
        .error(ExitCode.USAGE);
  }
}
