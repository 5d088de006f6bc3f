package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.Model;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.data.Picture;
import org.residuum.network.Parameters;

/** Trainings that start from a trained model of other classes. */
final class FineTuneTest {
  @TempDir private static Path shared;
  private static Path pretrained;
  private static Path file;
  private static Path three;

  @TempDir private Path folder;

  /** A model of ten classes, the same as a PyTorch file, and pictures of three classes. */
  @BeforeAll
  static void train() throws IOException {
    Path ten = SmallData.pictures(shared);
    pretrained = shared.resolve("ten");
    Object[] train = {
      "train", "--data", "folder:" + ten, "--model", "resnet8", "--epochs", 1, "--out", pretrained
    };
    Terminal.run(train).expect(ExitCode.OK);
    file = shared.resolve("ten.pth");
    Terminal.run("convert", pretrained, file).expect(ExitCode.OK);
    three = shared.resolve("three");
    for (Path picture : Picture.find(ten)) {
      String label = picture.getParent().getFileName().toString();
      if (label.compareTo("3") < 0) {
        Path to = three.resolve("no " + label).resolve(picture.getFileName());
        Files.createDirectories(to.getParent());
        Files.copy(picture, to);
      }
    }
  }

  private static Terminal train(Path out, Object... more) {
    List<Object> args = new ArrayList<>();
    args.addAll(List.of("train", "--data", "folder:" + three, "--out", out, "--device", "cpu"));
    args.addAll(List.of("--batch", 8, "--epochs", 2));
    args.addAll(Arrays.asList(more));
    return Terminal.run(args.toArray());
  }

  @Test
  void fileOfOtherClassesGetsANewLastLayerAndTheFrozenRestStays() throws IOException {
    Path out = folder.resolve("three");
    Terminal trained =
        train(out, "--init", file, "--preset", "mnist", "--freeze", "body").expect(ExitCode.OK);
    assertTrue(
        trained.out().contains(": a new last layer, linear, for 3 classes in place of its 10"),
        trained.out());
    Model model = Model.load(out);
    assertEquals(List.of("no 0", "no 1", "no 2"), model.labels());
    Parameters before = Model.load(file).parameters();
    for (String name : before.names()) {
      if (!name.startsWith("linear.")) {
        assertArrayEquals(before.get(name).toArray(), model.parameters().get(name).toArray(), name);
      }
    }
    Terminal.run("eval", "--model", out, "--data", "folder:" + three).expect(ExitCode.OK);
  }

  @Test
  void folderOfTheSameClassesKeepsItsLastLayer() throws IOException {
    Path first = folder.resolve("first");
    train(first, "--init", pretrained).expect(ExitCode.OK);
    Path second = folder.resolve("second");
    Terminal trained = train(second, "--init", first, "--freeze", "body").expect(ExitCode.OK);
    assertTrue(trained.out().contains("its last layer is kept"), trained.out());
    Files.delete(second.resolve("report.html"));
    Terminal ended =
        train(second, "--init", first, "--freeze", "body", "--resume").expect(ExitCode.OK);
    assertTrue(ended.out().contains("report    " + second.resolve("report.html")), ended.out());
    assertRefused(second, "started with --init " + first, "--init", pretrained);
    assertRefused(second, "; give that again", "--model", "resnet8");
    assertRefused(pretrained, "; leave that away", "--init", second);
  }

  /** To go on from another start than the one that the training had. */
  private static void assertRefused(Path out, String message, String option, Object start) {
    String error =
        train(out, option, start, "--freeze", "body", "--resume").expect(ExitCode.USAGE).err();
    assertTrue(error.contains(message), error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--model FILE | start from it with --init FILE",
        "--model FOLDER | start from it with --init FOLDER instead",
        "--init FILE | --init FILE: such a file does not say how its pictures were normalised",
        "--init resnet18 | --init resnet18: a network by name has no trained weights",
        "--init FOLDER --model mlp | --model mlp with --init",
        "--preset mnist | --preset mnist: it is for a model to start from; name it by --init",
        "--head keep --init FOLDER | it tells 10 classes apart, the data have 3",
        "--model resnet8 --freeze layer4 | --freeze layer4: resnet8 has no such part; did you mean"
            + " layer1?",
        "--model resnet8 --freeze linear,body | nothing of resnet8 is left to train",
        "--model resnet8 --rate-of linear=0 | the rate of linear must be above 0",
      })
  void whatCannotBeIsRefused(String words, String message) {
    String[] options =
        Arrays.stream(words.split(" "))
            .map(
                word ->
                    word.equals("FILE")
                        ? file.toString()
                        : word.equals("FOLDER") ? pretrained.toString() : word)
            .toArray(String[]::new);
    Terminal refused = train(folder.resolve("model"), (Object[]) options);
    String expected =
        message.replace("FILE", file.toString()).replace("FOLDER", pretrained.toString());
    assertTrue(refused.exitCode() != ExitCode.OK, refused.out());
    assertTrue(refused.err().contains(expected), refused.err());
    assertFalse(Files.exists(folder.resolve("model")));
  }
}
