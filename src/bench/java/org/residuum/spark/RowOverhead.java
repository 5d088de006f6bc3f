package org.residuum.spark;

import com.sun.management.OperatingSystemMXBean;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.residuum.Devices;
import org.residuum.Model;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.bench.Sample;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;

/**
 * Processor time a row of the stage, less that of decoding, fitting and computing alone: small
 * pictures through a small network, in one task. A job's own time counts, spread over its rows.
 */
final class RowOverhead {
  private static final Shape IMAGE = Shape.of(3, 16, 16);
  private static final int BATCH = 32;

  private final List<byte[]> pictures;
  private final Model model;
  private final Path folder;

  RowOverhead(int rows, Path folder) throws IOException {
    this.folder = folder;
    this.pictures = pictures(rows);
    this.model =
        Model.untrained(ResNets.cifar(8, IMAGE, 10, ResidualBlocks.Shortcut.ZERO_PAD), 1)
            .withPreprocessing(Preprocessing.cifar10().withShape(IMAGE));
  }

  private static List<byte[]> pictures(int count) throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    List<byte[]> pictures = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < 256; i++) {
        image.setRGB(i % 16, i / 16, random.nextInt(1 << 24));
      }
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(image, "png", png);
      pictures.add(png.toByteArray());
    }
    return pictures;
  }

  /** Prints both and their difference, in microseconds a row; rounds alternate. */
  void run(int rounds) throws IOException {
    model.save(folder.resolve("small-model"), true);
    double[] alone = new double[rounds];
    double[] stage = new double[rounds];
    double[] overhead = new double[rounds];
    Preprocessing preprocessing = model.requirePreprocessing();
    try (SparkSession spark = session();
        CpuBackend backend = new CpuBackend(Devices.usualThreads());
        Plan plan =
            backend.compile(model.network(), model.parameters(), CompileOptions.batch(BATCH));
        Session session = plan.session()) {
      Dataset<Row> classified = classified(spark);
      for (int round = -3; round < rounds; round++) { // Three to warm up.
        double bare = micros(() -> compute(preprocessing, session));
        double whole = micros(() -> classified.write().format("noop").mode("overwrite").save());
        if (round >= 0) {
          alone[round] = bare;
          stage[round] = whole;
          overhead[round] = whole - bare;
        }
      }
    }
    System.out.printf(
        "%n| CPU µs a row, %,d rows, batch %d | median (quartiles) |%n|---|---|%n"
            + "| decoding, fitting, computing alone | %s |%n| the stage | %s |%n"
            + "| overhead | %s |%n",
        pictures.size(), BATCH, new Sample(alone), new Sample(stage), new Sample(overhead));
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "ERROR")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate();
  }

  private Dataset<Row> classified(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    for (byte[] picture : pictures) {
      rows.add(RowFactory.create(picture));
    }
    StructType schema = new StructType().add("content", DataTypes.BinaryType, false);
    Dataset<Row> input = spark.createDataFrame(rows, schema).coalesce(1).cache();
    input.count();
    return new ImageClassifier()
        .setModelPath(folder.resolve("small-model").toString())
        .setInputCol("content")
        .setDevice("cpu")
        .setOutput("logits")
        .setBatchSize(BATCH)
        .transform(input);
  }

  private void compute(Preprocessing preprocessing, Session session) throws IOException {
    int elements = IMAGE.elements();
    FloatBuffer input = session.input(model.network().inputs().get(0).name());
    float[] logits = new float[10 * BATCH];
    for (int from = 0; from < pictures.size(); from += BATCH) {
      for (int i = 0; i < Math.min(BATCH, pictures.size() - from); i++) {
        Picture picture = Picture.decode("picture", pictures.get(from + i));
        preprocessing.apply(picture, input.slice(i * elements, elements));
      }
      session.run();
      session.output("logits").get(0, logits);
    }
  }

  /** Something to measure. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  /** Processor time of this JVM in the meantime, a row. */
  private double micros(Step step) throws IOException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long before = system.getProcessCpuTime();
    step.run();
    return (system.getProcessCpuTime() - before) / 1e3 / pictures.size();
  }
}
