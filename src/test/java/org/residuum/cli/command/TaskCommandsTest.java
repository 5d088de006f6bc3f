package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.Classifier;
import org.residuum.Device;
import org.residuum.Devices;
import org.residuum.Model;
import org.residuum.Prediction;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.data.Task;
import org.residuum.format.FormatException;

/** Labels that do not exclude each other, and numbers: trained, measured and predicted. */
class TaskCommandsTest {
  @TempDir private static Path folder;

  private static Path numbers;
  private static Path tags;
  private static Terminal regression;
  private static Terminal multilabel;

  @BeforeAll
  static void train() throws IOException {
    numbers = folder.resolve("numbers.csv");
    tags = folder.resolve("tags.csv");
    write();
    regression = train(numbers, "numbers", "--task", "regression", "--label-column", "price,size");
    multilabel = train(tags, "tags", "--task", "multilabel", "--early-stop", "4", "--ema", "0.5");
    regression.expect(ExitCode.OK);
    multilabel.expect(ExitCode.OK);
  }

  /** price = 100 + 40 (2 a - b), size = b / 1000; warm where a > 0, wet where b > 0. */
  private static void write() throws IOException {
    Random random = new Random(1);
    List<String> table = new ArrayList<>(List.of("a,price,b,size"));
    List<String> labelled = new ArrayList<>(List.of("a,b,tags"));
    for (int i = 0; i < 200; i++) {
      double a = random.nextDouble() * 4 - 2;
      double b = random.nextDouble() * 4 - 2;
      table.add(
          String.format(
              Locale.ROOT, "%.4f,%.4f,%.4f,%.7f", a, 100 + 40 * (2 * a - b), b, b / 1000));
      String warm = a > 0 ? "warm" : "";
      String wet = b > 0 ? "wet" : "";
      String between = a > 0 && b > 0 ? ";" : "";
      labelled.add(String.format(Locale.ROOT, "%.4f,%.4f,%s%s%s", a, b, warm, between, wet));
    }
    Files.write(numbers, table);
    Files.write(tags, labelled);
  }

  private static Terminal train(Path data, String out, Object... more) {
    List<Object> command =
        new ArrayList<>(List.of("train", "--data", "csv:" + data, "--device", "cpu"));
    command.addAll(List.of("--lr", "0.02", "--out", folder.resolve(out)));
    command.addAll(List.of(more));
    if (!command.contains("--model") && !command.contains("--init")) {
      command.addAll(List.of("--model", "mlp:16x1"));
    }
    if (!command.contains("--epochs")) {
      command.addAll(List.of("--epochs", "12"));
    }
    return Terminal.run(command.toArray());
  }

  /** Trains for regression at a constant rate. */
  private static Terminal regress(String out, String columns, int epochs, Object... more) {
    List<Object> options = new ArrayList<>(List.of("--task", "regression"));
    options.addAll(List.of("--label-column", columns));
    options.addAll(List.of("--schedule", "constant", "--epochs", epochs));
    options.addAll(List.of(more));
    return train(numbers, out, options.toArray());
  }

  @Test
  void regressionLearnsAndSaysItsErrorsInTheDatasUnit() {
    assertTrue(regression.out().contains("2 targets"), regression.out());
    assertTrue(regression.out().contains("best      epoch"), regression.out());
    String test = line(regression.out(), "test ");
    assertTrue(number(test, "R² ") > 0.9, test);
    assertTrue(number(test, "RMSE ") < 40, "of a price of deviation 104: " + test);
    assertFalse(regression.out().contains("top-1"), regression.out());
    assertFalse(regression.out().contains("caution"), regression.out());
  }

  @Test
  void firstLossesAreThoseOfKnowingNothing() {
    double loss = number(line(multilabel.out(), "epoch 1/"), "loss ");
    assertTrue(loss < Math.log(2), "each label at a half costs ln 2, not " + loss);
    assertTrue(number(line(regression.out(), "epoch 1/"), "loss ") < 1.1);
  }

  @Test
  void evaluationReadsTheSavedTask() {
    String out =
        Terminal.run(
                "eval",
                "--model",
                folder.resolve("numbers"),
                "--data",
                "csv:" + numbers,
                "--label-column",
                "price,size",
                "--device",
                "cpu",
                "--out",
                folder.resolve("eval.html"))
            .expect(ExitCode.OK)
            .out();
    assertEquals(number(line(regression.out(), "test "), "RMSE "), number(out, "RMSE "), 1e-9, out);
    assertTrue(out.contains("\nprice ") && out.contains("\nsize "), out);
    String labels =
        Terminal.run(
                "eval",
                "--model",
                folder.resolve("tags"),
                "--data",
                "csv:" + tags,
                "--device",
                "cpu")
            .expect(ExitCode.OK)
            .out();
    assertTrue(number(labels, "mAP ") > 90, labels);
    assertTrue(labels.contains("\nwarm ") && labels.contains("\nwet "), labels);
  }

  @Test
  void predictedNumbersHaveTheNamesAndTheUnitOfTheTargets() throws IOException {
    Path rows = folder.resolve("new.csv");
    Files.write(rows, List.of("a,b", "1,-1", "-1,1"));
    List<String> lines = predict("numbers", rows).lines().toList();
    assertEquals("row,price,size,error", lines.get(0));
    assertEquals(220, Double.parseDouble(lines.get(1).split(",")[1]), 60);
    assertEquals(-20, Double.parseDouble(lines.get(2).split(",")[1]), 60);
    assertEquals(201, predict("numbers", numbers).lines().count(), "targets are left out");
  }

  @Test
  void predictedLabelsAreThoseWithAProbabilityOverTheThreshold() throws IOException {
    Path rows = folder.resolve("mild.csv");
    Files.write(rows, List.of("a,b", "1.5,1.5", "-1.5,-1.5", "1.5,-1.5"));
    List<String> lines = predict("tags", rows).lines().toList();
    assertEquals("row,labels,warm,wet,error", lines.get(0));
    assertTrue(lines.get(1).startsWith("1,warm;wet,"), lines.get(1));
    assertTrue(lines.get(2).startsWith("2,,"), lines.get(2));
    assertTrue(lines.get(3).startsWith("3,warm,"), lines.get(3));
    assertTrue(predict("tags", rows, "--threshold", "0").contains("2,warm;wet,"));
    String json = predict("tags", rows, "--format", "jsonl").lines().skip(2).findFirst().get();
    assertTrue(json.startsWith("{\"row\":\"3\",\"labels\":[\"warm\"],\"probability\":{\"warm\":"));
  }

  @Test
  void resumedTrainingEndsWithTheSameWeights() throws IOException {
    regress("part", "price,size", 5).expect(ExitCode.OK);
    regress("part", "price,size", 8, "--resume").expect(ExitCode.OK);
    regress("whole", "price,size", 8).expect(ExitCode.OK);
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("whole/model.safetensors")),
        Files.readAllBytes(folder.resolve("part/model.safetensors")));
    String other = regress("part", "size,price", 9, "--resume").expect(ExitCode.USAGE).err();
    assertTrue(other.contains("--data"), other);
  }

  @Test
  void classifierGivesEachLabelItsOwnProbability() throws IOException {
    Model model = Model.load(folder.resolve("tags"));
    assertEquals(Task.MULTILABEL, model.outputs().task());
    try (Device device = Devices.open("cpu");
        Classifier classifier = Classifier.open(model, device, 1)) {
      FloatBuffer example = FloatBuffer.allocate(2);
      model.requirePreprocessing().apply(new float[] {1.5f, 1.5f}, example);
      List<Prediction> both = classifier.classify(example.flip(), 1, 2).get(0);
      assertTrue(both.get(0).probability() + both.get(1).probability() > 1.5, both::toString);
      Model numbers = Model.load(folder.resolve("numbers"));
      assertTrue(
          assertThrows(FormatException.class, () -> Classifier.open(numbers, device))
              .getMessage()
              .contains("its outputs are numbers, price, size"));
    }
    assertThrows(FormatException.class, model::requireClasses);
  }

  @Test
  void onnxFilesSayTheTask() throws IOException {
    Path file = folder.resolve("numbers.onnx");
    Terminal.run("convert", folder.resolve("numbers"), file).expect(ExitCode.OK);
    assertEquals(Model.load(folder.resolve("numbers")).outputs(), Model.load(file).outputs());
    Path rows = folder.resolve("one.csv");
    Files.write(rows, List.of("a,b", "1,-1"));
    assertEquals(
        predict("numbers", rows).lines().toList().get(0),
        predict("numbers.onnx", rows).lines().toList().get(0));
    assertTrue(
        Terminal.run("convert", folder.resolve("tags"), folder.resolve("tags.pth"))
            .expect(ExitCode.OK)
            .err()
            .contains("of another task than classes, which such a file does not say"));
  }

  @Test
  void safetensorsSayTheTask() throws IOException {
    Path file = folder.resolve("numbers.safetensors");
    Terminal.run("convert", folder.resolve("numbers"), file).expect(ExitCode.OK);
    Model saved = Model.load(folder.resolve("numbers"));
    assertEquals(saved.outputs(), Model.load(file).outputs());
    assertEquals(saved.labels(), Model.load(file).labels());
    Path again = folder.resolve("again.safetensors");
    Terminal.run("convert", file, again).expect(ExitCode.OK);
    assertEquals(saved.outputs(), Model.load(again).outputs());
    Path rows = folder.resolve("two.csv");
    Files.write(rows, List.of("a,b", "1,-1"));
    assertEquals(predict("numbers", rows), predict("numbers.safetensors", rows));
  }

  @Test
  void labelsThatAreRareMayCountMore() throws IOException {
    String out =
        train(tags, "weighed", "--task", "multilabel", "--pos-weight", "warm=8", "--epochs", "3")
            .expect(ExitCode.OK)
            .out();
    assertTrue(out.contains("weights of labels warm=8"), out);
    double loss = number(line(out, "epoch 1/"), "loss ");
    assertTrue(loss > Math.log(2), "positives count eight times: " + loss);
    String history = Files.readString(folder.resolve("weighed/history.jsonl"));
    assertTrue(history.contains("\"validation_map\":"), history);
    assertTrue(history.contains("\"labels\":[{\"label\":\"warm\",\"examples\":"), history);
    assertTrue(
        Files.readString(folder.resolve("numbers/history.csv"))
            .contains(",validation_loss,validation_rmse,validation_mae,validation_r2,"));
    assertTrue(
        train(numbers, "never", "--task", "regression", "--pos-weight", "balanced")
            .expect(ExitCode.USAGE)
            .err()
            .contains("weights of labels are for examples that may have several"));
  }

  @Test
  void whatDoesNotSuitIsRefused() {
    refused("--metric accuracy: it is none of --task regression", numbers, "--metric", "accuracy");
    refused("--label-smoothing: it is for classes", numbers, "--label-smoothing", "0.1");
    refused("come from the columns of csv:FILE", null);
    assertTrue(
        train(numbers, "never", "--model", folder.resolve("tags"), "--task", "regression")
            .expect(ExitCode.FAILED)
            .err()
            .contains("it was trained for task multilabel"));
    assertTrue(
        Terminal.run(
                "predict", "--model", folder.resolve("tags"), "--data", "csv:" + tags, "--top-k", 2)
            .expect(ExitCode.USAGE)
            .err()
            .contains("--top-k: it is for classes"));
  }

  @Test
  void groupsOfTheTrainingAreNoValuesAndNeedNotBeInOtherTables() throws IOException {
    List<String> rows = Files.readAllLines(numbers);
    List<String> grouped = new ArrayList<>(List.of("who," + rows.get(0)));
    for (int i = 1; i < rows.size(); i++) {
      grouped.add(i / 4 + "," + rows.get(i));
    }
    Path table = Files.write(folder.resolve("grouped.csv"), grouped);
    Object[] more = {"--task", "regression", "--label-column", "price,size", "--epochs", "1"};
    List<Object> own = new ArrayList<>(List.of(more));
    own.addAll(List.of("--group-by", "who"));
    train(table, "grouped", own.toArray()).expect(ExitCode.OK);
    assertEquals(predict("grouped", numbers), predict("grouped", table));
    Path two = Files.write(folder.resolve("who.csv"), List.of("who,a,b", "7,1,-1"));
    Path bare = Files.write(folder.resolve("bare.csv"), List.of("a,b", "1,-1"));
    assertEquals(predict("grouped", bare), predict("grouped", two));
    List<Object> eval = new ArrayList<>(List.of("eval", "--model", folder.resolve("grouped")));
    eval.addAll(List.of("--data", "csv:" + numbers, "--device", "cpu"));
    String error = Terminal.run(eval.toArray()).expect(ExitCode.USAGE).err();
    assertTrue(error.contains("no column 'who', by which the model's training kept"), error);
    eval.addAll(List.of("--split", "all"));
    Terminal.run(eval.toArray()).expect(ExitCode.OK);
    own = new ArrayList<>(List.of(more));
    own.addAll(List.of("--init", folder.resolve("grouped")));
    String said = train(numbers, "ungrouped", own.toArray()).expect(ExitCode.OK).err();
    assertTrue(said.contains("has no column who of the model's training"), said);
  }

  private static void refused(String expected, Path data, Object... more) {
    List<Object> command =
        new ArrayList<>(List.of("train", "--data", data == null ? "glyphs" : "csv:" + data));
    command.addAll(List.of("--task", "regression", "--out", folder.resolve("never")));
    command.addAll(List.of(more));
    String error = Terminal.run(command.toArray()).expect(ExitCode.USAGE).err();
    assertTrue(error.contains(expected), error);
  }

  private static String predict(String model, Path rows, Object... more) {
    List<Object> command =
        new ArrayList<>(
            List.of("predict", "--model", folder.resolve(model), "--data", "csv:" + rows));
    command.addAll(List.of("--device", "cpu"));
    command.addAll(List.of(more));
    return Terminal.run(command.toArray()).expect(ExitCode.OK).out();
  }

  private static String line(String text, String start) {
    return text.lines().filter(line -> line.startsWith(start)).findFirst().orElse("");
  }

  private static double number(String text, String name) {
    String rest = text.substring(text.indexOf(name) + name.length());
    return Double.parseDouble(rest.split("\\s")[0]);
  }
}
