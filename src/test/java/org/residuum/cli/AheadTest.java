package org.residuum.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.api.Test;

class AheadTest {
  @Test
  void pictureInTheJarCanBeDecoded() {
    assertDoesNotThrow(Ahead::decodeOne);
  }
}
