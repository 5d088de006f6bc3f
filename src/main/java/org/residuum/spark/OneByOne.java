package org.residuum.spark;

import java.io.IOException;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.residuum.data.Picture;

/** What a function of SQL does with a picture. Spark calls it row by row, in any task. */
final class OneByOne implements UDF1<Object, Object> {
  private static final long serialVersionUID = 1;

  private final Work work;

  private transient volatile Function<float[], Object> reading;
  private transient volatile PictureColumn column;
  private transient volatile DataType columnType;

  OneByOne(Work work) {
    this.work = work;
  }

  DataType type() {
    return work.type();
  }

  /** Equal where the values for equal pictures are. */
  String meaning() {
    return work.meaning();
  }

  /**
   * The value of {@link Output} for a picture.
   *
   * @param picture bytes of a file, a path or an image struct
   * @return null where there is no picture, it cannot be read, or the outputs are not all finite
   */
  @Override
  public Object call(Object picture) throws IOException {
    if (picture == null) {
      return null;
    }
    Engine engine = work.engine();
    Picture fitted = fitted(picture, engine);
    if (fitted == null) {
      return null;
    }
    float[] values = engine.gathering().outputs(fitted);
    return Output.areFinite(values) ? reading(engine).apply(values) : null;
  }

  private Picture fitted(Object picture, Engine engine) {
    PictureColumn here = column(picture);
    try {
      return here.fitWithMemory(RowFactory.create(picture), engine.preprocessing());
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return null;
    }
  }

  private PictureColumn column(Object picture) {
    DataType type = typeOf(picture);
    PictureColumn known = column;
    if (known == null || !type.equals(columnType)) {
      known = PictureColumn.of(new StructType().add("picture", type), "picture");
      column = known;
      columnType = type;
    }
    return known;
  }

  private static DataType typeOf(Object picture) {
    if (picture instanceof Row struct) {
      return struct.schema();
    }
    if (picture instanceof byte[]) {
      return DataTypes.BinaryType;
    }
    if (picture instanceof String) {
      return DataTypes.StringType;
    }
    throw new IllegalArgumentException(
        "the argument is of Java's type "
            + picture.getClass().getSimpleName()
            + "; pictures are bytes of files (binary), paths (string) or Spark's image struct");
  }

  private Function<float[], Object> reading(Engine engine) {
    Function<float[], Object> known = reading;
    if (known == null) {
      known = work.reading(engine);
      reading = known;
    }
    return known;
  }
}
