package org.residuum.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.Model;
import org.residuum.ShownTypesTest;
import org.residuum.data.Preprocessing;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;

/** A model in SQL gives what the stage gives. */
class SqlTest {
  private static final Shape IMAGE = Shape.of(3, 8, 8);
  private static final int PICTURES = 9;

  @TempDir static Path folder;
  private static SparkSession spark;

  @BeforeAll
  static void open() throws IOException {
    Model.untrained(ResNets.cifar(8, IMAGE, 4, ResidualBlocks.Shortcut.ZERO_PAD), 1)
        .withLabels(List.of("a", "b", "c", "d"))
        .withPreprocessing(Preprocessing.cifar10().withShape(IMAGE))
        .save(folder.resolve("model"));
    Path photos = Files.createDirectory(folder.resolve("photos"));
    for (int i = 0; i < PICTURES; i++) {
      ImageIO.write(picture(i), "png", photos.resolve(i + ".png").toFile());
    }
    Files.writeString(photos.resolve("broken.png"), "no picture");
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 2)
            .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
    spark.sparkContext().setLogLevel("WARN");
    spark
        .read()
        .format("binaryFile")
        .load(photos.toString())
        .repartition(3)
        .createOrReplaceTempView("photos");
    spark.conf().set("spark.sql.catalog.pets", Functions.class.getName());
    spark.conf().set("spark.sql.catalog.pets.modelPath", folder.resolve("model").toString());
    spark.conf().set("spark.sql.catalog.pets.device", "cpu");
  }

  @AfterAll
  static void close() {
    spark.stop();
  }

  private static BufferedImage picture(int seed) {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 64; i++) {
      image.setRGB(i % 8, i / 8, random.nextInt(1 << 24));
    }
    return image;
  }

  private static ImageClassifier classifier(int batch) {
    return new ImageClassifier()
        .setModelPath(folder.resolve("model").toString())
        .setInputCol("content")
        .setDevice("cpu")
        .setTopK(2)
        .setBatchSize(batch);
  }

  private static List<String> text(Dataset<Row> rows) {
    return rows.toJSON().collectAsList().stream().sorted().toList();
  }

  /** Path and prediction, as the stage gives them. */
  private static List<String> expected(ImageClassifier classifier) {
    List<String> expected =
        text(classifier.transform(spark.table("photos")).select("path", "prediction"));
    assertEquals(PICTURES + 1, expected.size());
    assertEquals(
        PICTURES, expected.stream().filter(row -> row.contains("\"prediction\":")).count());
    return expected;
  }

  private static String refusal(Executable action) {
    return assertThrows(Exception.class, action).getMessage();
  }

  @Test
  void mentionsNothingInternal() {
    assertEquals(List.of(), ShownTypesTest.internal(List.of(Functions.class)));
  }

  @Test
  void registeredFunctionTakesBytesPathsAndImages() {
    new ImageClassifier()
        .setModelPath(folder.resolve("model").toString())
        .setDevice("cpu")
        .setTopK(2)
        .register(spark, "classify");
    List<String> expected = expected(classifier(1));
    assertEquals(
        expected, text(spark.sql("SELECT path, classify(content) AS prediction FROM photos")));
    assertEquals(
        expected, text(spark.sql("SELECT path, classify(path) AS prediction FROM photos")));
    spark
        .read()
        .format("image")
        .option("dropInvalid", true)
        .load(folder.resolve("photos").toString())
        .createOrReplaceTempView("images");
    assertEquals(
        expected.stream().filter(row -> !row.contains("broken")).toList(),
        text(
            spark.sql(
                "SELECT replace(image.origin, '///', '/') AS path, classify(image) AS prediction"
                    + " FROM images")));
  }

  @Test
  void nullGivesNull() {
    classifier(1).register(spark, "classify");
    assertNull(spark.sql("SELECT classify(CAST(NULL AS BINARY))").first().get(0));
    assertNull(spark.sql("SELECT pets.classify(CAST(NULL AS BINARY))").first().get(0));
  }

  @Test
  void gatheredPicturesGiveWhatFullBatchesGive() {
    classifier(4).register(spark, "classify_by_fours");
    assertEquals(
        expected(classifier(4)),
        text(spark.sql("SELECT path, classify_by_fours(content) AS prediction FROM photos")));
  }

  @Test
  void catalogHasTheFunctionsOfItsModel() {
    assertEquals(
        expected(classifier(1).setTopK(1)),
        text(spark.sql("SELECT path, pets.classify(content) AS prediction FROM photos")));
    for (String output : List.of("probabilities", "logits", "embedding")) {
      assertEquals(
          expected(classifier(1).setOutput(output)),
          text(
              spark.sql(
                  "SELECT path, pets.%s(content) AS prediction FROM photos".formatted(output))));
    }
    assertEquals(
        PICTURES,
        spark
            .sql("SELECT * FROM photos WHERE pets.classify(path)[0].label IN ('a', 'b', 'c', 'd')")
            .count());
  }

  @Test
  void callsOfAFunctionAreTheSameExpression() {
    String label = "pets.Classify(content)[0].label";
    assertEquals(
        PICTURES + 1,
        spark
            .sql("SELECT count(*) AS rows, %s FROM photos GROUP BY %s".formatted(label, label))
            .agg(Map.of("rows", "sum"))
            .first()
            .getLong(0));
  }

  @Test
  void whatIsNoPictureIsNamed() {
    classifier(1).register(spark, "classify");
    String message =
        refusal(() -> spark.sql("SELECT classify(length) FROM photos").collectAsList());
    assertTrue(message.contains("the argument is of Java's type Long; pictures are"), message);
  }

  @Test
  void catalogRefusesBeforeAnyJob() {
    String message = refusal(() -> spark.sql("SELECT pets.classify(length) FROM photos"));
    assertTrue(
        message.contains("it is bigint; pictures are bytes of files (binary), paths"), message);
    assertNotNull(refusal(() -> spark.sql("SELECT pets.classify(path, 2) FROM photos")));
    assertNotNull(refusal(() -> spark.sql("SELECT pets.guess(path) FROM photos")));
    spark.conf().set("spark.sql.catalog.none", Functions.class.getName());
    spark.conf().set("spark.sql.catalog.none.modelPath", "/no/such/model");
    message = refusal(() -> spark.sql("SELECT none.classify(path) FROM photos"));
    assertTrue(message.contains("/no/such/model"), message);
  }

  @Test
  void viewHasTheColumnsOfTheStage() {
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW classified USING residuum OPTIONS (table 'photos',"
            + " modelPath '%s', inputCol 'content', device 'cpu', topK '2', batchSize '4')"
                .formatted(folder.resolve("model")));
    assertEquals(
        expected(classifier(4)), text(spark.sql("SELECT path, prediction FROM classified")));
    assertEquals(
        1, spark.sql("SELECT * FROM classified WHERE error IS NOT NULL").collectAsList().size());
    assertEquals(
        List.of("path", "modificationTime", "length", "content", "prediction", "error"),
        List.of(spark.table("classified").columns()));
  }

  @Test
  void tableOfTheCatalogHasThemToo() {
    spark.sql("CREATE DATABASE zoo");
    spark.sql(
        "CREATE TABLE zoo.classified USING residuum OPTIONS (table 'photos', inputCol 'content',"
            + " device 'cpu', topK '2', batchSize '4', modelPath '%s')"
                .formatted(folder.resolve("model")));
    assertEquals(
        expected(classifier(4)), text(spark.sql("SELECT path, prediction FROM zoo.classified")));
    spark.sql("DROP DATABASE zoo CASCADE");
  }

  @Test
  void viewRunsTheModelOnlyWhereItIsNeeded() {
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW lazy USING residuum OPTIONS (table 'photos',"
            + " modelPath '/no/such/model', inputCol 'content')");
    assertEquals(PICTURES + 1, spark.sql("SELECT path FROM lazy").collectAsList().size());
    String message = refusal(() -> spark.sql("SELECT error FROM lazy").collectAsList());
    assertTrue(message.contains("/no/such/model"), message);
  }

  @Test
  void viewRefusesWhatIsNoOption() {
    String message =
        refusal(
            () ->
                spark
                    .read()
                    .format("residuum")
                    .option("table", "photos")
                    .option("modelPth", "/models/pets")
                    .load());
    assertTrue(message.toLowerCase(Locale.ROOT).contains("modelpth"), message);
    assertTrue(message.contains("there is no such option; there are"), message);
    message = refusal(() -> spark.read().format("residuum").option("topK", "two").load());
    assertTrue(message.startsWith("table: it is not set"), message);
    message =
        refusal(
            () ->
                spark
                    .read()
                    .format("residuum")
                    .option("table", "photos")
                    .option("topK", "two")
                    .load());
    assertEquals("topK two: it is a whole number", message);
  }
}
