package org.residuum.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches are as large as pays. */
class SizesTest {
  /** Nothing measured: a run costs one example beside its own. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 3", "5, 4", "6, 4", "7, 7", "9, 8", "20, 16", "31, 31", "40, 40"})
  void idleRowsArePaidOnlyWhereTheyAreCheaperThanAnotherRun(int waiting, int taken) {
    assertEquals(taken, Sizes.upTo(40).share(waiting));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 4", "16, 16", "17, 24", "24, 24"})
  void smallestSizeThatHoldsThem(int examples, int size) {
    assertEquals(size, Sizes.upTo(24).holding(examples));
  }

  @Test
  void largestBatchHasItsSizesToo() {
    List<Integer> sizes = Sizes.upTo(Integer.MAX_VALUE).all();
    assertEquals(32, sizes.size());
    assertEquals(List.of(1 << 30, Integer.MAX_VALUE), sizes.subList(30, 32));
  }

  /** On a device that takes the same time for any batch, all go at once. */
  @Test
  void measuredTimesDecide() {
    Sizes sizes = Sizes.upTo(32);
    for (int size : sizes.all()) {
      sizes.took(size, 0.001);
    }
    assertEquals(5, sizes.share(5));
    assertEquals(20, sizes.share(20));
    for (int i = 0; i < 30; i++) {
      sizes.took(8, 0.010);
    }
    assertEquals(4, sizes.share(5));
  }

  /** A size without a measurement is judged by its neighbour. */
  @Test
  void unmeasuredSizesAreEstimatedFromTheNearest() {
    Sizes sizes = Sizes.upTo(32);
    sizes.took(4, 0.005);
    assertEquals(4, sizes.share(5));
    assertEquals(7, sizes.share(7));
  }

  @Test
  void onePlanTakesAll() {
    Sizes sizes = Sizes.only(8);
    assertEquals(3, sizes.share(3));
    assertEquals(8, sizes.holding(1));
  }
}
