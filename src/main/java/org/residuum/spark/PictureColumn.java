package org.residuum.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;

/** The column that pictures come from. */
abstract class PictureColumn implements Serializable {
  private static final long serialVersionUID = 1;

  /** Where nothing names the picture. */
  private static final String UNNAMED = "picture";

  /** Written where a picture is decoded alone. */
  private static final ReadWriteLock MEMORY = new ReentrantReadWriteLock();

  final int index;

  PictureColumn(int index) {
    this.index = index;
  }

  /**
   * The column of that name.
   *
   * @throws IllegalArgumentException where there is none, or it holds no pictures
   */
  static PictureColumn of(StructType schema, String name) {
    long found = Arrays.stream(schema.fieldNames()).filter(name::equals).count();
    if (found != 1) {
      throw new IllegalArgumentException(
          "inputCol "
              + name
              + (found == 0
                  ? ": there is no such column, there are " + String.join(", ", schema.fieldNames())
                  : ": there are " + found + " columns of that name; rename all but one"));
    }
    int index = schema.fieldIndex(name);
    DataType type = schema.fields()[index].dataType();
    if (type.equals(DataTypes.BinaryType)) {
      return new Encoded(index);
    }
    if (type instanceof StringType) {
      return new Paths(index);
    }
    if (type instanceof StructType struct && Pixels.isImage(struct)) {
      return new Pixels(index, struct);
    }
    throw new IllegalArgumentException(
        "inputCol "
            + name
            + ": it is "
            + type.simpleString()
            + "; pictures are bytes of files (binary), paths (string) or Spark's image struct");
  }

  /** What a row's picture is called in errors. */
  abstract String name(Row row);

  /**
   * A row's picture at the input's size.
   *
   * @throws IOException where it cannot be read; the message may begin with the name
   */
  abstract Picture fit(Row row, Preprocessing preprocessing) throws IOException;

  /** The same; a picture that lacked memory beside those of other tasks may have it alone. */
  final Picture fitWithMemory(Row row, Preprocessing preprocessing) throws IOException {
    try {
      return locked(MEMORY.readLock(), row, preprocessing);
    } catch (IOException | OutOfMemoryError e) {
      if (!lacksMemory(e)) {
        throw e;
      }
      return locked(MEMORY.writeLock(), row, preprocessing);
    }
  }

  private static boolean lacksMemory(Throwable thrown) {
    return thrown != null && (thrown instanceof OutOfMemoryError || lacksMemory(thrown.getCause()));
  }

  private Picture locked(Lock lock, Row row, Preprocessing preprocessing) throws IOException {
    lock.lock();
    try {
      return fit(row, preprocessing);
    } finally {
      lock.unlock();
    }
  }

  /** The bytes of picture files. */
  private static final class Encoded extends PictureColumn {
    private static final long serialVersionUID = 1;

    Encoded(int index) {
      super(index);
    }

    @Override
    String name(Row row) {
      return UNNAMED;
    }

    @Override
    Picture fit(Row row, Preprocessing preprocessing) throws IOException {
      return preprocessing.fit(UNNAMED, (byte[]) row.get(index));
    }
  }

  /** Paths of picture files. */
  private static final class Paths extends PictureColumn {
    private static final long serialVersionUID = 1;

    Paths(int index) {
      super(index);
    }

    @Override
    String name(Row row) {
      return row.getString(index);
    }

    @Override
    Picture fit(Row row, Preprocessing preprocessing) throws IOException {
      String path = row.getString(index);
      return preprocessing.fit(path, Storage.bytes(path));
    }
  }

  /** Pictures that Spark has decoded: rows of pixels, each grey, or blue, green, red (, alpha). */
  private static final class Pixels extends PictureColumn {
    private static final long serialVersionUID = 1;
    private static final String[] FIELDS = {"origin", "height", "width", "nChannels", "data"};
    private static final List<DataType> TYPES =
        List.of(
            DataTypes.StringType,
            DataTypes.IntegerType,
            DataTypes.IntegerType,
            DataTypes.IntegerType,
            DataTypes.BinaryType);

    private final int[] fields;

    Pixels(int index, StructType struct) {
      super(index);
      fields = Arrays.stream(FIELDS).mapToInt(struct::fieldIndex).toArray();
    }

    static boolean isImage(StructType struct) {
      List<String> names = Arrays.asList(struct.fieldNames());
      return names.containsAll(Arrays.asList(FIELDS))
          && Arrays.stream(FIELDS)
              .map(name -> struct.apply(name).dataType())
              .toList()
              .equals(TYPES);
    }

    @Override
    String name(Row row) {
      String origin = row.getStruct(index).getString(fields[0]);
      return origin == null || origin.isEmpty() ? UNNAMED : origin;
    }

    @Override
    Picture fit(Row row, Preprocessing preprocessing) throws IOException {
      Row image = row.getStruct(index);
      for (int i = 1; i < fields.length; i++) {
        if (image.isNullAt(fields[i])) {
          throw new InvalidDataException("an image whose " + FIELDS[i] + " is null");
        }
      }
      int height = image.getInt(fields[1]);
      int width = image.getInt(fields[2]);
      int channels = image.getInt(fields[3]);
      byte[] data = (byte[]) image.get(fields[4]);
      if (height < 1 || width < 1 || (channels != 1 && channels != 3 && channels != 4)) {
        throw new InvalidDataException(
            "an image of %s x %s pixels with %s channels: sides must be positive, channels 1, 3 or 4"
                .formatted(height, width, channels));
      }
      if (data.length != (long) height * width * channels) {
        throw new InvalidDataException(
            "an image of %s x %s pixels with %s channels has %s bytes, not %s"
                .formatted(height, width, channels, data.length, (long) height * width * channels));
      }
      return preprocessing.fit(picture(height, width, channels, data));
    }

    private static Picture picture(int height, int width, int channels, byte[] data) {
      if (channels == 1) {
        return new Picture(height, width, 1, data);
      }
      byte[] rgb = new byte[height * width * 3];
      for (int in = 0, out = 0; out < rgb.length; in += channels, out += 3) {
        rgb[out] = data[in + 2];
        rgb[out + 1] = data[in + 1];
        rgb[out + 2] = data[in];
      }
      return new Picture(height, width, 3, rgb);
    }
  }
}
