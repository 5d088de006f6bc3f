package org.residuum.backend.cpu.onednn;

import java.nio.FloatBuffer;
import org.residuum.backend.lower.Place;

/** Work too small for a primitive, done in Java. */
@FunctionalInterface
public interface HostStep {
  void run();

  /** Finds the memory of a place. */
  @FunctionalInterface
  interface Memory {
    FloatBuffer floats(Place place, long elements);
  }

  /** Makes the step of one session. */
  @FunctionalInterface
  interface Factory {
    HostStep bind(Memory memory);
  }
}
