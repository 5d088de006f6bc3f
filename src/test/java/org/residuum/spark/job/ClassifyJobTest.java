package org.residuum.spark.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.Model;
import org.residuum.cli.SparkMain;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.data.Preprocessing;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.spark.ImageClassifier;
import picocli.CommandLine;

/** What {@code scripts/residuum-spark} has Spark run, on two of this JVM's threads. */
class ClassifyJobTest {
  private static final Shape IMAGE = Shape.of(3, 8, 8);
  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.master", "local[2]",
          "spark.ui.enabled", "false",
          "spark.driver.host", "127.0.0.1",
          "spark.driver.bindAddress", "127.0.0.1");

  @TempDir static Path folder;
  private static Path model;
  private static Path pictures;

  @BeforeAll
  static void prepare() throws IOException {
    SETTINGS.forEach(System::setProperty);
    model = folder.resolve("model");
    Model.untrained(ResNets.cifar(8, IMAGE, 4, ResidualBlocks.Shortcut.ZERO_PAD), 1)
        .withLabels(List.of("a", "b", "c", "d"))
        .withPreprocessing(Preprocessing.cifar10().withShape(IMAGE))
        .save(model);
    pictures = Files.createDirectories(folder.resolve("some pictures/below")).getParent();
    SplittableRandom random = new SplittableRandom(3);
    for (int number = 0; number < 9; number++) {
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < 64; i++) {
        image.setRGB(i % 8, i / 8, random.nextInt(1 << 24));
      }
      ImageIO.write(image, "png", pictures.resolve("below/" + number + ".png").toFile());
    }
    // Hidden to Spark, not to people: cameras call their files so.
    Files.copy(pictures.resolve("below/0.png"), pictures.resolve("_DSC0001.PNG"));
    Files.writeString(pictures.resolve("notes.txt"), "no picture");
    Files.writeString(pictures.resolve("broken.jpg"), "no picture");
  }

  @AfterAll
  static void clear() {
    SETTINGS.keySet().forEach(System::clearProperty);
  }

  private static Terminal run(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = SparkMain.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    int exitCode = line.execute(Arrays.stream(args).map(String::valueOf).toArray(String[]::new));
    return new Terminal(exitCode, out.toString(), err.toString());
  }

  private static Terminal classify(Path out, Object... more) {
    Object[] args = {"--model", model, "--device", "cpu", "--batch", 4, "--out", out};
    Object[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return run(all);
  }

  /** Labels and reasons by name, as the command line writes them. */
  private static Map<String, String> predicted() throws IOException {
    Path out = folder.resolve("rows.csv");
    Terminal.run(
            "predict",
            "--model",
            model,
            "--device",
            "cpu",
            "--batch",
            4,
            "--max-failures",
            1,
            "--data",
            pictures,
            "--out",
            out)
        .expect(ExitCode.OK);
    Map<String, String> rows = new TreeMap<>();
    for (String line : Files.readAllLines(out).subList(1, 12)) {
      String[] cells = line.split(",", 4);
      rows.put(cells[0], cells[1] + cells[3]);
    }
    return rows;
  }

  /** The same of a table that a job wrote. */
  private static Map<String, String> written(Path table) throws IOException {
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      Map<String, String> rows = new TreeMap<>();
      for (Row row :
          spark
              .read()
              .parquet(table.toString())
              .selectExpr("file", "concat(coalesce(prediction[0].label, ''), coalesce(error, ''))")
              .collectAsList()) {
        rows.put(row.getString(0), row.getString(1));
      }
      return rows;
    }
  }

  @Test
  void folderAndListGiveWhatPredictGives() throws IOException {
    Path fromFolder = folder.resolve("from-folder");
    Path link = Files.createSymbolicLink(pictures.resolve("below/up"), pictures);
    Terminal seen = classify(fromFolder, "--data", pictures).expect(ExitCode.OK);
    assertTrue(seen.err().contains("11 pictures; left out: 1 other file"), seen.err());
    assertTrue(seen.err().contains("failed " + pictures.resolve("broken.jpg") + ": "), seen.err());
    assertTrue(seen.err().contains(", 1 failed: " + fromFolder), seen.err());
    Map<String, String> predicted = predicted();
    assertEquals(predicted, written(fromFolder));
    Files.delete(link);

    Path list = folder.resolve("list");
    Files.writeString(list, "below/1.png\n\n" + pictures.resolve("below/2.png") + "\n");
    Path fromList = folder.resolve("from-list");
    classify(fromList, "--data", "@" + list, "--root", pictures).expect(ExitCode.OK);
    predicted
        .keySet()
        .removeIf(name -> !name.endsWith("below/1.png") && !name.endsWith("below/2.png"));
    assertEquals(predicted, written(fromList));
  }

  @Test
  void tableKeepsItsColumnsAndTooManyFailuresAreSaid() throws IOException {
    Path table = folder.resolve("table");
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      spark
          .read()
          .format("binaryFile")
          .option("recursiveFileLookup", true)
          .load(pictures.toString())
          .selectExpr("path AS name", "length AS label", "content AS image")
          .write()
          .parquet(table.toString());
    }
    Path out = folder.resolve("from-table");
    Terminal seen = classify(out, "--data", table, "--logits", "--partitions", 3);
    String error = seen.expect(ExitCode.FAILED).err();
    assertTrue(error.contains("2 of 11 rows failed, more than --max-failures 10% allows"), error);
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      assertEquals(
          "[name, label, prediction, error]",
          Arrays.toString(spark.read().parquet(out.toString()).columns()));
      assertEquals(9, spark.read().parquet(out.toString()).where("size(prediction) = 4").count());
    }
  }

  @Test
  void whatCannotBeIsSaidBeforeTheWork() throws IOException {
    String there = classify(pictures, "--data", pictures).expect(ExitCode.USAGE).err();
    assertTrue(there.contains("--out " + pictures + ": it is there already"), there);
    Path out = folder.resolve("never");
    String nothing = classify(out, "--data", folder.resolve("nothing")).err();
    assertTrue(nothing.contains("nothing: no such file or folder; name a folder of"), nothing);
    Path csv = Files.writeString(folder.resolve("t.csv"), "a,b\n1,2\n");
    String column = classify(out, "--data", csv).err();
    assertTrue(column.contains("--column: no column of bytes"), column);
    assertFalse(Files.exists(out));
  }

  @Test
  void overwriteReplacesTablesAndNothingElse() throws IOException {
    String folder =
        classify(pictures, "--data", pictures, "--overwrite").expect(ExitCode.USAGE).err();
    assertTrue(folder.contains("which is no part of a table"), folder);
    assertTrue(Files.exists(pictures.resolve("below/0.png")));

    Path out = ClassifyJobTest.folder.resolve("replaced");
    Path picture = pictures.resolve("below/0.png");
    classify(out, "--data", picture).expect(ExitCode.OK);
    String read = classify(out, "--data", out, "--overwrite").expect(ExitCode.USAGE).err();
    assertTrue(read.contains("it is read, as --data"), read);
    Map<String, String> first = written(out);
    assertEquals(1, first.size());
    String none =
        run(
                "--model",
                model,
                "--device",
                "cuda:77",
                "--out",
                out,
                "--overwrite",
                "--data",
                pictures)
            .expect(ExitCode.NO_GPU)
            .err();
    assertTrue(none.contains("residuum: --device cuda:77: "), none);
    assertEquals(first, written(out));
    classify(out, "--data", pictures.resolve("below"), "--overwrite").expect(ExitCode.OK);
    assertEquals(9, written(out).size());
    try (var beside = Files.list(ClassifyJobTest.folder)) {
      assertEquals(1, beside.filter(path -> path.toString().contains("/replaced")).count());
    }
  }

  @Test
  void columnsAndSettingsThatDoNotExistAreUsage() throws IOException {
    Path out = folder.resolve("no-such");
    Path csv = Files.writeString(folder.resolve("u.csv"), "file,b\n1,2\n");
    String column = classify(out, "--data", csv, "--column", "c").expect(ExitCode.USAGE).err();
    assertTrue(column.contains("--column c: there is no such column, there are file, b"), column);
    String precision =
        classify(out, "--data", pictures, "--precision", "fp7").expect(ExitCode.USAGE).err();
    assertTrue(precision.contains("--precision fp7: "), precision);
    Path empty = Files.createDirectories(folder.resolve("glob[1]"));
    String none = classify(out, "--data", empty).expect(ExitCode.FAILED).err();
    assertTrue(none.contains("glob[1]: no pictures (bmp, "), none);
    assertFalse(Files.exists(out));
  }

  @Test
  void stoppedSparkIsSaid() throws IOException {
    JobInput input = new JobInput(List.of(pictures.toString()), null, null, null);
    JobOutput output = new JobOutput(folder.resolve("stopped").toString(), false, 0);
    try (ClassifyJob job = ClassifyJob.open(input, output)) {
      ImageClassifier classifier =
          new ImageClassifier().setModelPath(model.toString()).setDevice("cpu");
      // As the first notice comes: what Ctrl-C does.
      Consumer<String> stop = line -> SparkSession.active().stop();
      IOException error = assertThrows(IOException.class, () -> job.run(classifier, stop));
      assertEquals("Spark was stopped before the job was done; start it again", error.getMessage());
    }
  }
}
