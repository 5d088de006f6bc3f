package org.residuum.spark;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.residuum.Model;
import org.residuum.train.loop.Scores;

/** What the output column holds of a picture. */
enum Output {
  /** The likeliest classes, the likeliest first. */
  LABELS(DataTypes.createArrayType(classType(), false)),
  /** Of all classes, in their order. */
  PROBABILITIES(DataTypes.createArrayType(DataTypes.DoubleType, false)),
  /** The network's outputs. */
  LOGITS(DataTypes.createArrayType(DataTypes.FloatType, false)),
  /** The values of a layer. */
  EMBEDDING(DataTypes.createArrayType(DataTypes.FloatType, false));

  private final DataType type;

  Output(DataType type) {
    this.type = type;
  }

  private static StructType classType() {
    return new StructType(
        new StructField[] {
          DataTypes.createStructField("index", DataTypes.IntegerType, false),
          DataTypes.createStructField("label", DataTypes.StringType, false),
          DataTypes.createStructField("probability", DataTypes.DoubleType, false)
        });
  }

  /** The type of the column. */
  DataType type() {
    return type;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Output of(String name) {
    return Arrays.stream(values())
        .filter(output -> output.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "output " + name + ": it is one of " + String.join(", ", names())));
  }

  static List<String> names() {
    return Arrays.stream(values()).map(Output::toString).toList();
  }

  /**
   * Checks that a model can give it for pictures.
   *
   * @param layer of an embedding; empty for the usual one
   * @return the layer whose values are wanted; null for the network's output
   * @throws IllegalArgumentException where it cannot
   * @throws org.residuum.format.FormatException where it is no classifier
   */
  String check(Model model, String layer) throws IOException {
    model.requireClasses();
    if (model.preprocessing().isEmpty()) {
      throw new IllegalArgumentException(
          model
              + ": it does not say how its pictures are fitted and normalised; residuum convert"
              + " MODEL FOLDER --preset imagenet, for example, makes one of it that does");
    }
    if (!model.requirePreprocessing().isPicture()) {
      throw new IllegalArgumentException(
          model + " takes vectors of " + model.exampleShape() + "; this stage is for pictures");
    }
    if (this == EMBEDDING) {
      String chosen = layer.isEmpty() ? model.embeddingLayer() : layer;
      model.network().upTo(chosen);
      return chosen;
    }
    if (!layer.isEmpty()) {
      throw new IllegalArgumentException(
          "layer " + layer + ": it is for output embedding, not " + this);
    }
    if (this != LOGITS) {
      Scores.classes(model.network());
    }
    return null;
  }

  /**
   * Makes the column's value of a row of finite outputs.
   *
   * @param top how many classes
   */
  Function<float[], Object> of(Model model, int top) {
    return switch (this) {
      case LOGITS, EMBEDDING -> row -> row;
      case PROBABILITIES -> {
        Function<float[], Scores> scoresOf = Scores.ofRows(model.network());
        int[] all = IntStream.range(0, model.classes()).toArray();
        yield row -> scoresOf.apply(row).probabilities(0, all);
      }
      case LABELS -> {
        Function<float[], Scores> scoresOf = Scores.ofRows(model.network());
        yield row -> labels(scoresOf.apply(row), model.labels(), top);
      }
    };
  }

  static boolean areFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static Row[] labels(Scores scores, List<String> labels, int top) {
    int[] highest = scores.highest(0, top);
    double[] probabilities = scores.probabilities(0, highest);
    Row[] rows = new Row[highest.length];
    for (int i = 0; i < rows.length; i++) {
      String label = labels.isEmpty() ? String.valueOf(highest[i]) : labels.get(highest[i]);
      rows[i] = RowFactory.create(highest[i], label, probabilities[i]);
    }
    return rows;
  }
}
