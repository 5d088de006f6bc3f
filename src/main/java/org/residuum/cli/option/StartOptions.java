package org.residuum.cli.option;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.residuum.Model;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.job.StartingPoint;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a training starts from, if not from fresh weights, and what of it stays as it is. */
public final class StartOptions {
  private static final String INIT = "--init";
  private static final String MODEL = "--model";

  /** What becomes of the last layer. */
  enum Last {
    keep,
    replace
  }

  @Option(
      names = INIT,
      paramLabel = "MODEL",
      description =
          "Start from a trained model of whatever classes: a saved model's folder or a file (onnx,"
              + " pth, pt, th, safetensors). Where its classes are not the data's, a new last layer"
              + " takes the place of its own. The rate is a tenth of the usual then, but for a new"
              + " last layer.")
  private String init;

  @Option(
      names = "--head",
      paramLabel = "keep|replace",
      description =
          "With --init: keep the model's last layer, or replace it by a new one (default: keep"
              + " where the names of the classes are the same).")
  private Last head;

  @Option(
      names = "--freeze",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "PART,...",
      description =
          "What stays as it is, by the names that inspect shows: layer1 is all in it, body all but"
              + " the last layer. No gradients are computed behind the deepest part that is"
              + " trained; frozen batch norms use their running statistics.")
  private List<String> freeze = List.of();

  @Option(
      names = "--unfreeze",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "PART=EPOCH,...",
      description = "What is frozen before that epoch and trained from it on.")
  private Map<String, Integer> unfreeze = Map.of();

  @Option(
      names = "--freeze-norms",
      description = "Freeze all batch norms, throughout: for small batches.")
  private boolean freezeNorms;

  @Option(
      names = "--rate-of",
      split = ",",
      hideParamSyntax = true,
      paramLabel = "PART=FACTOR,...",
      description = "What the learning rate of a part is multiplied by.")
  private Map<String, Double> rates = Map.of();

  @Option(
      names = "--pretrained-rate",
      paramLabel = "FACTOR",
      description =
          "With --init: what the recipe's learning rate is multiplied by; a new last layer has the"
              + " whole rate (default: 0.1).")
  private Double pretrainedRate;

  @Mixin private ForeignOptions foreign;

  /** What {@code --init} said; null where it was not given. */
  public String init() {
    return init;
  }

  /** The rate of pretrained weights to that of fresh ones. */
  public double pretrainedRate() {
    if (pretrainedRate != null && !(pretrainedRate > 0 && pretrainedRate <= 1)) {
      throw CommandFailure.usage(
          "--pretrained-rate " + pretrainedRate + ": it is above 0 and at most 1; see --freeze");
    }
    return pretrainedRate == null ? StartingPoint.PRETRAINED_RATE : pretrainedRate;
  }

  /** Whether the last layer is kept; null where the classes decide. */
  public Boolean keepsHead() {
    return head == null ? null : Boolean.valueOf(head == Last.keep);
  }

  /**
   * Opens the model to start from.
   *
   * @param others options that are for other starts: their names where they were given, or null
   * @return null where there is none
   */
  public Model model(Console console, String... others) throws IOException {
    if (init == null) {
      String given =
          head != null
              ? "--head " + head
              : pretrainedRate != null ? "--pretrained-rate " + pretrainedRate : foreign.anyGiven();
      if (given != null) {
        throw CommandFailure.usage(given + ": it is for a model to start from; name it by --init");
      }
      return null;
    }
    for (String other : others) {
      if (other != null) {
        throw CommandFailure.usage(
            other + " with --init: the model to start from says the network; leave one of them");
      }
    }
    try {
      Model model = Models.classifier(init, foreign, null, console);
      Models.tell(init, Models.preprocessing(model), console);
      return model;
    } catch (CommandFailure e) {
      throw e.about(MODEL, INIT);
    }
  }
}
