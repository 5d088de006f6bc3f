package org.residuum.cli.option;

import java.util.Map;
import org.residuum.Model;
import org.residuum.cli.prediction.RowFormat;
import org.residuum.cli.prediction.RowSchema;
import org.residuum.cli.prediction.RowSchema.Content;
import org.residuum.cli.text.CommandFailure;
import org.residuum.data.Task;
import picocli.CommandLine.Option;

/** What the rows of {@code predict} say, and how they are written down. */
public final class RowOptions {
  /** {@code --embeddings} without a layer. */
  private static final String USUAL = "";

  private static final double USUAL_THRESHOLD = 0.5;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "How many classes each, of those there are (default: 1).")
  private Integer top;

  @Option(
      names = "--logits",
      description =
          "In place of classes all outputs of the network: columns logit_0 and so on, in the order"
              + " of the labels; in JSON Lines and Parquet a list.")
  private boolean logits;

  @Option(
      names = "--embeddings",
      arity = "0..1",
      fallbackValue = USUAL,
      paramLabel = "LAYER",
      description =
          "In place of classes the values of a layer, such as layer4.1 or layer4.1.conv2: columns"
              + " embedding_0 and so on; in JSON Lines and Parquet a list. Without LAYER: what the"
              + " last dense layer reads.")
  private String layer;

  @Option(
      names = "--format",
      paramLabel = "csv|jsonl|parquet",
      description =
          "How rows are written; else the ending of the file says it (.csv, .jsonl, .ndjson,"
              + " .parquet), or it is csv. A Parquet file in the making, FILE.part, has JSON"
              + " Lines.")
  private RowFormat format;

  @Option(
      names = "--threshold",
      paramLabel = "P",
      description =
          "Of a model of several labels: the least probability of those that an item is said to"
              + " have (default: 0.5).")
  private Double threshold;

  /** Refuses what does not suit what a model tells. */
  private void check(Task task) {
    boolean others = task != Task.CLASSIFY && content() == Content.CLASSES;
    if (top != null && others) {
      throw CommandFailure.usage(
          "--top-k: it is for classes; a model of task " + task + " gives all its outputs");
    }
    if (threshold != null && !(others && task == Task.MULTILABEL)) {
      throw CommandFailure.usage(
          "--threshold: it is for the labels of a model of task multilabel; leave it out");
    }
    if (threshold != null && !(threshold >= 0 && threshold <= 1)) {
      throw CommandFailure.usage("--threshold " + threshold + ": it is in 0..1");
    }
  }

  /** Refuses what does not go together. */
  public void check(boolean toFile) {
    if (top != null && top < 1) {
      throw CommandFailure.usage("--top-k " + top + ": at least 1");
    }
    if (logits && layer != null) {
      throw CommandFailure.usage("--logits and --embeddings: give one of them");
    }
    if (top != null && content() != Content.CLASSES) {
      throw CommandFailure.usage(
          "--top-k is for classes; leave it out with " + (logits ? "--logits" : "--embeddings"));
    }
    if (format == RowFormat.PARQUET && !toFile) {
      throw CommandFailure.usage("--format parquet: it needs --out, a terminal takes text");
    }
  }

  private Content content() {
    return logits ? Content.LOGITS : layer != null ? Content.EMBEDDING : Content.CLASSES;
  }

  /**
   * The format of a file.
   *
   * @param out its name, or null
   */
  public RowFormat format(String out) {
    return format != null ? format : out == null ? RowFormat.CSV : RowFormat.of(out);
  }

  /** What is to run: the model, or the part of it that the embeddings need. */
  public Model part(Model model) {
    if (content() != Content.EMBEDDING) {
      return model;
    }
    try {
      return model.upTo(layer.equals(USUAL) ? model.embeddingLayer() : layer);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--embeddings " + layer + ": " + e.getMessage());
    }
  }

  /**
   * What rows say.
   *
   * @param items what a row is about: {@code file} or {@code row}
   * @param part as {@link #part} gives it
   */
  public RowSchema schema(String items, Model part) {
    check(part.outputs().task());
    if (part.outputs().task() != Task.CLASSIFY && content() == Content.CLASSES) {
      return RowSchema.ofOutputs(
          items, part.labels(), part.outputs(), threshold == null ? USUAL_THRESHOLD : threshold);
    }
    int values = part.network().outputs().values().iterator().next().shape().elements();
    return content() == Content.CLASSES
        ? RowSchema.ofClasses(items, Math.min(top == null ? 1 : top, part.classes()))
        : RowSchema.ofValues(items, content(), values);
  }

  /**
   * What rows depend on.
   *
   * @param out the name of the file
   */
  public void addTo(Map<String, String> settings, String out) {
    settings.put("--format", format(out).toString());
    settings.put("--top-k", String.valueOf(top == null ? 1 : top));
    settings.put("--threshold", String.valueOf(threshold));
    settings.put("--logits", String.valueOf(logits));
    settings.put("--embeddings", String.valueOf(layer));
  }
}
