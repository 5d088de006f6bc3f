package org.residuum.spark.view;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.sources.PrunedScan;
import org.apache.spark.sql.sources.RelationProvider;
import org.apache.spark.sql.types.StructType;
import org.residuum.spark.ImageClassifier;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A table or view with the columns of {@link ImageClassifier} added. Its options are {@code table}
 * and the classifier's params. Only columns that a query needs are read, and the model runs only
 * for one that needs a column of its.
 */
public final class ClassifiedTable implements RelationProvider, DataSourceRegister {
  private static final String TABLE = "table";

  /** Spark calls it. */
  public ClassifiedTable() {}

  @Override
  public String shortName() {
    return "residuum";
  }

  @Override
  public BaseRelation createRelation(
      SQLContext sql, scala.collection.immutable.Map<String, String> options) {
    Map<String, String> settings = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    settings.putAll(CollectionConverters.asJava(options));
    String table = settings.remove(TABLE);
    settings.remove("path"); // CREATE TABLE adds it: the folder of a table that has files.
    if (table == null) {
      throw new IllegalArgumentException(
          "table: it is not set; it names the table or view whose pictures are to be classified");
    }
    return new Relation(sql, table, ImageClassifier.of(settings));
  }

  private static final class Relation extends BaseRelation implements PrunedScan {
    private final transient SQLContext sql;
    private final transient ImageClassifier classifier;
    private final String table;
    private final StructType schema;

    Relation(SQLContext sql, String table, ImageClassifier classifier) {
      this.sql = sql;
      this.table = table;
      this.classifier = classifier;
      this.schema = classifier.transformSchema(sql.table(table).schema());
    }

    @Override
    public SQLContext sqlContext() {
      return sql;
    }

    @Override
    public StructType schema() {
      return schema;
    }

    @Override
    public RDD<Row> buildScan(String[] wanted) {
      Dataset<Row> rows = sql.table(table);
      Set<String> given = new LinkedHashSet<>(Arrays.asList(wanted));
      boolean plain = Arrays.asList(rows.schema().fieldNames()).containsAll(given);
      if (!plain) {
        given.retainAll(Arrays.asList(rows.schema().fieldNames()));
        given.add(classifier.getOrDefault(classifier.inputCol()));
        rows = classifier.transform(rows.select(columns(rows, given.toArray(new String[0]))));
      }
      return rows.select(columns(rows, wanted)).rdd();
    }

    private static Column[] columns(Dataset<Row> rows, String[] names) {
      return Arrays.stream(names)
          .map(name -> rows.col("`" + name.replace("`", "``") + "`"))
          .toArray(Column[]::new);
    }
  }
}
