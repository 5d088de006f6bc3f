package org.residuum.data.decode.webp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The tables of VP8, from a file that lies beside this class. */
final class Vp8Tables {
  private static final String FILE = "vp8-tables.txt";

  /** {@code (kind, band, context, 11)}: 4 × 8 × 3 × 11. */
  static final int[] COEFFICIENTS;

  /** The probabilities that one of those is updated. */
  static final int[] UPDATES;

  /** {@code (mode above, mode at the left, 9)}. */
  static final int[] BLOCK_MODES;

  static final int[] DC_STEPS;
  static final int[] AC_STEPS;

  static {
    int[] all = numbers();
    int coefficients = 4 * 8 * 3 * 11;
    COEFFICIENTS = Arrays.copyOfRange(all, 0, coefficients);
    UPDATES = Arrays.copyOfRange(all, coefficients, 2 * coefficients);
    int modesEnd = 2 * coefficients + 900;
    BLOCK_MODES = Arrays.copyOfRange(all, 2 * coefficients, modesEnd);
    DC_STEPS = Arrays.copyOfRange(all, modesEnd, modesEnd + 128);
    AC_STEPS = Arrays.copyOfRange(all, modesEnd + 128, modesEnd + 256);
  }

  private Vp8Tables() {}

  private static int[] numbers() {
    try (InputStream in = Vp8Tables.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IOException(FILE + " is missing beside the class " + Vp8Tables.class.getName());
      }
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))
          .lines()
          .filter(line -> !line.startsWith("#"))
          .flatMap(line -> Arrays.stream(line.split(" ")))
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
