package org.residuum.cli.option;

import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import org.residuum.cli.text.CommandFailure;
import org.residuum.data.Task;
import org.residuum.data.source.DatasetOptions;
import org.residuum.train.Evaluation;
import org.residuum.train.TrainingOptions;
import picocli.CommandLine.Option;

/** What is learned of an example. */
public final class TaskFlags {
  /** The tasks, as they are typed. */
  enum Name {
    classify,
    multilabel,
    regression
  }

  @Option(
      names = "--task",
      paramLabel = "classify|multilabel|regression",
      description =
          "What to tell of an example: its class; which labels it has, any number of them; or"
              + " numbers. The last two are for csv, of numbers or of paths of pictures, with the"
              + " columns that --label-column names: columns of 1 and 0, or one of names with ;"
              + " between them; columns of numbers"
              + " (default: classify, or as the saved model to train on).")
  private Name task;

  @Option(
      names = "--label-delimiter",
      paramLabel = "TEXT",
      description =
          "What is between the names of labels in one column, such as ' ' (default: ; or |).")
  private String delimiter;

  /**
   * Opens data for the task.
   *
   * @param model a saved model to train on, or null
   */
  public DatasetOptions over(DatasetOptions options, String model) throws IOException {
    Task asked = task(model);
    if (delimiter != null && (asked != Task.MULTILABEL || delimiter.isEmpty())) {
      throw CommandFailure.usage(
          "--label-delimiter '" + delimiter + "': it is a text, for --task multilabel");
    }
    return options.withTask(asked).withLabelDelimiter(delimiter == null ? "" : delimiter);
  }

  /**
   * The task.
   *
   * @param model a saved model to train on, or null
   */
  private Task task(String model) throws IOException {
    if (task != null) {
      return Task.valueOf(task.name().toUpperCase(Locale.ROOT));
    }
    return model != null && Models.isPath(model)
        ? Models.saved(model).outputs().task()
        : Task.CLASSIFY;
  }

  /** Refuses options that are for another task. */
  public static void requireSuited(Task task, TrainingOptions options) {
    Evaluation.Metric metric = options.validating().metric();
    if (!metric.suits(task)) {
      throw CommandFailure.usage(
          "--metric "
              + metric
              + ": it is none of --task "
              + task
              + "; choose one of "
              + Evaluation.Metric.of(task).stream()
                  .map(Evaluation.Metric::toString)
                  .collect(Collectors.joining(", ")));
    }
    boolean mixes = options.mixing().isOn();
    boolean weighs = options.balance().weighs() && !options.balance().ofLabels();
    boolean balances = weighs || options.balance().balancedSampling();
    if (task != Task.CLASSIFY && (options.labelSmoothing() != 0 || mixes || balances)) {
      throw CommandFailure.usage(
          (mixes
                  ? "--mixup, --cutmix"
                  : balances ? "--class-weights, --sample" : "--label-smoothing")
              + ": it is for classes that exclude each other; leave it out with --task "
              + task);
    }
  }
}
