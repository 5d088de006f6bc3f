package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class ParameterStoreTest {
  @Test
  void buffersOfAnyLengthAreWholeAndZero() {
    for (int floats = 0; floats <= 65; floats++) {
      FloatBuffer buffer = ParameterStore.allocate(floats);
      assertEquals(floats, buffer.limit());
      for (int i = 0; i < floats; i++) {
        assertEquals(0f, buffer.get(i));
      }
    }
  }
}
