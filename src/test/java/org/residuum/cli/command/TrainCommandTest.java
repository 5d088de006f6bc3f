package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.data.Picture;
import org.residuum.format.folder.SavedModel;

final class TrainCommandTest {
  @TempDir private static Path shared;
  private static Path pictures;

  @TempDir private Path folder;

  @BeforeAll
  static void draw() throws IOException {
    pictures = SmallData.pictures(shared);
  }

  private static Object[] with(Path out, Object... more) {
    List<Object> args = new java.util.ArrayList<>(List.of("--batch", 16, "--epochs", 2));
    args.addAll(List.of(more));
    return of(out, args.toArray());
  }

  private static Object[] of(Path out, Object... more) {
    List<Object> args = new java.util.ArrayList<>();
    args.addAll(List.of("train", "--data", "folder:" + pictures, "--model", "mlp:16x1"));
    args.addAll(List.of("--out", out));
    args.addAll(List.of(more));
    return args.toArray();
  }

  @Test
  void trainingSavesModelAndReport() throws IOException {
    Path out = folder.resolve("model");
    Terminal seen = Terminal.run(with(out)).expect(ExitCode.OK);
    assertEquals(2, seen.out().lines().filter(line -> line.startsWith("epoch ")).count());
    SavedModel saved = SavedModel.load(out);
    assertEquals(10, saved.labels().size());
    assertEquals("mlp16x1", saved.network().name());
    String report = Files.readString(out.resolve("report.html"));
    assertTrue(report.contains("mlp16x1 on "), "title");
    assertTrue(report.contains("--epochs 2"), "command line");
    assertTrue(report.contains("seed 0"), "seed");
    assertEquals(12, report.split("<div class=\"sample", -1).length - 1, "sample pictures");
  }

  /** Labels are saved a line each: what does not fit is known before the work. */
  @Test
  void labelThatIsNoLineIsRefusedBeforeTheTraining() throws IOException {
    StringBuilder table = new StringBuilder("a,class\n");
    for (int i = 0; i < 20; i++) {
      table.append(i).append(i % 2 == 0 ? ",\"two\nlines\"\n" : ",one\n");
    }
    Path data = Files.writeString(folder.resolve("table.csv"), table);
    Path out = folder.resolve("model");
    Terminal seen = Terminal.run("train", "--data", "csv:" + data, "--model", "mlp", "--out", out);
    seen.expect(ExitCode.FAILED);
    assertTrue(seen.err().contains("label 'two?lines'"), seen.err());
    assertTrue(seen.err().contains("another name"), seen.err());
    assertFalse(seen.out().contains("epoch 1/"), seen.out());
    assertFalse(Files.exists(out));
  }

  @Test
  void reportNeedsNoOtherFile() throws IOException {
    Path out = folder.resolve("model");
    Terminal.run(with(out)).expect(ExitCode.OK);
    String report = Files.readString(out.resolve("report.html"));
    assertFalse(report.contains("http"), "no address");
    assertEquals(
        report.split("src=\"", -1).length,
        report.split("src=\"data:image/png;base64,", -1).length,
        "every picture is inside");
  }

  @Test
  void convolutionalNetworkTrainsToo() {
    Terminal.run(
            "train",
            "--data",
            "folder:" + pictures,
            "--model",
            "resnet8",
            "--epochs",
            1,
            "--batch",
            32,
            "--identity-blocks",
            "--out",
            folder.resolve("model"))
        .expect(ExitCode.OK);
  }

  @Test
  void sameSeedGivesBitwiseTheSameWeights() throws IOException {
    Terminal.run(with(folder.resolve("one"), "--seed", 3)).expect(ExitCode.OK);
    Terminal.run(with(folder.resolve("two"), "--seed", 3)).expect(ExitCode.OK);
    Terminal.run(with(folder.resolve("other"), "--seed", 4)).expect(ExitCode.OK);
    byte[] one = Files.readAllBytes(folder.resolve("one/model.safetensors"));
    assertArrayEquals(one, Files.readAllBytes(folder.resolve("two/model.safetensors")));
    assertFalse(
        java.util.Arrays.equals(
            one, Files.readAllBytes(folder.resolve("other/model.safetensors"))));
  }

  @Test
  void savedModelTrainsOn() {
    Path first = SmallData.train(pictures, folder.resolve("first"));
    Terminal seen =
        Terminal.run(
                "train",
                "--data",
                "folder:" + pictures,
                "--model",
                first,
                "--batch",
                16,
                "--epochs",
                1,
                "--out",
                folder.resolve("second"))
            .expect(ExitCode.OK);
    assertTrue(seen.out().contains("mlp32x1"), seen.out());
  }

  /** A training so short that nothing can be learned ends with what it is worth, and a remedy. */
  @Test
  void lossOfGuessingIsToldWithARemedy() throws IOException {
    Path out = folder.resolve("model");
    Terminal seen = Terminal.run(with(out, "--lr", "1e-9")).expect(ExitCode.OK);
    String caution =
        seen.out().lines().filter(line -> line.startsWith("caution ")).findFirst().orElseThrow();
    assertTrue(
        caution.contains(" is not below 2.3") && caution.contains("nothing was learned; try --lr"),
        caution);
    assertTrue(Files.readString(out.resolve("report.html")).contains("nothing was learned"));
  }

  @Test
  void trainingThatLearnsHasNoCaution() {
    Terminal seen =
        Terminal.run(of(folder.resolve("model"), "--batch", 16, "--epochs", 12))
            .expect(ExitCode.OK);
    assertFalse(seen.out().contains("caution"), seen.out());
  }

  /** 100 pictures: batches of 64 leave none out. */
  @Test
  void whatFillsTheLastBatchIsTold() {
    Terminal seen =
        Terminal.run(of(folder.resolve("model"), "--batch", 64, "--epochs", 1)).expect(ExitCode.OK);
    assertTrue(
        seen.out()
            .contains("steps     2 an epoch, the last filled up with 28 examples of the next"),
        seen.out());
  }

  @Test
  void singleStepRunsAtThePeak() {
    Terminal seen =
        Terminal.run(of(folder.resolve("model"), "--batch", 100, "--epochs", 1, "--lr", 0.0125))
            .expect(ExitCode.OK);
    assertTrue(seen.out().contains("  lr 0.01250  "), seen.out());
  }

  @Test
  void folderThatExistsIsKeptUnlessOverwritten() throws IOException {
    Path out = SmallData.train(pictures, folder.resolve("model"));
    byte[] before = Files.readAllBytes(out.resolve("model.safetensors"));
    String error = Terminal.run(with(out)).error(ExitCode.FAILED);
    assertTrue(error.contains(out.toString()) && error.contains("overwrite"), error);
    assertArrayEquals(before, Files.readAllBytes(out.resolve("model.safetensors")));
    Terminal.run(with(out, "--overwrite")).expect(ExitCode.OK);
  }

  @Test
  void lossThatExplodesIsNamedWithItsRemedy() {
    Path out = folder.resolve("model");
    Terminal seen =
        Terminal.run(with(out, "--optimizer", "sgd", "--lr", "1e30", "--schedule", "constant"))
            .expect(ExitCode.FAILED);
    assertTrue(seen.err().contains("lower --lr"), seen.err());
    assertFalse(seen.err().contains("\tat "), seen.err());
  }

  @Test
  void trainingThatDivergesLeavesTheModelThatItWasToReplace() throws IOException {
    Path out = SmallData.train(pictures, folder.resolve("model"));
    byte[] before = Files.readAllBytes(out.resolve("model.safetensors"));
    Terminal.run(
            with(
                out, "--overwrite", "--optimizer", "sgd", "--lr", "1e30", "--schedule", "constant"))
        .expect(ExitCode.FAILED);
    assertArrayEquals(before, Files.readAllBytes(out.resolve("model.safetensors")));
  }

  @Test
  void folderThatAnotherTrainingWritesIsRefused() throws IOException {
    Path out = folder.resolve("model");
    try (FolderLock other = FolderLock.of("--out", out)) {
      String error = Terminal.run(with(out, "--device", "cpu")).expect(ExitCode.FAILED).err();
      assertTrue(error.contains("another process writes there ("), error + other);
    }
    Terminal.run(with(out)).expect(ExitCode.OK);
    try (var left = Files.list(folder)) {
      assertEquals(List.of(out), left.toList(), "the lock is gone");
    }
  }

  @Test
  void emptyFolderIsFilled() throws IOException {
    Path out = Files.createDirectory(folder.resolve("empty"));
    Terminal.run(with(out)).expect(ExitCode.OK);
    assertEquals(10, SavedModel.load(out).labels().size());
  }

  @Test
  void dataOfOneClassAreRefused() throws IOException {
    Path photos = Files.createDirectories(folder.resolve("photos"));
    Files.copy(
        Picture.find(pictures).get(0),
        Files.createDirectory(photos.resolve("cat")).resolve("1.png"));
    Files.copy(Picture.find(pictures).get(1), photos.resolve("cat/2.png"));
    String error =
        Terminal.run(
                "train",
                "--data",
                "folder:" + photos,
                "--device",
                "cpu",
                "--out",
                folder.resolve("model"))
            .expect(ExitCode.FAILED)
            .err();
    assertTrue(error.contains("one class, cat") && error.contains("at least two"), error);
  }

  /** A copy of the pictures in which 15 of 120 are none. */
  private Path withBroken() throws IOException {
    Path copy = folder.resolve("some broken");
    int copied = 0;
    for (Path file : Picture.find(pictures)) {
      Path place = copy.resolve(pictures.relativize(file));
      Files.createDirectories(place.getParent());
      if (copied++ % 8 == 0) {
        SmallData.notAPicture(place);
      } else {
        Files.copy(file, place);
      }
    }
    Files.createDirectories(copy.resolve("__MACOSX/0"));
    return copy;
  }

  @Test
  void shareOfBrokenPicturesEndsTheTrainingBeforeItBegins() throws IOException {
    Path out = folder.resolve("model");
    Path errors = folder.resolve("errors.csv");
    Object[] train = with(out, "--data", "folder:" + withBroken(), "--errors", errors);
    train[1] = "--seed";
    train[2] = 0;
    Terminal refused = Terminal.run(train).expect(ExitCode.FAILED);
    assertTrue(
        refused.err().contains("15 of 120 files failed, more than --max-failures 10% allows"),
        refused.err());
    assertTrue(
        refused
            .err()
            .contains("kept for testing, a share of 0.2 of each class; left out: 1 hidden"),
        refused.err());
    assertEquals(16, Files.readAllLines(errors).size(), "a header, and a line each");
    assertFalse(Files.exists(out));

    List<Object> more = new java.util.ArrayList<>(List.of(train));
    more.addAll(List.of("--max-failures", "15", "--overwrite"));
    Terminal.run(more.toArray()).expect(ExitCode.OK);
    Terminal measured =
        Terminal.run(
            "eval",
            "--data",
            "folder:" + folder.resolve("some broken"),
            "--model",
            out,
            "--split",
            "all",
            "--device",
            "cpu");
    measured.expect(ExitCode.FAILED);
    assertTrue(measured.firstLine().contains(" 105 examples"), measured.firstLine());
    assertTrue(measured.err().contains("15 of 120 files failed"), measured.err());
  }

  @Test
  void batchOfMoreThanThereIsNamesTheOption() {
    String error =
        Terminal.run(
                "train",
                "--data",
                "folder:" + pictures,
                "--device",
                "cpu",
                "--batch",
                100_000_000,
                "--out",
                folder.resolve("model"))
            .expect(ExitCode.USAGE)
            .err();
    assertTrue(error.contains("--batch 100000000: folder has 100 examples"), error);
  }

  @Test
  void pathWithoutItsKindIsAnsweredWithTheKind() {
    String error =
        Terminal.run(
                "train", "--data", pictures, "--device", "cpu", "--out", folder.resolve("model"))
            .error(ExitCode.USAGE);
    assertTrue(error.contains("did you mean folder:" + pictures + "?"), error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--schedule cosin|did you mean cosine?",
        "--lr -1|--lr -1.0: learning rate",
        "--lr fast|'fast' is no number",
        "--seed 1.5|'1.5' is no whole number",
        "--epochs -9223372036854775808|is no whole number up to 2147483647",
        "--resume --overwrite|give one of them",
        "--weight-decay -1|--weight-decay -1.0: weight decay must be at least 0.0",
        "--warmup 2|has 2 epochs",
        "--clip -1|--clip -1.0: the largest gradient norm",
        "--threads 0|--threads 0",
        "--momentum 2 --optimizer sgd|momentum",
        "--momentum 0.9 --optimizer adamw|--optimizer sgd",
        "--label-smoothing 1|label smoothing",
        "--average 2|averaged share",
        "--augment turn|crop-flip",
        "--test-share 1|--test-share 1.0: it is above 0 and below 1",
        "--device cpuu|did you mean cpu?",
        "--optimizer adam|adamw"
      })
  void impossibleOptionIsAWrongUsage(String options, String named) {
    String[] more = options.split(" ", -1);
    Terminal seen = Terminal.run(with(folder.resolve("model"), (Object[]) more));
    seen.expect(ExitCode.USAGE);
    assertTrue(seen.err().contains(named), seen.err());
    assertFalse(Files.exists(folder.resolve("model")));
  }

  @Test
  void misspelledDataSetIsAnsweredWithTheNearest() {
    String error =
        Terminal.run("train", "--data", "glyph", "--device", "cpu", "--out", folder.resolve("x"))
            .error(ExitCode.USAGE);
    assertTrue(error.contains("did you mean glyphs?"), error);
  }

  @Test
  void evalMeasuresWhatTrainingLeftOut() {
    Path out = folder.resolve("model");
    Terminal trained =
        Terminal.run(with(out, "--seed", 3, "--test-share", 0.3)).expect(ExitCode.OK);
    Terminal measured =
        Terminal.run("eval", "--data", "folder:" + pictures, "--model", out, "--device", "cpu")
            .expect(ExitCode.OK);
    String accuracy = trained.out().replaceAll("(?s).*test (\\d+\\.\\d+ %)  lr.*", "$1");
    assertTrue(
        measured.firstLine().contains("top-1 " + accuracy),
        measured.firstLine() + " against " + accuracy);
    assertTrue(measured.firstLine().contains(" 40 examples"), measured.firstLine());
  }

  @Test
  void missingFolderIsNamed() {
    String error =
        Terminal.run(
                "train",
                "--data",
                "folder:nowhere",
                "--device",
                "cpu",
                "--out",
                folder.resolve("x"))
            .error(ExitCode.FAILED);
    assertTrue(error.contains("nowhere"), error);
  }

  @ParameterizedTest
  @CsvSource({"cuda", "cuda:0"})
  void demandedGpuThatIsAbsentHasItsOwnExitCode(String device) {
    String error =
        Terminal.run(with(folder.resolve("model"), "--device", device)).error(ExitCode.NO_GPU);
    assertTrue(error.contains("--device " + device) && error.contains("--device cpu"), error);
  }

  @Test
  void automaticDeviceSaysOnceWhatItChose() {
    Terminal seen = Terminal.run(with(folder.resolve("model"))).expect(ExitCode.OK);
    assertEquals(1, seen.err().lines().filter(line -> line.startsWith("device ")).count());
  }

  @Test
  void convolutionalNetworkOnVectorsIsAWrongUsage() throws IOException {
    Path csv =
        Files.writeString(folder.resolve("t.csv"), "a,b,label\n" + "1,2,x\n3,4,y\n".repeat(9));
    String error =
        Terminal.run(
                "train",
                "--data",
                "csv:" + csv,
                "--model",
                "resnet20",
                "--device",
                "cpu",
                "--out",
                folder.resolve("model"))
            .expect(ExitCode.USAGE)
            .err();
    assertTrue(error.contains("mlp"), error);
  }
}
