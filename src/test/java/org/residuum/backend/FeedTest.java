package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedTest {
  @ParameterizedTest
  @CsvSource({"0.5,0.0", "0.5,-1.0", "0.5,NaN", "NaN,0.25", "Infinity,0.25"})
  void bytesThatWouldBeNormalisedToNoNumbersAreRefused(float mean, float std) {
    IllegalArgumentException thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> Feed.bytes(255, new float[] {0, mean}, new float[] {1, std}));
    assertEquals(
        "mean %s, std %s of channel 1: both must be finite, std above 0".formatted(mean, std),
        thrown.getMessage());
  }
}
