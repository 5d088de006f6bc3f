package org.residuum.format.folder;

import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.format.TrainingNotes;

/** Training notes as the texts of {@code training.json}. */
final class NotesText {
  private static final double USUAL_TEST_SHARE = 0.2;

  private NotesText() {}

  /** In the order of the file; what is not known is not there. */
  static Map<String, String> of(TrainingNotes notes) {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("command", notes.command());
    map.put("data", notes.data().name());
    map.put("model", notes.model());
    map.put("options", notes.options());
    TrainingNotes.Split split = notes.data().split();
    map.put("split_seed", String.valueOf(split.seed()));
    map.put("test_share", String.valueOf(split.testShare()));
    map.put("validation_share", String.valueOf(split.validationShare()));
    map.put("group_by", split.groupBy());
    map.put("epochs", String.valueOf(notes.result().epochs()));
    put(map, "validation_", notes.result().validation());
    put(map, "test_", notes.result().test());
    map.put("device", notes.device());
    map.putAll(notes.others());
    map.remove(TrainingNotes.RECIPE); // It is a file of its own.
    map.values().removeIf(value -> value.isEmpty() || value.equals("NaN"));
    return map;
  }

  private static void put(Map<String, String> map, String part, TrainingNotes.Score score) {
    map.put(part + "top1", String.valueOf(score.top1()));
    map.put(part + "loss", String.valueOf(score.loss()));
  }

  /**
   * The inverse of {@link #of}. Earlier versions split by the training's seed, {@code seed}.
   *
   * @throws IllegalArgumentException naming the key whose value is no number
   */
  static TrainingNotes parse(Map<String, String> map) {
    Map<String, String> rest = new LinkedHashMap<>(map);
    return new TrainingNotes(
        text(rest, "command"),
        new TrainingNotes.Data(text(rest, "data"), split(rest)),
        text(rest, "model"),
        text(rest, "options"),
        new TrainingNotes.Result(
            (int) whole(rest, "epochs"), score(rest, "validation_"), score(rest, "test_")),
        text(rest, "device"),
        rest);
  }

  private static TrainingNotes.Split split(Map<String, String> rest) {
    return new TrainingNotes.Split(
        whole(rest, rest.containsKey("split_seed") ? "split_seed" : "seed"),
        number(rest, "test_share", USUAL_TEST_SHARE),
        number(rest, "validation_share", 0),
        text(rest, "group_by"));
  }

  private static TrainingNotes.Score score(Map<String, String> rest, String part) {
    return new TrainingNotes.Score(
        number(rest, part + "top1", Double.NaN), number(rest, part + "loss", Double.NaN));
  }

  private static String text(Map<String, String> rest, String key) {
    String text = rest.remove(key);
    return text == null ? "" : text;
  }

  private static long whole(Map<String, String> rest, String key) {
    String text = text(rest, key);
    try {
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + " is no whole number: " + text, e);
    }
  }

  private static double number(Map<String, String> rest, String key, double usual) {
    String text = text(rest, key);
    try {
      return text.isEmpty() ? usual : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + " is no number: " + text, e);
    }
  }
}
