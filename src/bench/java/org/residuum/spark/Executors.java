package org.residuum.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** One, two and four executors of a standalone cluster: the same bits, engines, memory. */
final class Executors {
  private static final int PASSES = 5;

  private final Path pictures;
  private final Path model;
  private final Path folder;

  /**
   * Pictures to classify.
   *
   * @param pictures a folder of them
   * @param folder to work in
   */
  Executors(Path pictures, Path model, Path folder) {
    this.pictures = pictures;
    this.model = model;
    this.folder = folder;
  }

  /** Prints a row for each size; five passes over the pictures each. */
  void run(List<Integer> sizes) throws IOException {
    System.out.println(
        "\n| executors | pictures | sha256 of the logits by name | engines | MiB an executor after"
            + " each pass |\n|---|---|---|---|---|");
    for (int size : sizes) {
      try (StandaloneCluster cluster =
              StandaloneCluster.start(folder.resolve("cluster-" + size), size);
          SparkSession spark = cluster.session(size).getOrCreate()) {
        row(cluster, spark, size);
      }
    }
  }

  private void row(StandaloneCluster cluster, SparkSession spark, int size) throws IOException {
    Dataset<Row> classified =
        new ImageClassifier()
            .setModelPath(model.toString())
            .setInputCol("content")
            .setOutput("logits")
            .setDevice("cpu")
            .transform(
                spark
                    .read()
                    .format("binaryFile")
                    .option("recursiveFileLookup", true)
                    .load(pictures.toString())
                    .select("path", "content")
                    .repartition(4 * size));
    Set<String> hashes = new TreeSet<>();
    Set<String> engines = new TreeSet<>();
    List<String> memory = new ArrayList<>();
    long rows = 0;
    for (int pass = 0; pass < PASSES; pass++) {
      TreeMap<String, List<Float>> logits = new TreeMap<>();
      for (Row row : classified.select("path", "prediction").collectAsList()) {
        logits.put(row.getString(0), row.isNullAt(1) ? null : row.getList(1));
      }
      rows = logits.size();
      hashes.add(SparkBench.sha256(logits.toString()));
      engines.addAll(engines(spark, size));
      memory.add(cluster.executors().stream().map(Executors::mib).collect(Collectors.joining(" ")));
    }
    System.out.printf(
        "| %d | %,d | %s | %d | %s |%n",
        size, rows, String.join(" **and** ", hashes), engines.size(), String.join(", ", memory));
  }

  /** The threads that compute, of all executors. */
  private static List<String> engines(SparkSession spark, int size) {
    return spark
        .range(0, 16L * size, 1, 16 * size)
        .mapPartitions(
            (MapPartitionsFunction<Long, String>)
                rows -> {
                  Thread.sleep(50); // So that no executor takes all of them.
                  return threads().iterator();
                },
            Encoders.STRING())
        .distinct()
        .collectAsList();
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("residuum .*cpu.*"))
        .map(thread -> ProcessHandle.current().pid() + ":" + thread.getId())
        .toList();
  }

  /** What a process takes of the machine's memory now. */
  private static String mib(ProcessHandle process) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", process.pid() + "", "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> String.valueOf(Long.parseLong(line.replaceAll("\\D", "")) / 1024))
          .findFirst()
          .orElse("?");
    } catch (IOException e) {
      return "?";
    }
  }
}
