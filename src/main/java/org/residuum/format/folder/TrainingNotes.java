package org.residuum.format.folder;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the weights of a model came about.
 *
 * @param command what was typed; "" where something is not known, here and below
 * @param data the data's name
 * @param model the network's name, or the model that it started from
 * @param options those of the training, in words
 * @param seed of the split of the data
 * @param testShare share of the examples that the training never saw
 * @param epochs passes over the data
 * @param testTop1 share of the test examples classified right; NaN where it is not known
 * @param testLoss mean cross-entropy of the test examples; NaN where it is not known
 * @param device that trained
 * @param version of Residuum
 * @param others what other versions noted
 */
public record TrainingNotes(
    String command,
    String data,
    String model,
    String options,
    long seed,
    double testShare,
    int epochs,
    double testTop1,
    double testLoss,
    String device,
    String version,
    Map<String, String> others) {
  private static final double USUAL_TEST_SHARE = 0.2;

  public TrainingNotes {
    others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
  }

  /** In the order of {@code training.json}; what is not known is left out. */
  Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("command", command);
    map.put("data", data);
    map.put("model", model);
    map.put("options", options);
    map.put("seed", String.valueOf(seed));
    map.put("test_share", String.valueOf(testShare));
    map.put("epochs", String.valueOf(epochs));
    map.put("test_top1", String.valueOf(testTop1));
    map.put("test_loss", String.valueOf(testLoss));
    map.put("device", device);
    map.put("residuum", version);
    map.putAll(others);
    map.values().removeIf(value -> value.isEmpty() || value.equals("NaN"));
    return map;
  }

  /**
   * The inverse of {@link #toMap}.
   *
   * @throws IllegalArgumentException naming the key whose value is no number
   */
  static TrainingNotes fromMap(Map<String, String> map) {
    Map<String, String> left = new LinkedHashMap<>(map);
    return new TrainingNotes(
        text(left, "command"),
        text(left, "data"),
        text(left, "model"),
        text(left, "options"),
        whole(left, "seed"),
        number(left, "test_share", USUAL_TEST_SHARE),
        (int) whole(left, "epochs"),
        number(left, "test_top1", Double.NaN),
        number(left, "test_loss", Double.NaN),
        text(left, "device"),
        text(left, "residuum"),
        left);
  }

  private static String text(Map<String, String> left, String key) {
    String text = left.remove(key);
    return text == null ? "" : text;
  }

  private static long whole(Map<String, String> left, String key) {
    String text = text(left, key);
    try {
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + " is no whole number: " + text, e);
    }
  }

  private static double number(Map<String, String> left, String key, double usual) {
    String text = text(left, key);
    try {
      return text.isEmpty() ? usual : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + " is no number: " + text, e);
    }
  }
}
