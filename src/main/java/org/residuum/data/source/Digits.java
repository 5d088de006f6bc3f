package org.residuum.data.source;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.network.Shape;

/**
 * The UCI handwritten digits (Alpaydin and Kaynak, 1998): a line an example, 64 grey values 0..16
 * in row order and the digit. The values stay as they are, with {@code maxValue} 16.
 */
final class Digits {
  private static final int VALUES = 64;
  private static final int MAX_VALUE = 16;

  private Digits() {}

  /** Reads {@code optdigits.tra} or {@code optdigits.tes}, {@code (1, 8, 8)}. */
  static StoredImages read(Path folder, Dataset.Split split) throws IOException {
    if (split == Dataset.Split.ALL) {
      return StoredImages.concat(
          read(folder, Dataset.Split.TRAIN), read(folder, Dataset.Split.TEST));
    }
    Path file = folder.resolve(split == Dataset.Split.TRAIN ? "optdigits.tra" : "optdigits.tes");
    if (!Files.isRegularFile(file)) {
      throw new InvalidDataException(
          "no file %s in %s; digits:DIR needs optdigits.tra and optdigits.tes"
              .formatted(file.getFileName(), folder));
    }
    List<byte[]> rows = rows(file);
    byte[][] pixels = new byte[rows.size()][VALUES];
    int[] classes = new int[rows.size()];
    for (int i = 0; i < classes.length; i++) {
      System.arraycopy(rows.get(i), 0, pixels[i], 0, VALUES);
      classes[i] = rows.get(i)[VALUES];
    }
    return new StoredImages("digits", Shape.of(1, 8, 8), Labels.DIGITS, pixels, classes, MAX_VALUE);
  }

  private static List<byte[]> rows(Path file) throws IOException {
    List<byte[]> rows = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        rows.add(row(file, rows.size() + 1, line));
      }
    } catch (MalformedInputException e) {
      throw new InvalidDataException(
          file + ": not ASCII text after line " + rows.size() + "; fetch the file again", e);
    }
    if (rows.isEmpty()) {
      throw new InvalidDataException(file + ": empty, at least 1 line expected; fetch it again");
    }
    return rows;
  }

  private static byte[] row(Path file, int line, String text) throws IOException {
    String[] fields = text.split(",", -1);
    if (fields.length != VALUES + 1) {
      throw new InvalidDataException(
          "%s:%s: %s values, expected 64 grey values and a digit; fetch the file again"
              .formatted(file, line, fields.length));
    }
    byte[] row = new byte[VALUES + 1];
    for (int column = 0; column <= VALUES; column++) {
      row[column] = value(file, line, column, fields[column]);
    }
    return row;
  }

  private static byte value(Path file, int line, int column, String field) throws IOException {
    int max = column < VALUES ? MAX_VALUE : 9;
    try {
      int value = Integer.parseInt(field.strip());
      if (value >= 0 && value <= max) {
        return (byte) value;
      }
    } catch (NumberFormatException notANumber) {
      // Reported below, together with numbers out of range.
    }
    throw new InvalidDataException(
        "%s:%s: column %s: '%s' is not a whole number in 0..%s; fetch the file again"
            .formatted(file, line, column + 1, field, max));
  }
}
