package org.residuum.network.gradient;

import java.util.List;
import org.residuum.network.Shape;

/** What gradients ask of their inputs. */
final class Inputs {
  private Inputs() {}

  static void requireCount(List<Shape> inputs, int count) {
    if (inputs.size() != count) {
      throw new IllegalArgumentException("takes " + count + " inputs, not " + inputs.size());
    }
  }

  static void requireEqual(Shape expected, Shape given) {
    if (!expected.equals(given)) {
      throw new IllegalArgumentException("needs the shape " + expected + ", not " + given);
    }
  }
}
