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
 * @param others what else was noted, the version of Residuum for example
 */
public record TrainingNotes(
    String command,
    Data data,
    String model,
    String options,
    Result result,
    String device,
    Map<String, String> others) {
  /**
   * What it was trained with.
   *
   * @param seed of the split of the data
   * @param testShare share of the examples that the training never saw
   */
  public record Data(String name, long seed, double testShare) {}

  /**
   * How it went.
   *
   * @param epochs passes over the data
   * @param testTop1 share of the test examples classified right; NaN where it is not known
   * @param testLoss mean cross-entropy of the test examples; NaN where it is not known
   */
  public record Result(int epochs, double testTop1, double testLoss) {}

  public TrainingNotes {
    others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
  }
}
