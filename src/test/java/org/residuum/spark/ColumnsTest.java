package org.residuum.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the stage takes of tables, and what it leaves of them. */
class ColumnsTest {
  @TempDir private static Path folder;
  private static SparkSession spark;
  private static Dataset<Row> pictures;

  @BeforeAll
  static void open() throws IOException {
    LocalSpark.model().save(folder.resolve("model"));
    spark = LocalSpark.open();
    StructType schema =
        new StructType().add("name", DataTypes.StringType).add("content", DataTypes.BinaryType);
    pictures =
        spark.createDataFrame(
            List.of(
                RowFactory.create("a", LocalSpark.picture(0)),
                RowFactory.create("b", LocalSpark.picture(1))),
            schema);
  }

  @AfterAll
  static void close() {
    spark.stop();
  }

  private static ImageClassifier stage(String input) {
    return new ImageClassifier()
        .setModelPath(folder.resolve("model").toString())
        .setInputCol(input)
        .setDevice("cpu")
        .setBatchSize(2);
  }

  private static void refused(String message, ImageClassifier stage, Dataset<Row> table) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> stage.transform(table));
    assertTrue(e.getMessage().contains(message), e::getMessage);
  }

  @Test
  void columnsKeepWhatTheySayOfTheirValues() {
    Dataset<Row> indexed =
        new StringIndexer()
            .setInputCol("name")
            .setOutputCol("index of name")
            .fit(pictures)
            .transform(pictures);
    Dataset<Row> rows = stage("content").transform(indexed);
    assertEquals(
        Attribute.fromStructField(indexed.schema().apply("index of name")),
        Attribute.fromStructField(rows.select("`index of name`").schema().apply(0)));
    assertEquals(
        List.of("name", "content", "index of name", "prediction", "error"),
        List.of(rows.columns()));
  }

  @Test
  void aStreamKeepsItsWatermark() throws Exception {
    String table = folder.resolve("table").toString();
    pictures.selectExpr("*", "TIMESTAMP'2020-01-01 00:00:00' AS at").write().parquet(table);
    Dataset<Row> stream =
        spark
            .readStream()
            .schema("name string, content binary, at timestamp")
            .parquet(table)
            .withWatermark("at", "1 minute");
    // The writer's option() has another signature in Spark 3.5.
    spark
        .conf()
        .set("spark.sql.streaming.checkpointLocation", folder.resolve("checkpoints").toString());
    StreamingQuery query =
        stage("content")
            .transform(stream)
            .groupBy(functions.window(functions.col("at"), "1 minute"))
            .count()
            .writeStream()
            .format("noop")
            .outputMode("append")
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    assertEquals(
        "2020-01-01T00:00:00.000Z",
        query.recentProgress()[0].eventTime().get("max"),
        "the latest time");
  }

  @Test
  void namesThatSparkCannotTellApartAreRefused() {
    refused(
        "outputCol NAME: there is such a column", stage("content").setOutputCol("NAME"), pictures);
    refused(
        "inputCol content: there are 2 columns of that name",
        stage("content"),
        pictures.select("content", "name", "content"));
    spark.conf().set("spark.sql.caseSensitive", true);
    try {
      assertEquals(2, stage("content").setOutputCol("NAME").transform(pictures).count());
    } finally {
      spark.conf().unset("spark.sql.caseSensitive");
    }
  }

  private static StructType image(DataType height) {
    return new StructType()
        .add("origin", DataTypes.StringType)
        .add("height", height)
        .add("width", DataTypes.IntegerType)
        .add("nChannels", DataTypes.IntegerType)
        .add("mode", DataTypes.IntegerType)
        .add("data", DataTypes.BinaryType);
  }

  @Test
  void structsThatOnlyLookLikeImagesAreRefused() {
    Row image = RowFactory.create("x", 2L, 2, 1, 0, new byte[4]);
    refused(
        "pictures are bytes of files (binary), paths (string) or Spark's image struct",
        stage("image"),
        spark.createDataFrame(
            List.of(RowFactory.create(image)),
            new StructType().add("image", image(DataTypes.LongType))));
  }

  @Test
  void imagesWithoutAFieldHaveTheReason() {
    List<Row> images =
        List.of(
            RowFactory.create(RowFactory.create("x", null, 2, 1, 0, new byte[4])),
            RowFactory.create(RowFactory.create("x", 2, 2, 1, 0, null)));
    assertEquals(
        List.of("an image whose height is null", "an image whose data is null"),
        stage("image")
            .transform(
                spark.createDataFrame(
                    images, new StructType().add("image", image(DataTypes.IntegerType))))
            .coalesce(1)
            .select("error")
            .as(Encoders.STRING())
            .collectAsList());
  }

  @Test
  void whatNoExecutorCanDoIsSaidBeforeAnyJob() {
    refused("modelPath: it is null", stage("content").setModelPath(null), pictures);
    refused("outputCol: it is null", stage("content").setOutputCol(null), pictures);
    refused("precision tf32: device cpu", stage("content").setPrecision("tf32"), pictures);
    refused(
        "precision bf16: device reference",
        stage("content").setDevice("reference").setPrecision("bf16"),
        pictures);
    assertThrows(IllegalArgumentException.class, () -> stage("content").setThreads(1 << 20));
  }
}
