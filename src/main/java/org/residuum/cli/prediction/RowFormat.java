package org.residuum.cli.prediction;

import java.util.Locale;
import java.util.Map;

/** The formats of rows. */
public enum RowFormat {
  CSV,
  JSONL,
  PARQUET;

  private static final Map<String, RowFormat> BY_ENDING =
      Map.of("csv", CSV, "jsonl", JSONL, "ndjson", JSONL, "parquet", PARQUET);

  /** What a file's name says; CSV where it says nothing. */
  public static RowFormat of(String file) {
    String ending = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return BY_ENDING.getOrDefault(ending, CSV);
  }

  PredictionFormat of(RowSchema schema) {
    return switch (this) {
      case CSV -> new PredictionsCsv.Format(schema);
      case JSONL -> new PredictionsJson.Format(schema);
      case PARQUET -> new PredictionsParquet.Format(schema);
    };
  }

  /** As the command line has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
