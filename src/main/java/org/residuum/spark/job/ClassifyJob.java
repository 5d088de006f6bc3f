package org.residuum.spark.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.spark.ImageClassifier;

/** Classifies the pictures of folders, lists and tables, and writes a Parquet table. */
public final class ClassifyJob implements AutoCloseable {
  private static final String DELTA_EXTENSION = "io.delta.sql.DeltaSparkSessionExtension";

  /** In what Spark says of a task that failed for it. */
  private static final String NO_DEVICE = BackendUnavailableException.class.getName() + ": ";

  private final SparkSession spark;
  private final JobInput input;
  private final JobOutput output;
  private OutputTable table;
  private Dataset<Row> written;

  private ClassifyJob(SparkSession spark, JobInput input, JobOutput output) {
    this.spark = spark;
    this.input = input;
    this.output = output;
  }

  /**
   * Starts a session, on the cluster that spark-submit names, else on this machine's processors.
   *
   * @throws IllegalArgumentException where the output is there already
   */
  public static ClassifyJob open(JobInput input, JobOutput output) throws IOException {
    SparkConf conf = new SparkConf();
    conf.setIfMissing("spark.master", "local[*]");
    conf.setIfMissing("spark.app.name", "residuum");
    if (isThere(DELTA_EXTENSION)) {
      conf.setIfMissing("spark.sql.extensions", DELTA_EXTENSION);
      conf.setIfMissing(
          "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    }
    SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
    ClassifyJob job = new ClassifyJob(spark, input, output);
    try {
      job.table = OutputTable.open(output, spark.sparkContext().hadoopConfiguration());
      return job;
    } catch (IOException | RuntimeException e) {
      job.close();
      throw e;
    }
  }

  private static boolean isThere(String name) {
    try {
      Class.forName(name, false, Thread.currentThread().getContextClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * Reads, classifies and writes.
   *
   * @param classifier with all but its columns
   * @throws IOException where Spark fails, with its reason
   * @throws BackendUnavailableException where an executor has no such device
   */
  public Result run(ImageClassifier classifier, Consumer<String> notices) throws IOException {
    try {
      return classify(classifier, notices);
    } catch (IOException | IllegalArgumentException e) {
      throw e;
    } catch (Exception e) { // Scala's need not be declared.
      if (spark.sparkContext().isStopped()) {
        // Spark calls what follows from it an internal error of its own.
        throw new IOException("Spark was stopped before the job was done; start it again", e);
      }
      String reason = reason(e);
      int device = reason.indexOf(NO_DEVICE);
      if (device >= 0) {
        throw new BackendUnavailableException(reason.substring(device + NO_DEVICE.length()), e);
      }
      throw new IOException(reason, e);
    }
  }

  /** The first line of what Spark says. */
  private static String reason(Throwable failure) {
    String message = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    return message.isEmpty() || message.equals("null") ? failure.toString() : message;
  }

  private Result classify(ImageClassifier classifier, Consumer<String> notices) throws IOException {
    long began = System.nanoTime();
    PictureTable source = PictureTable.open(spark, input, notices);
    if (output.overwrite()) {
      table.requireApart(source.rows().inputFiles());
    }
    Dataset<Row> rows =
        output.partitions() > 0 ? source.rows().repartition(output.partitions()) : source.rows();
    Dataset<Row> classified = classifier.setInputCol(source.pictures()).transform(rows);
    List<Column> columns = new ArrayList<>();
    source.kept().forEach(name -> columns.add(classified.col("`" + name + "`")));
    columns.add(classified.col(classifier.getOrDefault(classifier.outputCol())));
    columns.add(classified.col(classifier.getOrDefault(classifier.reasonCol())));
    try {
      classified
          .select(columns.toArray(Column[]::new))
          .write()
          .mode(SaveMode.ErrorIfExists)
          .parquet(table.place());
    } catch (Exception e) { // Scala's need not be declared.
      table.discard();
      throw e;
    }
    table.finish();
    // From what was written, whatever tasks ran twice.
    written = spark.read().parquet(output.folder());
    Row counts =
        written
            .select(functions.count(functions.lit(1)), functions.count(written.col(reason())))
            .first();
    double seconds = (System.nanoTime() - began) / 1e9;
    return new Result(counts.getLong(0), counts.getLong(1), seconds);
  }

  private Dataset<Row> failed() {
    return written.where(written.col(reason()).isNotNull());
  }

  /** The last column. */
  private String reason() {
    String[] names = written.columns();
    return names[names.length - 1];
  }

  /**
   * The rows without an output, one after the other, in no order.
   *
   * @param most how many
   */
  public Iterator<Failure> failures(int most) {
    Iterator<Row> rows = failed().limit(most).toLocalIterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Failure next() {
        Row row = rows.next();
        return new Failure(name(row), row.getString(row.size() - 1));
      }
    };
  }

  /** Its first column that is kept, if there is any. */
  private static String name(Row row) {
    return row.size() > 2 ? String.valueOf(row.get(0)) : "a row";
  }

  /** Ends the session. */
  @Override
  public void close() {
    spark.stop();
  }

  /**
   * What became of a job.
   *
   * @param rows all of them
   * @param failed those with a reason in place of an output
   */
  public record Result(long rows, long failed, double seconds) {}

  /** A row without an output: its first column, and the reason. */
  public record Failure(String item, String reason) {}
}
