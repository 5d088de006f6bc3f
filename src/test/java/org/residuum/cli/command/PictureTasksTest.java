package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;

/** Labels and numbers of pictures in a table: trained, resumed, measured and predicted. */
class PictureTasksTest {
  private static final int PICTURES = 96;

  @TempDir private static Path folder;

  private static Path tags;
  private static Path numbers;
  private static Path classes;
  private static Terminal trained;

  /** Red or blue, with a white bar or without; its place is the number. */
  @BeforeAll
  static void train() throws IOException {
    tags = folder.resolve("tags.csv");
    numbers = folder.resolve("numbers.csv");
    classes = folder.resolve("classes.csv");
    Files.createDirectories(folder.resolve("in"));
    List<String> labelled = new ArrayList<>(List.of("path,tags,burst"));
    List<String> measured = new ArrayList<>(List.of("picture,brightness"));
    List<String> named = new ArrayList<>(List.of("path,label"));
    Random random = new Random(1);
    for (int i = 0; i < PICTURES; i++) {
      boolean red = random.nextBoolean();
      boolean bar = random.nextBoolean();
      int light = random.nextInt(156);
      draw(red, bar, light, folder.resolve("in/" + i + ".png"));
      String name = (red ? "red" : "") + (red && bar ? " " : "") + (bar ? "bar" : "");
      labelled.add("in/%d.png,%s,%d".formatted(i, name, i / 4));
      measured.add("%d.png,%d".formatted(i, light));
      named.add("in/%d.png,%s".formatted(i, red ? "red" : "blue"));
    }
    Files.write(tags, labelled);
    Files.write(numbers, measured);
    Files.write(classes, named);
    trained = trainTags("tags", 4).expect(ExitCode.OK);
  }

  private static void draw(boolean red, boolean bar, int light, Path file) throws IOException {
    BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = picture.createGraphics();
    pen.setColor(red ? new Color(100 + light, 0, 0) : new Color(0, 0, 100 + light));
    pen.fillRect(0, 0, 8, 8);
    pen.setColor(Color.WHITE);
    pen.fillRect(2, 0, bar ? 3 : 0, 8);
    pen.dispose();
    ImageIO.write(picture, "png", file.toFile());
  }

  private static Terminal trainTags(String out, int epochs, Object... more) {
    List<Object> options =
        new ArrayList<>(
            List.of("--task", "multilabel", "--label-delimiter", " ", "--group-by", "burst"));
    options.addAll(List.of("--model", "conv:8x1:bn", "--schedule", "constant", "--lr", "0.05"));
    options.addAll(List.of("--epochs", epochs));
    options.addAll(List.of(more));
    return train(tags, out, options.toArray());
  }

  private static Terminal train(Path data, String out, Object... more) {
    List<Object> command =
        new ArrayList<>(List.of("train", "--data", "csv:" + data, "--device", "cpu"));
    command.addAll(List.of("--out", folder.resolve(out)));
    command.addAll(List.of(more));
    return Terminal.run(command.toArray());
  }

  private static String run(Object... command) {
    return Terminal.run(command).expect(ExitCode.OK).out();
  }

  @Test
  void labelsOfPicturesAreLearnedAndMeasuredOnWhatWasLeftOut() throws IOException {
    String test = line(trained.out(), "test ");
    assertTrue(number(test, "mAP ") > 95, trained.out());
    String out =
        run("eval", "--model", folder.resolve("tags"), "--data", "csv:" + tags, "--device", "cpu");
    assertEquals(number(test, "mAP "), number(out, "mAP "), 0.011, out);
    assertTrue(out.contains("\nbar ") && out.contains("\nred "), out);
    String report = Files.readString(folder.resolve("tags/report.html"));
    assertTrue(report.contains("Training pictures") && report.contains("bar, red"));
  }

  @Test
  void picturesArePredictedByThemselves() {
    List<String> lines =
        run("predict", "--model", folder.resolve("tags"), "--data", folder.resolve("in"))
            .lines()
            .toList();
    assertEquals("file,labels,bar,red,error", lines.get(0));
    assertEquals(1 + PICTURES, lines.size());
  }

  @Test
  void resumedTrainingEndsWithTheSameWeights() throws IOException {
    trainTags("part", 2).expect(ExitCode.OK);
    trainTags("part", 4, "--resume").expect(ExitCode.OK);
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("tags/model.safetensors")),
        Files.readAllBytes(folder.resolve("part/model.safetensors")));
  }

  @Test
  void safetensorsSayTheSizeOfThePictures() throws IOException {
    Path in = folder.resolve("in");
    Object[] brief = {"--task", "regression", "--root", in, "--model", "resnet8", "--epochs", "1"};
    train(numbers, "small", brief).expect(ExitCode.OK);
    Path file = folder.resolve("small.safetensors");
    run("convert", folder.resolve("small"), file);
    assertEquals(
        run("predict", "--model", folder.resolve("small"), "--data", in),
        run("predict", "--model", file, "--data", in));
  }

  @Test
  void pretrainedNetworkLearnsNumbersOfPictures() throws IOException {
    Object[] more = {
      "--task",
      "regression",
      "--column",
      "picture",
      "--root",
      folder.resolve("in"),
      "--init",
      folder.resolve("tags"),
      "--epochs",
      "10",
      "--batch",
      "16",
      "--augment",
      "none",
      "--group-by",
      ""
    };
    String out = train(numbers, "numbers", more).expect(ExitCode.OK).out();
    assertTrue(out.contains("a new last layer, linear, for 1 target in place of its 2"), out);
    assertTrue(number(line(out, "test "), "R² ") > 0.7, out);
    String next = line(out, "try next").replace("try next  residuum ", "");
    assertTrue(run((Object[]) next.split(" ")).contains("RMSE"), next);
  }

  @Test
  void tableOfClassesIsSplitAndMeasuredLikeAFolder() {
    String out =
        train(classes, "classes", "--model", "conv:8x1:bn", "--epochs", "3")
            .expect(ExitCode.OK)
            .out();
    String measured =
        run(
            "eval",
            "--model",
            folder.resolve("classes"),
            "--data",
            "csv:" + classes,
            "--device",
            "cpu");
    double test = number(line(out, "test "), "top-1 ");
    assertEquals(test, number(measured, "top-1 "), 0.011, measured);
    assertTrue(measured.contains(" 20 examples") || measured.contains(" 19 examples"), measured);
  }

  @Test
  void columnsOfPicturesAreForTables() {
    assertTrue(
        Terminal.run("train", "--data", "glyphs", "--column", "x", "--out", folder.resolve("no"))
            .expect(ExitCode.USAGE)
            .err()
            .contains("--column, --root: they are for pictures that csv:FILE names"));
    assertTrue(
        train(classes, "no", "--label-delimiter", ";")
            .expect(ExitCode.USAGE)
            .err()
            .contains("--label-delimiter ';': it is a text, for --task multilabel"));
  }

  private static String line(String text, String start) {
    return text.lines().filter(line -> line.startsWith(start)).findFirst().orElse("");
  }

  private static double number(String text, String name) {
    String rest = text.substring(text.indexOf(name) + name.length());
    return Double.parseDouble(rest.split("[\\s,]")[0]);
  }
}
