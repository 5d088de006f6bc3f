package org.residuum.spark.job;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.residuum.data.source.csv.UsualColumns;

/** The column of a table that holds pictures, where nobody names it. */
final class UsualPictures {
  private UsualPictures() {}

  /**
   * The only column of bytes, of Spark's image structs, or of structs with bytes as Hugging Face
   * has them; else the first of text with a usual name.
   *
   * @return its name; with a dot for a field of a struct
   * @throws IllegalArgumentException where there is none, or more than one
   */
  static String of(StructType schema) {
    List<String> found = new ArrayList<>();
    for (StructField field : schema.fields()) {
      if (field.dataType().equals(DataTypes.BinaryType) || isImage(field.dataType())) {
        found.add(field.name());
      } else if (hasBytes(field.dataType())) {
        found.add(field.name() + ".bytes");
      }
    }
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          "column: several may be pictures, " + String.join(", ", found) + "; name one");
    }
    return found.isEmpty() ? path(schema) : found.get(0);
  }

  private static boolean isImage(DataType type) {
    return type instanceof StructType struct
        && Arrays.asList(struct.fieldNames()).containsAll(List.of("nChannels", "data"));
  }

  private static boolean hasBytes(DataType type) {
    return type instanceof StructType struct
        && Arrays.stream(struct.fields())
            .anyMatch(
                field ->
                    field.name().equals("bytes") && field.dataType().equals(DataTypes.BinaryType));
  }

  private static String path(StructType schema) {
    for (String usual : UsualColumns.PATHS) {
      for (StructField field : schema.fields()) {
        if (field.name().equalsIgnoreCase(usual) && field.dataType().equals(DataTypes.StringType)) {
          return field.name();
        }
      }
    }
    throw new IllegalArgumentException(
        "column: no column of bytes or image structs, and none of paths with a usual name, among "
            + String.join(", ", schema.fieldNames())
            + "; name it");
  }
}
