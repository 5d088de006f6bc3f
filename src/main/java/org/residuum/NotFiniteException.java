package org.residuum;

import java.util.List;
import java.util.stream.IntStream;
import org.residuum.train.loop.Scores;

/**
 * A network gave NaN or an infinity for some examples: no class of them is likelier than another.
 * The results of the others are in {@link #results}.
 */
public final class NotFiniteException extends ArithmeticException {
  private static final long serialVersionUID = 1;

  private final transient List<List<Prediction>> results;

  NotFiniteException(List<List<Prediction>> results) {
    super(message(rows(results), results.size()));
    this.results = results;
  }

  private static List<Integer> rows(List<List<Prediction>> results) {
    return IntStream.range(0, results.size())
        .filter(row -> results.get(row).isEmpty())
        .boxed()
        .toList();
  }

  private static String message(List<Integer> rows, int count) {
    String which =
        rows.size() == 1
            ? "example " + rows.get(0) + " of " + count
            : rows.size() + " of " + count + " examples, the first " + rows.get(0);
    return which + " (counted from 0): " + Scores.NOT_FINITE;
  }

  /** The results of all examples in their order, with an empty list for each that has none. */
  public List<List<Prediction>> results() {
    return results;
  }

  /** The examples without a result, counted from 0. */
  public List<Integer> rows() {
    return rows(results);
  }
}
