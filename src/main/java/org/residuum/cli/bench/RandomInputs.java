package org.residuum.cli.bench;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.network.Value;

/** Examples of random numbers, the same from run to run. */
final class RandomInputs {
  private RandomInputs() {}

  /** Fills all inputs of a session with standard normal numbers, as normalised pictures are. */
  static void fill(Session session, Plan plan) {
    for (Value input : plan.network().inputs()) {
      fill(session.input(input.name()), input.id());
    }
  }

  private static void fill(FloatBuffer buffer, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < buffer.limit(); i++) {
      buffer.put(i, (float) random.nextGaussian());
    }
  }
}
