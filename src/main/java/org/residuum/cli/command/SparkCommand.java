package org.residuum.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.residuum.Model;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.cli.option.BatchOption;
import org.residuum.cli.option.FailureOptions;
import org.residuum.cli.option.ForeignOptions;
import org.residuum.cli.option.ModelOption;
import org.residuum.cli.option.Models;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.ErrorText;
import org.residuum.cli.text.ExitCode;
import org.residuum.cli.text.Failures;
import org.residuum.cli.text.OptionNames;
import org.residuum.spark.ImageClassifier;
import org.residuum.spark.job.ClassifyJob;
import org.residuum.spark.job.JobInput;
import org.residuum.spark.job.JobOutput;
import org.residuum.text.Units;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "residuum-spark",
    customSynopsis =
        "residuum-spark --model=MODEL --data=SOURCE... --out=DIR [OPTION]... [SPARK OPTION]...",
    description =
        "Classifies pictures with Apache Spark and writes a Parquet table: the columns that the"
            + " source has, prediction, and error, the reason of a row without one. Options of"
            + " spark-submit, such as --master, --conf and --executor-memory, are passed on to it.",
    footer = {
      "",
      "Examples:",
      "  residuum-spark --model runs/photos --data photos --out rows.parquet",
      "  residuum-spark --master spark://host:7077 --executor-memory 4g \\",
      "    --model runs/photos --data parquet:hdfs:///photos --out hdfs:///rows",
      "  residuum-spark --packages io.delta:delta-spark_2.13:4.0.0 \\",
      "    --model runs/photos --data delta:/tables/photos --out rows.parquet",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 --device cuda and an executor without one."
    })
public final class SparkCommand implements Callable<Integer> {
  private static final int NAMED = 21; // One more than is named, which is said.

  /** {@code --embeddings} without a layer. */
  private static final String USUAL = "";

  /** What is wanted in place of classes. */
  private static final class Content {
    @Option(names = "--probabilities", description = "In place of classes those of all classes.")
    private boolean probabilities;

    @Option(names = "--logits", description = "In place of classes all outputs of the network.")
    private boolean logits;

    @Option(
        names = "--embeddings",
        arity = "0..1",
        fallbackValue = USUAL,
        paramLabel = "LAYER",
        description =
            "In place of classes the values of a layer, such as layer4.1 or layer4.1.conv2; without"
                + " LAYER what the last dense layer reads.")
    private String layer;

    String output() {
      return layer != null ? "embedding" : toString();
    }

    @Override
    public String toString() {
      return layer != null ? "embeddings" : logits ? "logits" : "probabilities";
    }
  }

  @Spec private CommandSpec spec;
  @Mixin private ModelOption model;
  @Mixin private ForeignOptions foreign;
  @Mixin private FailureOptions failureOptions;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = "--data",
      required = true,
      arity = "1..*",
      paramLabel = "SOURCE",
      description =
          "Folders of pictures, on any file system that Spark reads; lists of their paths as @FILE;"
              + " tables with a column of bytes, paths or image structs, as parquet:PATH,"
              + " delta:PATH, orc:PATH, csv:PATH, json:PATH, avro:PATH, iceberg:NAME or, from the"
              + " catalog, table:NAME. Without a word before the colon the ending or the contents"
              + " tell.")
  private List<String> data;

  @Option(
      names = "--column",
      paramLabel = "NAME",
      description =
          "Of tables: the column of pictures; else the only one of bytes or image structs, else the"
              + " first of paths with a usual name, such as path, file_name or image.")
  private String column;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "What relative paths in lists and tables start from (default: the working folder for"
              + " lists, the table's folder for tables).")
  private String root;

  @Option(
      names = "--keep",
      split = ",",
      paramLabel = "COLUMN",
      description =
          "Of tables: the columns that go into the output (default: all but the pictures' bytes).")
  private List<String> keep;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "The new table.")
  private String out;

  @Option(names = "--overwrite", description = "Replace the table where there is one.")
  private boolean overwrite;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "0",
      description = "Deal the rows to so many tasks; else they are as Spark reads them.")
  private int partitions;

  @ArgGroup private Content content;

  @Option(names = "--top-k", paramLabel = "K", description = "How many classes each (default: 1).")
  private Integer top;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      description = "Pictures at a time (default: 32).")
  private int batch;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description =
          "Of the executors: auto, cpu, reference, cuda or cuda:N; GPUs that Spark gives to tasks"
              + " are taken from those (default: auto).")
  private String device;

  @Option(
      names = "--precision",
      paramLabel = "fp32|tf32|bf16",
      defaultValue = "fp32",
      description = "How products are computed (default: fp32).")
  private String precision;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "CPU threads of an executor that compute (default: as many as it has cores).")
  private int threads;

  @Option(
      names = "--decode",
      paramLabel = "exact|fast",
      defaultValue = "exact",
      description = "fast reads large JPEGs at a reduced scale, as of predict (default: exact).")
  private String decode;

  @Override
  public Integer call() throws IOException {
    BatchOption.check(batch);
    if (partitions < 0) {
      throw CommandFailure.usage("--partitions " + partitions + ": at least 0");
    }
    if (top != null && (top < 1 || content != null)) {
      throw CommandFailure.usage(
          top < 1
              ? "--top-k " + top + ": at least 1"
              : "--top-k is for classes; leave it out with --" + content);
    }
    Console console = Console.of(spec);
    failureOptions.prepare(null, overwrite);
    Model saved = Models.classifier(model.model(), foreign, null, console);
    Models.tell(model.model(), Models.preprocessing(saved), console);
    Path folder = Files.createTempDirectory("residuum-spark-");
    try {
      Path whole = folder.resolve("model");
      saved.save(whole);
      return run(console, whole);
    } finally {
      delete(folder);
    }
  }

  private int run(Console console, Path whole) throws IOException {
    JobInput input = new JobInput(data, column, root, keep);
    try (ClassifyJob job = ClassifyJob.open(input, new JobOutput(out, overwrite, partitions))) {
      ClassifyJob.Result result = job.run(classifier(whole), line -> console.say("%s", line));
      tell(console, job);
      console.say(
          "%s in %s, %,.0f a second, %,d failed: %s",
          Units.count(result.rows(), "row"),
          Units.seconds(result.seconds()),
          result.rows() / result.seconds(),
          result.failed(),
          out);
      failureOptions.check(result.failed(), result.rows(), "row");
      return ExitCode.OK;
    } catch (IllegalArgumentException e) {
      throw usage(e);
    } catch (BackendUnavailableException e) {
      String message = OptionNames.in(e.getMessage());
      throw device.startsWith("cuda")
          ? CommandFailure.noGpu(message)
          : CommandFailure.failed(message, e);
    }
  }

  private ImageClassifier classifier(Path whole) {
    return new ImageClassifier()
        .setModelPath(whole.toString())
        .setOutput(content == null ? "labels" : content.output())
        .setLayer(content == null || content.layer == null ? USUAL : content.layer)
        .setTopK(top == null ? 1 : top)
        .setBatchSize(batch)
        .setDevice(device)
        .setPrecision(precision)
        .setThreads(threads)
        .setDecode(decode);
  }

  private void tell(Console console, ClassifyJob job) throws IOException {
    try (Failures failures =
        failureOptions.open(console, "file", "see the column error of the rows", overwrite)) {
      Iterator<ClassifyJob.Failure> all =
          job.failures(failures.isFile() ? Integer.MAX_VALUE : NAMED);
      while (all.hasNext()) {
        ClassifyJob.Failure failure = all.next();
        failures.add(failure.item(), ErrorText.firstLine(failure.reason()));
      }
      failures.finish();
    }
  }

  /** Settings of the library and the job are options here, of nearly the same names. */
  private static RuntimeException usage(IllegalArgumentException error) {
    String message =
        String.valueOf(error.getMessage())
            .replaceFirst("^inputCol ", "--column ")
            .replaceFirst(
                "^\\w+ parameter (\\w+) given invalid value (.*)\\.$",
                "--$1 $2: not one of its values; see --all-options")
            .replaceFirst("^(column|keep|output|data|out)(?=[ :])", "--$1");
    return OptionNames.usage(new IllegalArgumentException(message, error));
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
