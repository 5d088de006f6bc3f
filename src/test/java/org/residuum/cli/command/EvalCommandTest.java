package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.ExitCode;
import org.residuum.cli.text.PartFile;

final class EvalCommandTest {
  @TempDir private static Path folder;
  private static Path pictures;
  private static Path model;

  @BeforeAll
  static void train() throws IOException {
    pictures = SmallData.pictures(folder);
    model = SmallData.train(pictures, folder.resolve("model"));
  }

  private static Terminal eval(Object... more) {
    Object[] args = {"eval", "--data", "folder:" + pictures, "--device", "cpu"};
    Object[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return Terminal.run(all);
  }

  @Test
  void confusionMatrixCountsEveryExample() {
    Terminal seen = eval("--model", model, "--split", "all").expect(ExitCode.OK);
    assertTrue(seen.firstLine().contains("top-1 ") && seen.firstLine().contains("loss "));
    int[][] rows =
        seen.out()
            .lines()
            .skip(2)
            .limit(10)
            .map(line -> line.strip().split(" +", -1))
            .map(cells -> Arrays.stream(cells).skip(1).mapToInt(Integer::parseInt).toArray())
            .toArray(int[][]::new);
    int total = Arrays.stream(rows).flatMapToInt(Arrays::stream).sum();
    assertEquals(SmallData.PICTURES, total);
    int right = 0;
    for (int i = 0; i < rows.length; i++) {
      right += rows[i][i];
    }
    String top1 = String.format("top-1 %.2f %%", 100.0 * right / SmallData.PICTURES);
    assertTrue(seen.firstLine().contains(top1), seen.firstLine() + " against " + top1);
  }

  @Test
  void devicesAgree() {
    String cpu = eval("--model", model).expect(ExitCode.OK).firstLine();
    String reference =
        Terminal.run(
                "eval", "--data", "folder:" + pictures, "--device", "reference", "--model", model)
            .expect(ExitCode.OK)
            .firstLine();
    assertEquals(cpu.replaceAll(", loss.*", ""), reference.replaceAll(", loss.*", ""));
  }

  @Test
  void reportIsWritten() throws IOException {
    Path report = folder.resolve("report.html");
    eval("--model", model, "--out", report).expect(ExitCode.OK);
    assertTrue(Files.readString(report).contains("Confusion matrix of "));
  }

  @Test
  void reportThatExistsIsKeptUnlessOverwritten() throws IOException {
    Path report = Files.writeString(folder.resolve("mine.html"), "mine");
    String error = eval("--model", model, "--out", report).error(ExitCode.FAILED);
    assertTrue(error.contains(report + ": it exists") && error.contains("--overwrite"), error);
    assertEquals("mine", Files.readString(report));
    eval("--model", model, "--out", report, "--overwrite").expect(ExitCode.OK);
    assertTrue(Files.readString(report).contains("Confusion matrix of "));
  }

  /** Five of the test part's pictures are broken. */
  private static Path partlyBroken(String name) throws IOException {
    Path data = folder.resolve(name);
    for (int i = 0; i < SmallData.PICTURES; i++) {
      String from = String.format("%d/glyph-%05d.png", i % 10, i);
      Path part = data.resolve(i < 60 ? "train" : "test").resolve(from);
      Files.createDirectories(part.getParent());
      Files.copy(pictures.resolve(from), part);
    }
    for (int i = 60; i < 65; i++) {
      Files.writeString(
          data.resolve(String.format("test/%d/glyph-%05d.png", i % 10, i)), "no picture");
    }
    return data;
  }

  @Test
  void failuresAreCountedNamedAndBounded() throws IOException {
    Path data = partlyBroken("partly broken");
    Path errors = folder.resolve("errors.csv");
    Object[] args = {
      "eval", "--data", "folder:" + data, "--device", "cpu", "--model", model, "--errors", errors
    };
    Terminal seen = Terminal.run(args).expect(ExitCode.OK);
    Matcher counts =
        Pattern.compile(
                "(?m)^60 examples: (\\d+) right, (\\d+) wrong, 5 failed \\(5 cannot be read")
            .matcher(seen.out());
    assertTrue(counts.find(), seen.out());
    assertEquals(55, Integer.parseInt(counts.group(1)) + Integer.parseInt(counts.group(2)));
    List<String> lines = Files.readAllLines(errors);
    assertEquals("file,reason", lines.get(0));
    assertEquals(6, lines.size());
    assertTrue(
        lines.get(1).startsWith(data.resolve("test/0/glyph-00060.png") + ",\"cannot be decoded")
            || lines.get(1).startsWith(data.resolve("test/0/glyph-00060.png") + ",cannot be"),
        lines.get(1));
    assertEquals(5, seen.err().lines().filter(line -> line.startsWith("failed ")).count());

    Terminal strict =
        Terminal.run(
                "eval",
                "--data",
                "folder:" + data,
                "--device",
                "cpu",
                "--model",
                model,
                "--max-failures",
                4)
            .expect(ExitCode.FAILED);
    String speed = ", [0-9,]+ a second";
    assertEquals(seen.firstLine().replaceAll(speed, ""), strict.firstLine().replaceAll(speed, ""));
    assertTrue(
        strict
            .err()
            .endsWith("residuum: 5 of 60 files failed, more than --max-failures 4 allows\n"),
        strict.err());
  }

  @Test
  void reportThatAnotherJobWritesIsRefused() throws IOException {
    Path report = folder.resolve("two.html");
    Console console = new Console(null, new PrintWriter(new StringWriter()), "");
    try (PartFile other = PartFile.claim("--out", report, false, console)) {
      String error = eval("--model", model, "--out", report).error(ExitCode.FAILED);
      assertTrue(error.contains("another job writes it"), error);
      other.finish("theirs");
    }
    assertEquals("theirs", Files.readString(report));
  }

  @Test
  void folderOfTheReportIsMade() throws IOException {
    Path report = folder.resolve("reports/to day/report.html");
    eval("--model", model, "--out", report).expect(ExitCode.OK);
    String html = Files.readString(report);
    assertTrue(html.contains("--out &#39;" + report + "&#39;"), "the command, quoted for a shell");
  }

  @Test
  void networkByNameHasNoWeightsToMeasure() {
    String error = eval("--model", "resnet20").error(ExitCode.USAGE);
    assertTrue(error.contains("residuum train"), error);
  }

  @Test
  void folderWithoutModelIsNamed() {
    String error = eval("--model", pictures).error(ExitCode.FAILED);
    assertTrue(error.contains(pictures.toString()), error);
  }

  @Test
  void misspelledModelIsAnsweredWithTheNearest() {
    String error = eval("--model", "resnet2O").error(ExitCode.USAGE);
    assertTrue(error.contains("did you mean resnet20?"), error);
  }

  @Test
  void missingModelIsAWrongUsage() {
    eval().error(ExitCode.USAGE);
  }

  @Test
  void batchOfNothingIsAWrongUsage() {
    eval("--model", model, "--batch", 0).error(ExitCode.USAGE);
  }

  @Test
  void savedModelCanBeInspected() {
    String line = Terminal.run("inspect", model).expect(ExitCode.OK).firstLine();
    assertTrue(line.startsWith("mlp32x1: "), line);
  }

  @Test
  void damagedWeightsAreNamed() throws IOException {
    Path damaged = folder.resolve("damaged");
    Files.createDirectories(damaged);
    try (var files = Files.list(model)) {
      for (Path file : files.toList()) {
        Files.copy(file, damaged.resolve(file.getFileName()));
      }
    }
    byte[] weights = Files.readAllBytes(model.resolve("model.safetensors"));
    Files.write(damaged.resolve("model.safetensors"), Arrays.copyOf(weights, weights.length / 2));
    String error = eval("--model", damaged).error(ExitCode.FAILED);
    assertTrue(error.contains("model.safetensors"), error);
  }
}
