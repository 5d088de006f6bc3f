package org.residuum.cli.option;

import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.cli.text.CommandFailure;
import org.residuum.data.source.DatasetOptions;
import org.residuum.format.folder.SavedModel;

/**
 * What a saved model tells about the data it learned from.
 *
 * @param seed of the split
 * @param testShare share of the examples that it never saw
 */
public record TrainingNotes(long seed, double testShare) {
  private static final String SEED = "seed";
  private static final String TEST_SHARE = "test_share";

  /** The notes of a model; the defaults where it has none. */
  public static TrainingNotes of(SavedModel model) {
    DatasetOptions defaults = DatasetOptions.DEFAULTS;
    try {
      return new TrainingNotes(
          Long.parseLong(model.training().getOrDefault(SEED, "" + defaults.seed())),
          Double.parseDouble(model.training().getOrDefault(TEST_SHARE, "" + defaults.testShare())));
    } catch (NumberFormatException e) {
      throw CommandFailure.failed(
          "training.json: seed or test_share is no number, " + e.getMessage(), e);
    }
  }

  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put(SEED, String.valueOf(seed));
    map.put(TEST_SHARE, String.valueOf(testShare));
    return map;
  }
}
