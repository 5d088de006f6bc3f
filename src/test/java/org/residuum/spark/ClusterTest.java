package org.residuum.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterTest {
  @TempDir static Path folder;

  @Test
  void counts() throws Exception {
    long t = System.nanoTime();
    try (StandaloneCluster cluster = StandaloneCluster.start(folder, 2);
        SparkSession spark = cluster.session(2).appName("test").getOrCreate()) {
      System.out.println((System.nanoTime() - t) / 1e9);
      assertEquals(1000, spark.range(0, 1000, 1, 8).selectExpr("id % 7 AS k").groupBy("k").count().selectExpr("sum(count)").first().getLong(0));
      System.out.println((System.nanoTime() - t) / 1e9 + " " + cluster.executors());
    }
      System.out.println((System.nanoTime() - t) / 1e9);
  }
}
