package org.residuum.format;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the weights of a model came about.
 *
 * @param command what was typed; "" where something is not known, here and below
 * @param model the network's name, or the model that it started from
 * @param options those of the training, in words
 * @param device that trained
 * @param others what else was noted: the version of Residuum, {@link #RECIPE}
 */
public record TrainingNotes(
    String command,
    Data data,
    String model,
    String options,
    Result result,
    String device,
    Map<String, String> others) {
  /** The training's settings as the text of a recipe; a saved model has it in a file of its own. */
  public static final String RECIPE = "recipe";

  /**
   * What it was trained with.
   *
   * @param split which of the examples it learned from
   */
  public record Data(String name, Split split) {}

  /**
   * How data without parts of their own were split.
   *
   * @param seed decides it, by itself
   * @param testShare share of the examples that the training never saw
   * @param validationShare share of the others that it did not learn from, but was steered by
   * @param groupBy the column or the pattern of a name by which examples were kept together; "" for
   *     none
   */
  public record Split(long seed, double testShare, double validationShare, String groupBy) {
    /** A split without groups. */
    public Split(long seed, double testShare, double validationShare) {
      this(seed, testShare, validationShare, "");
    }
  }

  /**
   * How it went.
   *
   * @param epochs passes over the data
   * @param validation of the validation part
   * @param test of the test part, measured once at the end
   */
  public record Result(int epochs, Score validation, Score test) {}

  /**
   * How a model did on a part of the data.
   *
   * @param top1 share of the examples classified right; NaN where it is not known
   * @param loss mean cross-entropy; NaN where it is not known
   */
  public record Score(double top1, double loss) {
    public static final Score NONE = new Score(Double.NaN, Double.NaN);
  }

  public TrainingNotes {
    others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
  }
}
