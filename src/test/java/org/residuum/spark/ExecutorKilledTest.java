package org.residuum.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.Model;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.data.Preprocessing;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;

/** A standalone cluster of two worker processes, of whose executors one is killed amid a job. */
@EnabledOnOs({OS.LINUX, OS.MAC})
final class ExecutorKilledTest {
  private static final int PICTURES = 203;
  private static final int PARTITIONS = 12;

  /** Partitions from this one on wait for the kill. */
  private static final int FREE_PARTITIONS = 4;

  private static final Shape IMAGE = Shape.of(3, 8, 8);
  private static final StructType SCHEMA =
      new StructType()
          .add("file", DataTypes.StringType, false)
          .add("content", DataTypes.BinaryType, false);

  @TempDir private Path folder;

  @Test
  void everyRowIsThereOnceAndAsPredictHasIt() throws Exception {
    Path model = folder.resolve("model");
    Model.untrained(ResNets.cifar(8, IMAGE, 4, ResidualBlocks.Shortcut.ZERO_PAD), 1)
        .withPreprocessing(Preprocessing.cifar10().withShape(IMAGE))
        .save(model);
    List<Row> pictures = pictures();
    Map<String, List<Float>> predicted = predicted(model);
    try (StandaloneCluster cluster = StandaloneCluster.start(folder.resolve("cluster"), 2);
        SparkSession spark = cluster.session(2).getOrCreate()) {
      Dataset<Row> classified =
          new ImageClassifier()
              .setModelPath(model.toString())
              .setInputCol("content")
              .setOutput("logits")
              .setDevice("cpu")
              .setBatchSize(8)
              .transform(waiting(spark, pictures));
      CountDownLatch done = finishing(spark, FREE_PARTITIONS);
      // The second shuffle's files lie with the executors: what the dead one had made is made anew.
      CompletableFuture<List<Row>> rows =
          CompletableFuture.supplyAsync(
              () ->
                  classified.repartition(2).select("file", "prediction", "error").collectAsList());
      assertTrue(done.await(3, TimeUnit.MINUTES), () -> cluster.log("master"));

      List<ProcessHandle> executors = cluster.executors();
      assertEquals(2, executors.size());
      executors.get(0).destroyForcibly();
      executors.get(0).onExit().join();
      Files.createFile(folder.resolve("killed"));

      assertEquals(predicted, logits(rows.get(5, TimeUnit.MINUTES)));
      assertFalse(cluster.executors().contains(executors.get(0)));
    }
  }

  private List<Row> pictures() throws IOException {
    Path drawn = Files.createDirectory(folder.resolve("pictures"));
    SplittableRandom random = new SplittableRandom(7);
    List<Row> rows = new ArrayList<>();
    for (int number = 0; number < PICTURES; number++) {
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < 64; i++) {
        image.setRGB(i % 8, i / 8, random.nextInt(1 << 24));
      }
      File file = drawn.resolve(String.format(Locale.ROOT, "%03d.png", number)).toFile();
      ImageIO.write(image, "png", file);
      rows.add(RowFactory.create(file.getPath(), Files.readAllBytes(file.toPath())));
    }
    return rows;
  }

  /** What the command line makes of them. */
  private Map<String, List<Float>> predicted(Path model) throws IOException {
    Path out = folder.resolve("rows.csv");
    Terminal.run(
            "predict",
            "--model",
            model,
            "--device",
            "cpu",
            "--batch",
            8,
            "--logits",
            "--data",
            folder.resolve("pictures"),
            "--out",
            out)
        .expect(ExitCode.OK);
    Map<String, List<Float>> rows = new TreeMap<>();
    for (String line : Files.readAllLines(out).subList(1, 1 + PICTURES)) {
      List<String> cells = List.of(line.split(",", -1));
      rows.put(
          cells.get(0),
          cells.subList(1, cells.size() - 1).stream()
              .map(Float::valueOf)
              .collect(Collectors.toList()));
    }
    return rows;
  }

  /** Partitions of which all but the first wait until an executor is dead. */
  private Dataset<Row> waiting(SparkSession spark, List<Row> pictures) {
    Path killed = folder.resolve("killed");
    String sign = killed.toString();
    return spark
        .createDataFrame(pictures, SCHEMA)
        .repartition(PARTITIONS)
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>) rows -> awaited(rows, sign), Encoders.row(SCHEMA));
  }

  private static Iterator<Row> awaited(Iterator<Row> rows, String sign)
      throws InterruptedException {
    while (TaskContext.getPartitionId() >= FREE_PARTITIONS && !Files.exists(Path.of(sign))) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return rows;
  }

  /** Counts down with each partition that is classified. */
  private static CountDownLatch finishing(SparkSession spark, int partitions) {
    CountDownLatch left = new CountDownLatch(partitions);
    spark
        .sparkContext()
        .addSparkListener(
            new SparkListener() {
              private int classifying = -1;

              @Override
              public void onStageSubmitted(SparkListenerStageSubmitted stage) {
                classifying =
                    stage.stageInfo().numTasks() == PARTITIONS
                        ? stage.stageInfo().stageId()
                        : classifying;
              }

              @Override
              public void onTaskEnd(SparkListenerTaskEnd end) {
                if (end.stageId() == classifying) {
                  left.countDown();
                }
              }
            });
    return left;
  }

  /** No picture twice, none that failed. */
  private static Map<String, List<Float>> logits(List<Row> rows) {
    assertEquals(PICTURES, rows.size());
    Map<String, List<Float>> logits = new TreeMap<>();
    for (Row row : rows) {
      assertNull(row.<String>getAs("error"));
      logits.put(row.getString(0), row.getList(1));
    }
    return logits;
  }
}
