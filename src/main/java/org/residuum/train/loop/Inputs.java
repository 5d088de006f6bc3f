package org.residuum.train.loop;

import org.residuum.backend.lower.Batches;
import org.residuum.network.Network;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.plan.Gradients;

/** The input through which a network sees its examples. */
public final class Inputs {
  private Inputs() {}

  public static Value of(Network network) {
    return Batches.onlyInput(network, Gradients.targetsOf(network));
  }

  /** That input, checked to take the examples of some data. */
  public static Value matching(Network network, Shape example, String whose) {
    Value input = of(network);
    if (!input.shape().equals(Shape.batch(example.toArray()))) {
      throw new IllegalArgumentException(
          "%s takes %s, an example of %s is %s; build the network for that shape"
              .formatted(network.name(), input.shape(), whose, example));
    }
    return input;
  }
}
