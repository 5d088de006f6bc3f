package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.format.TrainingNotes;
import org.residuum.format.folder.SavedModel;
import org.residuum.report.ReportPageTest;

/** What a training prints and saves. */
final class TrainCommandTest extends SmallTraining {
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
    assertTrue(report.contains("<h2>Most confident mistakes in the test data</h2>"), report);
    assertTrue(report.contains("<h2>Training pictures</h2>"), report);
    assertTrue(report.contains("epochs = 2"), "the recipe");
    List<String> charts =
        ReportPageTest.charts(report).stream().map(svg -> svg.getAttribute("aria-label")).toList();
    for (String chart :
        List.of(
            "Loss. training: from ",
            "Learning rate",
            "Gradient norm. ",
            "Gradient norms of ",
            "Throughput",
            "Confusion matrix of 10 classes: ",
            "Share of right answers")) {
      assertTrue(charts.stream().anyMatch(label -> label.startsWith(chart)), charts.toString());
    }
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
        report.split("src=\"data:image/", -1).length,
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

  /** 90 pictures: batches of 64 leave none out. */
  @Test
  void whatFillsTheLastBatchIsTold() {
    Terminal seen =
        Terminal.run(of(folder.resolve("model"), "--batch", 64, "--epochs", 1)).expect(ExitCode.OK);
    assertTrue(
        seen.out()
            .contains("steps     2 an epoch, the last filled up with 38 examples of the next"),
        seen.out());
  }

  @Test
  void singleStepRunsAtThePeak() {
    Terminal seen =
        Terminal.run(of(folder.resolve("model"), "--batch", 90, "--epochs", 1, "--lr", 0.0125))
            .expect(ExitCode.OK);
    assertTrue(seen.out().contains("  lr 0.01250  "), seen.out());
  }

  @Test
  void evalMeasuresWhatTrainingLeftOut() {
    Path out = folder.resolve("model");
    Terminal trained =
        Terminal.run(with(out, "--split-seed", 3, "--test-share", 0.3)).expect(ExitCode.OK);
    Terminal measured =
        Terminal.run("eval", "--data", "folder:" + pictures, "--model", out, "--device", "cpu")
            .expect(ExitCode.OK);
    String accuracy =
        trained.out().replaceAll("(?s).*\ntest .*top-1 (\\d+\\.\\d+ %)  of 40 .*", "$1");
    assertTrue(
        measured.firstLine().contains("top-1 " + accuracy),
        measured.firstLine() + " against " + accuracy);
    assertTrue(measured.firstLine().contains(" 40 examples"), measured.firstLine());
  }

  private Terminal trainOn(Path model, Path out, Object... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("train", "--data", "folder:" + pictures, "--model", model));
    arguments.addAll(List.of("--epochs", 1, "--batch", 16, "--device", "cpu", "--out", out));
    arguments.addAll(List.of(more));
    return Terminal.run(arguments.toArray()).expect(ExitCode.OK);
  }

  private static TrainingNotes.Split split(Path model) throws IOException {
    return SavedModel.load(model).training().orElseThrow().data().split();
  }

  /** The seed decides weights and order; which pictures are for testing stays with the model. */
  @Test
  void splitIsKeptWithTheModelWhateverTheSeed() throws IOException {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    Terminal.run(with(first, "--seed", 3, "--split-seed", 5, "--test-share", 0.3))
        .expect(ExitCode.OK);
    assertEquals(new TrainingNotes.Split(5, 0.3, 0.1), split(first));
    trainOn(first, second, "--seed", 8);
    assertEquals(split(first), split(second));
    Path third = folder.resolve("third");
    trainOn(second, third, "--split-seed", 6, "--validation-share", 0.2);
    assertEquals(new TrainingNotes.Split(6, 0.3, 0.2), split(third));
  }
}
