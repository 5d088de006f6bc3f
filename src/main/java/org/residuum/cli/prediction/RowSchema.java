package org.residuum.cli.prediction;

import java.util.ArrayList;
import java.util.List;

/**
 * What each row says beside its item: classes or values, and why there are none.
 *
 * @param items what is classified: {@code file} or {@code row}
 * @param size how many classes or values
 */
public record RowSchema(String items, Content content, int size) {
  /** What a row is about. */
  public enum Content {
    /** The likeliest classes and their probabilities. */
    CLASSES("prediction"),
    /** The network's output for each class. */
    LOGITS("logit"),
    /** The values of a layer. */
    EMBEDDING("embedding");

    private final String one;

    Content(String one) {
      this.one = one;
    }
  }

  /** The likeliest classes of each item. */
  public static RowSchema ofClasses(String items, int classes) {
    return new RowSchema(items, Content.CLASSES, classes);
  }

  /** What a value is called, counted from 0 where each has a column of its own. */
  String value() {
    return content.one;
  }

  /** What the values are called as a whole. */
  String values() {
    return content == Content.LOGITS ? "logits" : content.one;
  }

  /** The names of columns between the item's and the error's, where a class has two. */
  List<String> columns() {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      if (content != Content.CLASSES) {
        columns.add(content.one + "_" + i);
      } else {
        String rank = i == 0 ? "" : "_" + (i + 1);
        columns.add("label" + rank);
        columns.add("probability" + rank);
      }
    }
    return columns;
  }
}
