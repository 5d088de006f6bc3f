package org.residuum.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.network.Network;

/**
 * Which parameters are trained from when on, and how fast, where not all are alike. Parameters are
 * named by the modules that they are in: {@code layer1} is all of {@code layer1.0.conv1.weight} and
 * the like, {@code body} all but the classifier's last layer; of several names that fit one
 * parameter the longest counts.
 *
 * @param freeze what keeps the values that it starts with, batch norms' statistics included
 * @param unfreeze the first epoch, from 1, in which a part is trained that is frozen before
 * @param rates factors of the learning rate, above 0
 * @param freezeNorms whether all batch norms are frozen throughout, which small batches need
 */
public record FineTuning(
    List<String> freeze,
    Map<String, Integer> unfreeze,
    Map<String, Double> rates,
    boolean freezeNorms) {
  /** All but the last layer. */
  public static final String BODY = "body";

  /** All parameters, at the same rate, from the first epoch on. */
  public static final FineTuning NONE = new FineTuning(List.of(), Map.of(), Map.of(), false);

  public FineTuning {
    freeze = List.copyOf(freeze);
    unfreeze = Collections.unmodifiableMap(new LinkedHashMap<>(unfreeze));
    rates = Collections.unmodifiableMap(new LinkedHashMap<>(rates));
    unfreeze.forEach(
        (part, epoch) -> TrainingOptions.requireAtLeastOne("the epoch that trains " + part, epoch));
    rates.forEach(
        (part, factor) -> {
          if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                "the rate of "
                    + part
                    + " must be above 0 and finite, not "
                    + factor
                    + "; freeze what is not to change");
          }
        });
  }

  /** The same with other parts frozen, for good or until an epoch. */
  public FineTuning withFrozen(List<String> forGood, Map<String, Integer> until) {
    return new FineTuning(forGood, until, rates, freezeNorms);
  }

  /** The same with other factors of the learning rate. */
  public FineTuning withRates(Map<String, Double> factors) {
    return new FineTuning(freeze, unfreeze, factors, freezeNorms);
  }

  /** How many parameters of a network it trains in an epoch, counted from 1. */
  public long trained(Network network, int epoch) {
    return new TrainedPart(network, this).count(epoch);
  }

  /**
   * Checks that it is for this network.
   *
   * @throws IllegalArgumentException where it names a part that the network does not have, or
   *     leaves nothing to train
   */
  public void requireFit(Network network) {
    new TrainedPart(network, this).requireSome();
  }
}
