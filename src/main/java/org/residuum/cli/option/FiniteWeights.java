package org.residuum.cli.option;

import java.util.List;
import java.util.stream.Collectors;
import org.residuum.cli.text.Console;
import org.residuum.network.Parameters;
import org.residuum.text.Units;

/** Warns of a model whose weights are not all finite: what it gives may not be finite either. */
public final class FiniteWeights {
  private static final int MOST_NAMED = 10;

  private FiniteWeights() {}

  /** A line that names the tensors, if there are any. */
  public static void check(String model, Parameters parameters, Console console) {
    List<String> found = parameters.notFinite();
    if (found.isEmpty()) {
      return;
    }
    String names = found.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    console.say(
        "warning   %s: %s with values that are not finite: %s%s; results may be NaN, and are errors"
            + " then",
        model,
        Units.count(found.size(), "tensor"),
        names.replaceAll("\\p{Cntrl}", "?"),
        found.size() > MOST_NAMED ? " and " + (found.size() - MOST_NAMED) + " more" : "");
  }
}
