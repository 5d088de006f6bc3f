package org.residuum.backend;

import java.util.HashMap;
import java.util.Map;
import org.residuum.backend.tolerance.RoundingNoise;
import org.residuum.backend.tolerance.Roundings;
import org.residuum.backend.tolerance.Selections;
import org.residuum.backend.tolerance.Shares;
import org.residuum.network.Network;
import org.residuum.plan.Gradients;

/**
 * A training step with roundings so coarse that some activations come out on the other side of 0,
 * where gradients change by whole terms. Loss, logits, statistics and every value that a gradient
 * selects by lie within their tolerance of the reference, and so flip within it only; every element
 * of every gradient does so, too, once the reference selects as the run did.
 */
final class CoarseStep {
  private final Network training;
  private final int batch;
  private final Map<String, double[]> inputs;
  private final Map<String, double[]> parameters;
  private final Roundings precision;
  private final long seed;

  CoarseStep(
      Network training,
      int batch,
      Map<String, double[]> inputs,
      Map<String, double[]> parameters,
      Roundings precision,
      long seed) {
    this.training = training;
    this.batch = batch;
    this.inputs = inputs;
    this.parameters = parameters;
    this.precision = precision;
    this.seed = seed;
  }

  /** Fails where an element leaves its tolerance; prints what the selections alone would cost. */
  void check(TrainingBackend backend, String what, Shares shares) {
    Network showing = Selections.showing(training);
    CompileOptions options = CompileOptions.batch(batch);
    Map<String, double[]> got = BackendRuns.learn(backend, showing, inputs, parameters, options);
    RoundingNoise.Results own = noise(showing, inputs);
    Map<String, double[]> selections = new HashMap<>(inputs);
    selections.putAll(got);
    RoundingNoise.Results given = noise(Selections.given(training), selections);
    for (String name : own.exact().keySet()) {
      RoundingNoise.Results results = Gradients.isGradient(name) ? given : own;
      double[] expected = results.exact().get(name);
      shares.check(what + " " + name, seed, expected, got.get(name), results.tolerance(name));
    }
    System.out.printf("%s, %s: %s%n", what, backend.description(), account(got, own, given));
  }

  private RoundingNoise.Results noise(Network network, Map<String, double[]> given) {
    return RoundingNoise.of(network, batch, given, parameters, precision, seed);
  }

  private static String account(
      Map<String, double[]> got, RoundingNoise.Results own, RoundingNoise.Results given) {
    long flips = 0;
    long saved = 0;
    double ownShare = 0;
    double givenShare = 0;
    for (Map.Entry<String, double[]> result : got.entrySet()) {
      String name = result.getKey();
      if (Selections.isSaved(name)) {
        flips += Selections.flips(own.exact().get(name), result.getValue());
        saved += result.getValue().length;
      } else if (Gradients.isGradient(name)) {
        ownShare = Math.max(ownShare, share(name, result.getValue(), own, given));
        givenShare = Math.max(givenShare, share(name, result.getValue(), given, given));
      }
    }
    return String.format(
        "%d of %,d selections flip; gradients use %.2f of their tolerance, with the selections of"
            + " the reference %.2f",
        flips, saved, givenShare, ownShare);
  }

  private static double share(
      String name, double[] got, RoundingNoise.Results expected, RoundingNoise.Results allowed) {
    return Shares.largest(expected.exact().get(name), got, allowed.tolerance(name));
  }
}
