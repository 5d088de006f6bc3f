package org.residuum.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.Model;
import org.residuum.ShownTypesTest;
import org.residuum.cli.Terminal;
import org.residuum.data.Preprocessing;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;

/** In a pipeline on two cores each picture gets to the bit what {@code predict} gives it. */
class PipelineTest {
  private static final int PICTURES = 40;
  private static final int BATCH = 8;

  @TempDir private static Path folder;
  private static Path model;
  private static Path pictures;
  private static SparkSession spark;

  @BeforeAll
  static void open() throws IOException {
    model = folder.resolve("model");
    LocalSpark.model().save(model);
    pictures = Files.createDirectories(folder.resolve("some pictures"));
    for (int i = 0; i < PICTURES; i++) {
      byte[] file = LocalSpark.picture(i);
      byte[] kept =
          i == 7 ? "no picture".getBytes(UTF_8) : i == 11 ? Arrays.copyOf(file, 60) : file;
      Files.write(pictures.resolve("%02d.png".formatted(i)), kept);
    }
    spark = LocalSpark.open();
  }

  @AfterAll
  static void close() {
    spark.stop();
  }

  private static ImageClassifier stage(String input) {
    return new ImageClassifier()
        .setModelPath(model.toString())
        .setInputCol(input)
        .setDevice("cpu")
        .setBatchSize(BATCH)
        .setTopK(2);
  }

  /** The files of the pictures, in their order. */
  private static Dataset<Row> paths() {
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      paths.add(pictures.resolve("%02d.png".formatted(i)).toString());
    }
    return spark.createDataset(paths, Encoders.STRING()).toDF("path");
  }

  private static Dataset<Row> bytes() {
    return spark.read().format("binaryFile").load(pictures.toString());
  }

  /** What each row says, by the number of its picture. */
  private static Map<String, String> told(Dataset<Row> rows, String path) {
    Map<String, String> told = new TreeMap<>();
    for (Row row : rows.collectAsList()) {
      String name = row.getAs(path);
      String before =
          told.put(name.substring(name.length() - 6), said(row.getAs("prediction"), row));
      assertEquals(null, before, "rows of " + name);
    }
    assertEquals(PICTURES, told.size());
    return told;
  }

  private static String said(Object prediction, Row row) {
    String reason = row.getAs("error");
    assertEquals(reason == null, prediction != null);
    return reason == null ? prediction.toString() : "error " + reason;
  }

  /** The same as {@code predict} says it. */
  private static Map<String, String> predicted(String output, Object... options) {
    Path out = folder.resolve(output + ".jsonl");
    List<Object> args =
        new ArrayList<>(List.of("predict", "--model", model, "--device", "cpu", "--batch", BATCH));
    args.addAll(List.of("--data", pictures, "--out", out, "--overwrite", "--max-failures", "100%"));
    args.addAll(List.of(options));
    Terminal.run(args.toArray()).expect(0);
    Dataset<Row> rows =
        spark
            .read()
            .schema(
                "file string, predictions array<struct<label: string, probability: double>>,"
                    + " logits array<string>, embedding array<string>, error string")
            .json(out.toString());
    return told(rows.withColumn("prediction", functions.col(output)), "file");
  }

  private static Column classes() {
    return functions.expr(
        "transform(prediction, c -> struct(c.label AS label, c.probability AS probability))");
  }

  @ParameterizedTest
  @CsvSource({"logits,--logits", "embedding,--embeddings"})
  void valuesArePredicts(String output, String option) {
    Dataset<Row> rows = stage("path").setOutput(output).transform(paths().repartition(1));
    Column asText = functions.expr("transform(prediction, v -> string(v))");
    assertEquals(predicted(output, option), told(rows.withColumn("prediction", asText), "path"));
  }

  @Test
  void labelsAndReasonsArePredicts() {
    Dataset<Row> rows = stage("path").transform(paths().repartition(1));
    Map<String, String> expected = predicted("predictions", "--top-k", 2);
    assertEquals(expected, told(rows.withColumn("prediction", classes()), "path"));
    assertEquals(2, expected.values().stream().filter(one -> one.startsWith("error")).count());
  }

  @Test
  void probabilitiesAreThoseOfTheLabels() {
    Column highest = functions.expr("array_max(prediction)");
    Dataset<Row> all = stage("path").setOutput("probabilities").transform(paths());
    Dataset<Row> labels = stage("path").transform(paths());
    Column first = functions.expr("prediction[0].probability");
    assertEquals(
        told(labels.withColumn("prediction", first), "path"),
        told(all.withColumn("prediction", highest), "path"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16})
  void resultsDoNotDependOnPartitions(int partitions) {
    assertEquals(
        told(stage("path").transform(paths().repartition(1)), "path"),
        told(stage("path").transform(paths().repartition(partitions)), "path"));
  }

  @Test
  void bytesAndPathsOfSparksOwnGiveTheSame() {
    Map<String, String> expected = told(stage("path").transform(paths()), "path");
    assertEquals(expected, told(stage("path").transform(bytes()), "path"));
    assertEquals(expected, told(stage("content").transform(bytes()), "path"));
  }

  @Test
  void sparksImagesGiveTheSame() {
    Dataset<Row> images =
        spark.read().format("image").option("dropInvalid", true).load(pictures.toString());
    Map<String, String> expected = told(stage("path").transform(paths()), "path");
    expected.values().removeIf(said -> said.startsWith("error"));
    Map<String, String> found =
        stage("image").transform(images).collectAsList().stream()
            .collect(
                Collectors.toMap(
                    row -> name(row.getStruct(0).getString(0)),
                    row -> said(row.getAs("prediction"), row),
                    (a, b) -> a + b,
                    TreeMap::new));
    assertEquals(expected, found);
  }

  private static String name(String path) {
    return path.substring(path.length() - 6);
  }

  @Test
  void brokenImagesAndNullsHaveReasons() {
    StructType image =
        new StructType()
            .add("origin", DataTypes.StringType)
            .add("height", DataTypes.IntegerType)
            .add("width", DataTypes.IntegerType)
            .add("nChannels", DataTypes.IntegerType)
            .add("mode", DataTypes.IntegerType)
            .add("data", DataTypes.BinaryType);
    List<Row> rows =
        List.of(
            RowFactory.create((Object) null),
            RowFactory.create(RowFactory.create("x.png", 2, 2, 3, 16, new byte[5])),
            RowFactory.create(RowFactory.create("x.png", -1, -1, -1, -1, new byte[0])),
            RowFactory.create(RowFactory.create(null, 2, 2, 4, 24, new byte[16])));
    List<String> reasons =
        stage("image")
            .transform(spark.createDataFrame(rows, new StructType().add("image", image)))
            .select("error")
            .as(Encoders.STRING())
            .collectAsList();
    assertEquals("there is no picture: the column is null", reasons.get(0));
    assertEquals("an image of 2 x 2 pixels with 3 channels has 5 bytes, not 12", reasons.get(1));
    assertTrue(reasons.get(2).startsWith("an image of -1 x -1 pixels"), reasons.get(2));
    assertEquals(null, reasons.get(3));
  }

  @Test
  void outputsThatAreNotFiniteHaveReasons() throws IOException {
    Model whole = LocalSpark.model();
    Parameters parameters = whole.parameters();
    Map<String, Tensor> changed =
        parameters.names().stream()
            .collect(Collectors.toMap(name -> name, name -> parameters.get(name)));
    assertNotNull(
        changed.computeIfPresent(
            "linear.bias", (name, bias) -> Tensor.of(bias.shape(), 0, Float.NaN, 0, 0)));
    Path broken = folder.resolve("broken");
    Model.of(whole.network(), new Parameters(changed))
        .withPreprocessing(Preprocessing.cifar10().withShape(LocalSpark.IMAGE))
        .save(broken, true);
    List<Row> rows =
        stage("path").setModelPath(broken.toString()).transform(paths().limit(1)).collectAsList();
    String reason = rows.get(0).getAs("error");
    assertTrue(reason.startsWith("the network's scores are not all finite"), reason);
  }

  @Test
  void aTaskThatIsTriedAgainGivesTheSameRows() {
    Dataset<Row> rows = stage("path").transform(paths().repartition(3)).select("path", "error");
    List<String> twice =
        rows.map(
                (MapFunction<Row, String>)
                    row -> {
                      if (TaskContext.get().attemptNumber() == 0
                          && row.getString(0).contains("1")) {
                        throw new IllegalStateException("this attempt was to fail");
                      }
                      return row.toString();
                    },
                Encoders.STRING())
            .collectAsList();
    assertEquals(
        rows.collectAsList().stream().map(Row::toString).sorted().toList(),
        twice.stream().sorted().toList());
  }

  @Test
  void pipelinesAreSavedAndLoaded() throws IOException {
    Path saved = folder.resolve("pipeline");
    ImageClassifier stage = stage("path").setOutput("logits").setOutputCol("prediction");
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {stage});
    PipelineModel fitted = pipeline.fit(paths());
    fitted.write().overwrite().save(saved.toString());
    PipelineModel loaded = PipelineModel.load(saved.toString());
    ImageClassifier same = (ImageClassifier) loaded.stages()[0];
    assertEquals(stage.uid(), same.uid());
    assertEquals(stage.explainParams(), same.explainParams());
    assertEquals(told(fitted.transform(paths()), "path"), told(loaded.transform(paths()), "path"));
  }

  @Test
  void whatIsWrongIsSaidBeforeAnyJob() throws IOException {
    assertThrows(
        UncheckedIOException.class,
        () -> stage("path").setModelPath("/no/such").transform(paths()));
    refused("inputCol picture: there is no such column, there are path", stage("picture"));
    refused("reasonCol path: there is such a column already", stage("path").setReasonCol("path"));
    refused("device gpu: it is one of auto, cpu", stage("path").setDevice("gpu"));
    refused("layer fc: it is for output embedding, not labels", stage("path").setLayer("fc"));
    refused("modelPath: it is not set", new ImageClassifier().setInputCol("path"));
    assertThrows(IllegalArgumentException.class, () -> stage("path").setBatchSize(0));
    assertThrows(IllegalArgumentException.class, () -> stage("path").setOutput("classes"));
    Path weights = folder.resolve("bare");
    Model.of(LocalSpark.model().network(), LocalSpark.model().parameters()).save(weights);
    refused("residuum convert", stage("path").setModelPath(weights.toString()));
  }

  private static void refused(String message, ImageClassifier stage) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> stage.transform(paths()));
    assertTrue(e.getMessage().contains(message), e::getMessage);
  }

  @Test
  void numbersAreNoPictures() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> stage("id").transform(spark.range(3).toDF("id")));
    assertTrue(e.getMessage().startsWith("inputCol id: it is bigint; pictures are"), e::getMessage);
  }

  @Test
  void mentionsNothingInternal() {
    assertEquals(List.of(), ShownTypesTest.internal(List.of(ImageClassifier.class)));
  }
}
