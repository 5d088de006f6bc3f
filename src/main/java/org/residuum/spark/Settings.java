package org.residuum.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/** Params of a stage as texts, as SQL and command lines have them. */
final class Settings {
  private Settings() {}

  /**
   * Sets the params that are named, without regard to case.
   *
   * @throws IllegalArgumentException for a name that is no param, or a value that it does not take
   */
  static ImageClassifier set(ImageClassifier classifier, Map<String, String> values) {
    values.forEach((name, value) -> set(classifier, param(classifier, name), value));
    return classifier;
  }

  private static Param<?> param(ImageClassifier classifier, String name) {
    List<String> known = new ArrayList<>();
    for (Param<?> param : classifier.params()) {
      if (param.name().equalsIgnoreCase(name)) {
        return param;
      }
      known.add(param.name());
    }
    throw new IllegalArgumentException(
        name + ": there is no such option; there are " + String.join(", ", known));
  }

  private static void set(ImageClassifier classifier, Param<?> param, String value) {
    if (!(param instanceof IntParam)) {
      classifier.set(param.name(), value);
      return;
    }
    try {
      classifier.set(param.name(), Integer.valueOf(value.strip()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(param.name() + " " + value + ": it is a whole number", e);
    }
  }
}
