package org.residuum.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.Classifier;
import org.residuum.Device;
import org.residuum.Devices;
import org.residuum.Model;
import org.residuum.Prediction;
import org.residuum.ShownTypesTest;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;

/** The stage gives each picture what the classifier gives it. */
class ImageClassifierTest {
  private static final Shape IMAGE = Shape.of(3, 8, 8);
  private static final Model MODEL =
      Model.untrained(ResNets.cifar(8, IMAGE, 4, ResidualBlocks.Shortcut.ZERO_PAD), 1)
          .withLabels(List.of("a", "b", "c", "d"))
          .withPreprocessing(Preprocessing.cifar10().withShape(IMAGE));
  private static final StructType BYTES =
      new StructType(
          new StructField[] {
            DataTypes.createStructField("id", DataTypes.IntegerType, false),
            DataTypes.createStructField("content", DataTypes.BinaryType, true)
          });

  @TempDir static Path folder;
  private static SparkSession spark;

  @BeforeAll
  static void open() throws IOException {
    MODEL.save(folder.resolve("model"));
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
  }

  @AfterAll
  static void close() {
    spark.stop();
  }

  private static byte[] picture(int seed) throws IOException {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 64; i++) {
      image.setRGB(i % 8, i / 8, random.nextInt(1 << 24));
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }

  private static List<Row> pictures(int count) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(RowFactory.create(i, picture(i)));
    }
    return rows;
  }

  @Test
  void mentionsNothingInternal() {
    assertEquals(List.of(), ShownTypesTest.internal(List.of(ImageClassifier.class)));
  }

  @Test
  void bytesGetTheirLabels() throws IOException {
    List<Row> found =
        new ImageClassifier()
            .setModelPath(folder.resolve("model").toString())
            .setInputCol("content")
            .setDevice("cpu")
            .setBatchSize(4)
            .setTopK(2)
            .transform(spark.createDataFrame(pictures(21), BYTES).repartition(3))
            .orderBy("id")
            .collectAsList();
    assertEquals(21, found.size());
    try (Device device = Devices.open("cpu");
        Classifier classifier = Classifier.open(MODEL, device, 4)) {
      for (Row row : found) {
        assertNull(row.getAs("error"));
        Picture picture = Picture.decode("test", row.getAs("content"));
        List<Prediction> expected = classifier.classify(List.of(picture), 2).get(0);
        List<Row> labels = row.getList(row.fieldIndex("prediction"));
        assertEquals(
            expected.toString(),
            labels.stream()
                .map(
                    label ->
                        new Prediction(label.getInt(0), label.getString(1), label.getDouble(2)))
                .toList()
                .toString());
      }
    }
  }
}
