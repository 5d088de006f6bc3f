package org.residuum.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.residuum.Devices;
import org.residuum.Model;
import org.residuum.backend.Precision;

/**
 * A stage that classifies the pictures of a column: each row gets its classes, or null and the
 * reason. The model is loaded at the driver and travels once to each executor, where all tasks
 * share it.
 */
public class ImageClassifier extends Transformer implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;

  private static final String FAST = "fast";

  private final String uid;
  private final Param<String> modelPath;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> reasonCol;
  private final Param<String> output;
  private final IntParam topK;
  private final Param<String> layer;
  private final IntParam batchSize;
  private final Param<String> device;
  private final Param<String> precision;
  private final IntParam threads;
  private final Param<String> decode;

  public ImageClassifier() {
    this(Identifiable$.MODULE$.randomUID("residuum"));
  }

  /** A stage under a name of its own. */
  public ImageClassifier(String uid) {
    this.uid = uid;
    modelPath = text("modelPath", "the model: a saved folder, .onnx, .pth or .safetensors");
    inputCol = text("inputCol", "the column of pictures: bytes of files, paths or image structs");
    outputCol = text("outputCol", "the new column of what the model says");
    reasonCol = text("reasonCol", "the new column of why there is no output, else null");
    output = choice("output", "what outputCol holds", Output.names());
    topK = number("topK", "how many classes a row, where output is labels", 1);
    layer = text("layer", "whose values are the embedding; empty: what the last dense layer reads");
    batchSize = number("batchSize", "pictures that are computed together", 1);
    device = text("device", "auto, cpu, reference, cuda or cuda:N");
    precision = choice("precision", "how products are computed", precisions());
    threads =
        new IntParam(
            this,
            "threads",
            "of the CPU, to compute with, at most %s; 0: the executor's cores"
                .formatted(Devices.MOST_THREADS),
            ParamValidators.inRange(0, Devices.MOST_THREADS));
    decode = choice("decode", "with how much care JPEGs are decoded", List.of("exact", FAST));
    setDefault(outputCol, "prediction");
    setDefault(reasonCol, "error");
    setDefault(output, Output.LABELS.toString());
    setDefault(topK, 1);
    setDefault(layer, "");
    setDefault(batchSize, 32);
    setDefault(device, "auto");
    setDefault(precision, Precision.FP32.toString());
    setDefault(threads, 0);
    setDefault(decode, "exact");
  }

  private static List<String> precisions() {
    return Arrays.stream(Precision.values()).map(Precision::toString).toList();
  }

  private Param<String> text(String name, String doc) {
    return new Param<>(this, name, doc);
  }

  private Param<String> choice(String name, String doc, List<String> values) {
    return new Param<>(
        this, name, doc + ": " + String.join(", ", values), ParamValidators.inArray(values));
  }

  private IntParam number(String name, String doc, int least) {
    return new IntParam(this, name, doc + "; at least " + least, ParamValidators.gtEq(least));
  }

  /**
   * A stage with params as texts, as SQL and command lines have them.
   *
   * @param settings values under the names of params, in whatever case
   * @throws IllegalArgumentException for a name that is no param, or a value that it does not take
   */
  public static ImageClassifier of(Map<String, String> settings) {
    return Settings.set(new ImageClassifier(), settings);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The model: a saved folder, or a file as {@link Model#load(Path)} takes it. */
  public Param<String> modelPath() {
    return modelPath;
  }

  /** The column of pictures. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** The new column of what the model says; {@code prediction} by default. */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** The new column of why a row has no output; {@code error} by default. */
  public Param<String> reasonCol() {
    return reasonCol;
  }

  /** What the output column holds; {@code labels} by default. */
  public Param<String> output() {
    return output;
  }

  /** How many classes a row; 1 by default. */
  public IntParam topK() {
    return topK;
  }

  /** Whose values are the embedding, as {@link Model#upTo} takes it; the usual one by default. */
  public Param<String> layer() {
    return layer;
  }

  /** Pictures that are computed together; 32 by default. */
  public IntParam batchSize() {
    return batchSize;
  }

  /**
   * Where it computes; {@code auto} by default. Where Spark gives tasks GPUs, {@code auto} and
   * {@code cuda} take the one that the task got.
   */
  public Param<String> device() {
    return device;
  }

  /** How it computes; {@code fp32} by default. */
  public Param<String> precision() {
    return precision;
  }

  /** Threads of the CPU to compute with; by default 0, as many as the executor has cores. */
  public IntParam threads() {
    return threads;
  }

  /** {@code exact}, the default, or {@code fast}: large JPEGs at a reduced scale. */
  public Param<String> decode() {
    return decode;
  }

  public ImageClassifier setModelPath(String value) {
    set(modelPath, value);
    return this;
  }

  public ImageClassifier setInputCol(String value) {
    set(inputCol, value);
    return this;
  }

  public ImageClassifier setOutputCol(String value) {
    set(outputCol, value);
    return this;
  }

  public ImageClassifier setReasonCol(String value) {
    set(reasonCol, value);
    return this;
  }

  public ImageClassifier setOutput(String value) {
    set(output, value);
    return this;
  }

  public ImageClassifier setTopK(int value) {
    set(topK, value);
    return this;
  }

  public ImageClassifier setLayer(String value) {
    set(layer, value);
    return this;
  }

  public ImageClassifier setBatchSize(int value) {
    set(batchSize, value);
    return this;
  }

  public ImageClassifier setDevice(String value) {
    set(device, value);
    return this;
  }

  public ImageClassifier setPrecision(String value) {
    set(precision, value);
    return this;
  }

  public ImageClassifier setThreads(int value) {
    set(threads, value);
    return this;
  }

  public ImageClassifier setDecode(String value) {
    set(decode, value);
    return this;
  }

  /**
   * The same columns and two more.
   *
   * @throws IllegalArgumentException where the column of pictures is missing or of another type, or
   *     a new one is there already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    requireNoNull();
    PictureColumn.of(schema, required(inputCol));
    return with(
        with(schema, outputCol, Output.of(getOrDefault(output)).type()),
        reasonCol,
        DataTypes.StringType);
  }

  private StructType with(StructType schema, Param<String> column, DataType type) {
    String name = getOrDefault(column);
    boolean exact = SQLConf.get().caseSensitiveAnalysis();
    if (Arrays.stream(schema.fieldNames())
        .anyMatch(there -> exact ? there.equals(name) : there.equalsIgnoreCase(name))) {
      throw new IllegalArgumentException(
          column.name() + " " + name + ": there is such a column already; choose another name");
    }
    return schema.add(name, type, true);
  }

  /** Java and Python let params be null. */
  private void requireNoNull() {
    for (Param<?> param : params()) {
      if (isSet(param) && getOrDefault(param) == null) {
        throw new IllegalArgumentException(
            param.name() + ": it is null; set it, or leave it out for its default");
      }
    }
  }

  private String required(Param<String> param) {
    if (!isDefined(param)) {
      throw new IllegalArgumentException(param.name() + ": it is not set");
    }
    return getOrDefault(param);
  }

  /**
   * The same rows with two columns more. The model is loaded and checked here; the pictures are
   * classified when the rows are asked for.
   *
   * @throws IllegalArgumentException as {@link #transformSchema}, or where the model cannot give
   *     what is asked for
   * @throws UncheckedIOException where the model cannot be loaded
   */
  @Override
  public Dataset<Row> transform(Dataset<?> pictures) {
    StructType schema = transformSchema(pictures.schema());
    PictureColumn column = PictureColumn.of(pictures.schema(), getOrDefault(inputCol));
    Work work = work(pictures.sparkSession(), (int) getOrDefault(batchSize));
    Dataset<Row> rows =
        pictures.toDF().mapPartitions(new Partition(work, column), Encoders.row(schema));
    return withMetadata(rows, pictures.schema().fields());
  }

  /**
   * What columns say beside their values, which Spark does not keep for rows that code has made:
   * the classes of a StringIndexer, for example, and the watermark of a stream.
   */
  private static Dataset<Row> withMetadata(Dataset<Row> rows, StructField[] fields) {
    Metadata none = Metadata.empty();
    if (Arrays.stream(fields).allMatch(field -> field.metadata().equals(none))) {
      return rows;
    }
    String[] names = rows.columns();
    Column[] columns = new Column[names.length];
    for (int i = 0; i < names.length; i++) {
      Column column = rows.col("`" + names[i].replace("`", "``") + "`");
      boolean told = i < fields.length && !fields[i].metadata().equals(none);
      columns[i] = told ? column.as(names[i], fields[i].metadata()) : column;
    }
    return rows.select(columns);
  }

  /**
   * Makes it a function of SQL for this session: {@code SELECT classify(image) FROM photos}. Its
   * argument is what {@link #inputCol} may hold, its value what {@link #outputCol} holds; for a
   * picture that cannot be read it is null.
   *
   * <p>Spark calls functions row by row. Pictures are computed one at a time unless {@link
   * #batchSize} is set: then those of all tasks of an executor are gathered, and each batch costs
   * as much as a full one.
   *
   * @param name of the function
   */
  public void register(SparkSession spark, String name) {
    OneByOne function = oneByOne(spark);
    spark.udf().register(name, function, function.type());
  }

  OneByOne oneByOne(SparkSession spark) {
    return new OneByOne(work(spark, isSet(batchSize) ? (int) getOrDefault(batchSize) : 1));
  }

  /** Loads the model, checks it and sends it to the executors. */
  private Work work(SparkSession spark, int batch) {
    requireNoNull();
    Placement.require(getOrDefault(device), Engine.precision(getOrDefault(precision)));
    try {
      return Storage.withModel(required(modelPath), model -> work(spark, batch, model));
    } catch (IOException e) {
      throw new UncheckedIOException("modelPath " + getOrDefault(modelPath) + ": " + e, e);
    }
  }

  private Work work(SparkSession spark, int batch, Model model) throws IOException {
    Output wanted = Output.of(getOrDefault(output));
    String embedding = wanted.check(model, getOrDefault(layer));
    ModelBytes bytes = ModelBytes.of(model);
    EngineKey key =
        new EngineKey(
            bytes.hash(),
            getOrDefault(device),
            getOrDefault(precision),
            (int) getOrDefault(threads),
            batch,
            getOrDefault(decode).equals(FAST),
            embedding);
    Broadcast<byte[]> sent =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(bytes.bytes());
    return new Work(sent, key, wanted, (int) getOrDefault(topK));
  }

  @Override
  public ImageClassifier copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** What reads a saved stage; Spark calls it for stages of pipelines. */
  public static MLReader<ImageClassifier> read() {
    return new DefaultParamsReader<>();
  }

  /** The stage that was saved under a path. */
  public static ImageClassifier load(String path) {
    return read().load(path);
  }
}
