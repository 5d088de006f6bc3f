package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.data.Picture;

/** What a training refuses, and in which words. */
final class TrainRefusalsTest extends SmallTraining {
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
            .contains("kept for validation, a share of 0.1 of the others; left out: 1 hidden"),
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
    assertTrue(error.contains("--batch 100000000: folder has 90 examples"), error);
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
        "--lr -1|--lr -1: learning rate",
        "--lr fast|'fast' is no number",
        "--seed 1.5|'1.5' is no whole number",
        "--epochs -9223372036854775808|is no whole number up to 2147483647",
        "--resume --overwrite|give one of them",
        "--weight-decay -1|--weight-decay -1: weight decay must be at least 0.0",
        "--warmup 2|has 2 epochs",
        "--clip -1|--clip -1: the largest gradient norm",
        "--threads 0|--threads 0",
        "--momentum 2 --optimizer sgd|momentum",
        "--momentum 0.9 --optimizer adamw|--optimizer sgd",
        "--label-smoothing 1|label smoothing",
        "--average 2|averaged share",
        "--augment turn|crop-flip",
        "--augment crop,randagment:2:9|did you mean randaugment?",
        "--augment crop-flip,resized-crop|both choose the part of a picture that is seen",
        "--augment crop:500|pictures of 28 × 28 pixels are padded by 1 to 27 pixels",
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

  @ParameterizedTest
  @CsvSource({"--out,", "--tensorboard,", "--tensorboard,within"})
  void fileWhereAFolderIsToBeIsNamedAndStays(String option, String within) throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "mine");
    Path named = within == null ? file : file.resolve(within);
    Object[] train =
        option.equals("--out") ? with(named) : with(folder.resolve("model"), option, named);
    Terminal seen = Terminal.run(train).expect(ExitCode.FAILED);
    assertTrue(seen.err().contains(option + " " + named + ": "), seen.err());
    assertTrue(seen.err().contains("is a file; name a folder"), seen.err());
    assertEquals("mine", Files.readString(file));
    assertFalse(Files.isDirectory(folder.resolve("model")));
  }

  @Test
  void misspelledDataSetIsAnsweredWithTheNearest() {
    String error =
        Terminal.run("train", "--data", "glyph", "--device", "cpu", "--out", folder.resolve("x"))
            .error(ExitCode.USAGE);
    assertTrue(error.contains("did you mean glyphs?"), error);
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
