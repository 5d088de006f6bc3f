package org.residuum.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.OpCase;
import org.residuum.backend.Precision;
import org.residuum.backend.RandomValues;
import org.residuum.backend.tolerance.RoundingNoise;
import org.residuum.backend.tolerance.Roundings;
import org.residuum.backend.tolerance.Shares;
import org.residuum.network.Network;

/**
 * Networks of the table of operations in bf16, optimised and as described, beside the reference.
 * Their inputs and parameters are values that bf16 stores as they are.
 */
public final class Bf16Comparison {
  public static final Roundings ROUNDINGS = Roundings.of(Precision.BF16);

  private final Shares shares;
  private final long seed;

  /**
   * A comparison of one backend.
   *
   * @param name of it, for the report
   */
  public Bf16Comparison(String name, long seed) {
    this.shares = new Shares(name);
    this.seed = seed;
  }

  /** A run of a network on the backend, by names of inputs, parameters and results. */
  public interface Run {
    Map<String, double[]> results(
        Map<String, double[]> inputs, Map<String, double[]> parameters, CompileOptions options);
  }

  /** Compares what runs of a row's network give. */
  public void check(String name, OpCase row, Network network, Run run) {
    RandomValues random = new RandomValues(seed);
    Map<String, double[]> inputs = stored(random.inputs(network, row.batch(), row.classes()));
    Map<String, double[]> parameters = stored(random.parameters(network));
    RoundingNoise.Results expected =
        RoundingNoise.of(network, row.batch(), inputs, parameters, ROUNDINGS, seed);
    CompileOptions options = CompileOptions.batch(row.batch());
    for (CompileOptions form : List.of(options, options.unoptimized())) {
      Map<String, double[]> got = run.results(inputs, parameters, form);
      assertTrue(expected.exact().keySet().containsAll(got.keySet()), () -> "" + got.keySet());
      got.forEach(
          (value, numbers) ->
              shares.checkNorm(
                  name + (form.optimize() ? ", optimised, " : ", as described, ") + value,
                  seed,
                  expected.exact().get(value),
                  numbers,
                  expected.tolerance(value)));
    }
  }

  private static Map<String, double[]> stored(Map<String, double[]> values) {
    Map<String, double[]> stored = new HashMap<>(values);
    stored.replaceAll((name, array) -> ROUNDINGS.stored(array));
    return stored;
  }

  /** Says how much of the tolerances was used. */
  public void report() {
    shares.report();
  }
}
