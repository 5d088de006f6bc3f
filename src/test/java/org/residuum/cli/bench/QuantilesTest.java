package org.residuum.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class QuantilesTest {
  @Test
  void aQuantileIsTheTimeThatSoManyRunsDidNotExceed() {
    double[] seconds = IntStream.rangeClosed(1, 200).mapToDouble(i -> 201 - i).toArray();
    assertEquals(new Quantiles(100, 190, 198), Quantiles.of(seconds));
  }

  @Test
  void fewRunsGiveTheirSlowestForTheTail() {
    assertEquals(new Quantiles(2, 3, 3), Quantiles.of(new double[] {3, 1, 2}));
    assertEquals(new Quantiles(7, 7, 7), Quantiles.of(new double[] {7}));
  }
}
