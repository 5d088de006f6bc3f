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
    map.put("seed", String.valueOf(notes.data().seed()));
    map.put("test_share", String.valueOf(notes.data().testShare()));
    map.put("epochs", String.valueOf(notes.result().epochs()));
    map.put("test_top1", String.valueOf(notes.result().testTop1()));
    map.put("test_loss", String.valueOf(notes.result().testLoss()));
    map.put("device", notes.device());
    map.putAll(notes.others());
    map.values().removeIf(value -> value.isEmpty() || value.equals("NaN"));
    return map;
  }

  /**
   * The inverse of {@link #of}.
   *
   * @throws IllegalArgumentException naming the key whose value is no number
   */
  static TrainingNotes parse(Map<String, String> map) {
    Map<String, String> rest = new LinkedHashMap<>(map);
    return new TrainingNotes(
        text(rest, "command"),
        new TrainingNotes.Data(
            text(rest, "data"), whole(rest, "seed"), number(rest, "test_share", USUAL_TEST_SHARE)),
        text(rest, "model"),
        text(rest, "options"),
        new TrainingNotes.Result(
            (int) whole(rest, "epochs"),
            number(rest, "test_top1", Double.NaN),
            number(rest, "test_loss", Double.NaN)),
        text(rest, "device"),
        rest);
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
