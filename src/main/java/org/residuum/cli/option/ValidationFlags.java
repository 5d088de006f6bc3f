package org.residuum.cli.option;

import org.residuum.cli.text.CommandFailure;
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
              + " as means over the classes. Of several labels: map (mean average precision,"
              + " default), f1 or loss; of numbers: rmse (default), mae, r2 or loss.")
  private String metric;

  @Option(
      names = "--keep",
      paramLabel = "best|last",
      description =
          "Whose weights the model has, the best epoch's by the validation part or the last one's"
              + " (default: last, and best with --early-stop). The other's are in best/ or last/"
              + " within it.")
  private Keep keep;

  /** Refuses what needs a validation part where there is none. */
  public void requireValidationPart() {
    if (patience != null || metric != null || keep == Keep.best) {
      throw CommandFailure.usage(
          (patience != null ? "--early-stop" : metric != null ? "--metric" : "--keep best")
              + ": there is no validation part to decide it; hold one back with"
              + " --validation-share 0.1");
    }
  }
}
