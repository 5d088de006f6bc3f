package org.residuum.spark.job;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Pictures as rows.
 *
 * @param rows those of the source
 * @param pictures the column of pictures
 * @param kept the columns that go into the output
 */
record PictureTable(Dataset<Row> rows, String pictures, List<String> kept) {
  /** What the pictures of folders and lists are called. */
  static final String FILE = "file";

  /** Paths that travel with a task; Spark warns of more than a megabyte. */
  private static final int LARGEST_PART = 10_000;

  /** Opens the sources of a job. */
  static PictureTable open(SparkSession spark, JobInput input, Consumer<String> notices)
      throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    List<String> places = new ArrayList<>();
    SourceKind first = null;
    for (String source : input.sources()) {
      SourceKind kind = SourceKind.of(source, hadoop);
      if (first != null && !first.kind().equals(kind.kind())) {
        throw new IllegalArgumentException(
            "data: %s is a %s, %s a %s; give sources of one kind"
                .formatted(first.place(), first.kind(), source, kind.kind()));
      }
      first = first == null ? kind : first;
      places.add(kind.place());
    }
    return switch (first.kind()) {
      case SourceKind.FOLDER -> folders(spark, FolderListing.of(places, hadoop, notices));
      case SourceKind.LIST -> lists(spark, places, input.root());
      case SourceKind.TABLE -> table(spark.table(only(places)), input, null);
      default -> table(read(spark, first.kind(), places), input, only(places));
    };
  }

  private static String only(List<String> places) {
    return places.get(0);
  }

  /** Files that end like pictures; the tasks read them. */
  private static PictureTable folders(SparkSession spark, List<String> pictures) {
    int parts = 4 * spark.sparkContext().defaultParallelism();
    parts = Math.min(pictures.size(), Math.max(parts, pictures.size() / LARGEST_PART));
    JavaRDD<String> paths =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(pictures, parts);
    Dataset<Row> rows = spark.createDataset(paths.rdd(), Encoders.STRING()).toDF(FILE);
    return new PictureTable(rows, FILE, List.of(FILE));
  }

  /** A path a line. */
  private static PictureTable lists(SparkSession spark, List<String> places, String root)
      throws FileNotFoundException {
    Dataset<Row> lines = spark.read().text(places.toArray(String[]::new)).where("value <> ''");
    Dataset<Row> paths = lines.select(fromRoot(lines.col("value"), root, null).as(FILE));
    int parts = 4 * spark.sparkContext().defaultParallelism();
    return new PictureTable(paths.repartition(parts), FILE, List.of(FILE));
  }

  /** Relative paths as those below the root, else below the table's folder or the working one. */
  private static Column fromRoot(Column path, String root, String table) {
    String start = root != null ? root : table != null ? folder(table) : "";
    String absolute = start.contains(":/") ? start : Path.of(start).toAbsolutePath().toString();
    return functions
        .when(path.rlike("^(/|[a-zA-Z][a-zA-Z0-9+.-]+:/)"), path)
        .otherwise(functions.concat(functions.lit(absolute + "/"), path));
  }

  private static String folder(String table) {
    return table.endsWith(".csv") || table.endsWith(".parquet")
        ? table.substring(0, table.lastIndexOf('/') + 1)
        : table;
  }

  private static Dataset<Row> read(SparkSession spark, String format, List<String> places) {
    DataFrameReader reader = spark.read().format(format);
    if (format.equals(SourceKind.CSV)) {
      reader = reader.option("header", "true");
    }
    return reader.load(places.toArray(String[]::new));
  }

  private static PictureTable table(Dataset<Row> rows, JobInput input, String place) {
    String column = input.column();
    if (column == null) {
      column = UsualPictures.of(rows.schema());
    } else {
      requireColumn(rows, column);
    }
    Dataset<Row> all = rows;
    String pictures = column;
    if (!Arrays.asList(rows.schema().fieldNames()).contains(column) || isText(rows, column)) {
      // A field of a struct, or paths from where the table says: a column of its own.
      pictures = "__pictures";
      Column value = rows.col(column);
      all =
          rows.withColumn(
              pictures, isText(rows, column) ? fromRoot(value, input.root(), place) : value);
    }
    return new PictureTable(all, pictures, kept(rows, column, input.keep()));
  }

  /** The named one, or the one whose field is named. */
  private static void requireColumn(Dataset<Row> rows, String column) {
    for (String name : rows.schema().fieldNames()) {
      if (column.equalsIgnoreCase(name)
          || column.regionMatches(true, 0, name + ".", 0, name.length() + 1)) {
        return;
      }
    }
    throw new IllegalArgumentException(
        "column "
            + column
            + ": there is no such column, there are "
            + String.join(", ", rows.schema().fieldNames()));
  }

  private static boolean isText(Dataset<Row> rows, String column) {
    return rows.select(rows.col(column))
        .schema()
        .fields()[0]
        .dataType()
        .typeName()
        .equals("string");
  }

  /** The named columns, else all but the one that holds pictures. */
  private static List<String> kept(Dataset<Row> rows, String column, List<String> named) {
    List<String> all = List.of(rows.schema().fieldNames());
    if (named == null) {
      String holder = column.split("\\.", 2)[0];
      return all.stream()
          .filter(name -> !name.equals(holder) || isText(rows, column) && name.equals(column))
          .toList();
    }
    for (String name : named) {
      if (!all.contains(name)) {
        throw new IllegalArgumentException(
            "keep "
                + name
                + ": there is no such column, there are "
                + all.stream().collect(Collectors.joining(", ")));
      }
    }
    return named;
  }
}
