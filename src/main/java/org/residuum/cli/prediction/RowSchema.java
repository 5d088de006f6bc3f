package org.residuum.cli.prediction;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.residuum.data.Outputs;
import org.residuum.data.Task;

/**
 * What each row says beside its item: classes or values, and why there are none.
 *
 * @param items what is classified: {@code file} or {@code row}
 * @param size how many classes or values
 * @param names of the values, where they have some
 * @param outputs what the values stand for
 * @param threshold the least probability of a label that an item is said to have
 */
public record RowSchema(
    String items,
    Content content,
    int size,
    List<String> names,
    Outputs outputs,
    double threshold) {
  /** What is between the labels of one item. */
  private static final String BETWEEN = ";";

  /** Columns that are there whatever the values are called. */
  private static final Set<String> TAKEN = Set.of("file", "row", "labels", "error");

  /** What a row is about. */
  public enum Content {
    /** The likeliest classes and their probabilities. */
    CLASSES("prediction"),
    /** The network's output for each class. */
    LOGITS("logit"),
    /** The values of a layer. */
    EMBEDDING("embedding"),
    /** The probability of each label, and those that the item has. */
    LABELS("probability"),
    /** The numbers of a regression. */
    NUMBERS("value");

    private final String one;

    Content(String one) {
      this.one = one;
    }
  }

  /** The likeliest classes of each item. */
  public static RowSchema ofClasses(String items, int classes) {
    return new RowSchema(items, Content.CLASSES, classes, List.of(), Outputs.CLASSES, 0);
  }

  /** The outputs of a network, or of a layer, as they are. */
  public static RowSchema ofValues(String items, Content content, int size) {
    return new RowSchema(items, content, size, List.of(), Outputs.CLASSES, 0);
  }

  /** What a network says of labels that do not exclude each other, or its numbers. */
  public static RowSchema ofOutputs(
      String items, List<String> names, Outputs outputs, double threshold) {
    Content content = outputs.task() == Task.MULTILABEL ? Content.LABELS : Content.NUMBERS;
    List<String> free =
        names.stream().map(name -> TAKEN.contains(name) ? "predicted_" + name : name).toList();
    return new RowSchema(items, content, names.size(), free, outputs, threshold);
  }

  /** The labels that an item is said to have, by their probabilities. */
  String labels(float... probabilities) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < probabilities.length; i++) {
      if (probabilities[i] >= threshold) {
        labels.add(names.get(i));
      }
    }
    return String.join(BETWEEN, labels);
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
    if (content == Content.LABELS) {
      columns.add("labels");
    }
    if (!names.isEmpty()) {
      columns.addAll(names);
      return columns;
    }
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
