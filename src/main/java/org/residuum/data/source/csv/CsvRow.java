package org.residuum.data.source.csv;

import org.residuum.data.InvalidDataException;

/**
 * A row of a CSV file as a vector.
 *
 * @param number from 1, a header not counted
 * @param values {@code (F)}; not copied; null where the line is not what it should be
 * @param problem what is wrong with it, or null
 */
public record CsvRow(long number, float[] values, String problem) {
  /**
   * The values.
   *
   * @throws InvalidDataException where the line is not what it should be
   */
  public float[] requireValues() throws InvalidDataException {
    if (problem != null) {
      throw new InvalidDataException(problem);
    }
    return values;
  }

  /** The row's number. */
  @Override
  public String toString() {
    return String.valueOf(number);
  }
}
