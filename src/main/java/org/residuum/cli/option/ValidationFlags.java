package org.residuum.cli.option;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.residuum.cli.text.CommandFailure;
import org.residuum.text.NearestName;
import org.residuum.train.Evaluation;
import org.residuum.train.TrainingOptions;
import picocli.CommandLine.Option;

/** What the validation part decides about a training. */
public final class ValidationFlags {
  /** Which epoch's weights are the model. */
  enum Keep {
    best,
    last
  }

  @Option(
      names = "--early-stop",
      paramLabel = "EPOCHS",
      description =
          "End after so many epochs in a row that did no better on the validation part; the model"
              + " is then that of the best one.")
  private Integer patience;

  @Option(
      names = "--metric",
      paramLabel = "NAME",
      description =
          "What makes an epoch better: accuracy (default), loss, top5, recall or f1, the last two"
              + " as means over the classes.")
  private String metric;

  @Option(
      names = "--keep",
      paramLabel = "best|last",
      description =
          "Whose weights the model has, the best epoch's by the validation part or the last one's"
              + " (default: last, and best with --early-stop). The other's are in best/ or last/"
              + " within it.")
  private Keep keep;

  /**
   * The same options with what was asked for.
   *
   * @param validates whether there is a validation part
   */
  public TrainingOptions apply(TrainingOptions options, boolean validates) {
    int epochs = patience == null ? options.validating().patience() : patience;
    if (patience != null && patience < 1) {
      throw CommandFailure.usage("--early-stop " + patience + ": at least 1 epoch");
    }
    if (!validates && (patience != null || metric != null || keep == Keep.best)) {
      throw CommandFailure.usage(
          (patience != null ? "--early-stop" : metric != null ? "--metric" : "--keep best")
              + ": there is no validation part to decide it; hold one back with"
              + " --validation-share 0.1");
    }
    try {
      return options.toBuilder()
          .validating(
              new TrainingOptions.Validating(
                  metric == null ? options.validating().metric() : metric(),
                  epochs,
                  keep == null ? epochs > 0 : keep == Keep.best))
          .build();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--early-stop " + patience + ": " + e.getMessage());
    }
  }

  private Evaluation.Metric metric() {
    List<String> names =
        Arrays.stream(Evaluation.Metric.values()).map(Evaluation.Metric::toString).toList();
    if (!names.contains(metric)) {
      throw CommandFailure.usage(
          "--metric "
              + metric
              + ": no such metric"
              + NearestName.didYouMean(metric, names)
              + " (known: "
              + String.join(", ", names)
              + ")");
    }
    return Evaluation.Metric.valueOf(metric.toUpperCase(Locale.ROOT));
  }
}
