package org.residuum.backend.cpu.onednn;

import java.nio.FloatBuffer;
import org.residuum.backend.lower.Place;
import org.residuum.network.ElementType;

/** Work too small for a primitive, done in Java. */
@FunctionalInterface
public interface HostStep {
  void run();

  /** Finds the memory of a place. */
  @FunctionalInterface
  interface Memory {
    long address(Place place);

    default FloatBuffer floats(Place place, long elements) {
      return NativeMemory.floats(address(place), elements);
    }

    default Elements elements(Place place, long elements, ElementType type) {
      return Elements.at(address(place), elements, type);
    }
  }

  /** Makes the step of one session. */
  @FunctionalInterface
  interface Factory {
    HostStep bind(Memory memory);
  }
}
