package org.residuum.backend.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.residuum.network.ElementType.BF16;
import static org.residuum.network.ElementType.F32;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.network.ElementType;

/** How many threads the rules start, against the accesses there are for them. */
class GridRuleTest {
  private static final int ROWS = 1 << 20;

  @Test
  void flatArraysGetAThreadForEverySixteenBytes() {
    assertEquals(1024, GridRule.ELEMENTS.shape(1 << 20, 1, F32).gridX());
    assertEquals(512, GridRule.ELEMENTS.shape(1 << 20, 1, BF16).gridX());
    assertEquals(GridRule.ELEMENTS.shape(999, 1, F32), GridRule.ELEMENTS.shape(999, 1));
    assertEquals(1, GridRule.ELEMENTS.shape(0, 1, BF16).gridX());
    assertEquals(16_384, GridRule.ELEMENTS.shape(1L << 40, 1, BF16).gridX());
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64, 128, 256, 512, 1024, 2048, 4096})
  void noThreadOfAColumnSumIsWithoutAColumn(int channels) {
    for (ElementType storage : new ElementType[] {F32, BF16}) {
      LaunchShape shape = GridRule.COLUMNS.shape(ROWS, channels, storage);
      assertEquals(256, shape.threads());
      assertEquals(
          GridRule.accesses(1, channels, storage),
          (long) shape.gridX() * shape.blockX(),
          "columns");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"F32", "BF16"})
  void aColumnHasAtMost264PartialSums(ElementType storage) {
    for (int channels : new int[] {1, 3, 17, 64, 520, 2048, 10_000}) {
      for (long rows : new long[] {1, 100, 12_544, 802_816, 3_211_264}) {
        LaunchShape shape = GridRule.COLUMNS.shape(rows, channels, storage);
        assertTrue(shape.gridY() <= 264, shape::toString);
        assertTrue(shape.gridX() * shape.gridY() <= 1056, shape::toString);
        assertTrue(shape.gridY() == 1 || shape.gridY() <= rows / shape.blockY(), shape::toString);
      }
    }
    assertEquals(264, GridRule.COLUMNS.shape(ROWS, 64, storage).gridY());
  }

  @Test
  void rowsOfWindowsHaveAThreadForEveryEntry() {
    assertEquals(new LaunchShape(480, 3, 152, 1), GridRule.windows(480, 112, 152));
    assertEquals(new LaunchShape(260, 2, 72, 3), GridRule.windows(260, 56, 72));
    assertEquals(new LaunchShape(1, 1, 192, 1), GridRule.windows(1, 7, 576));
    assertEquals(new LaunchShape(1, 1, 1, 256), GridRule.windows(1, 7, 1));
    for (int accesses = 1; accesses < 3000; accesses += 7) {
      LaunchShape shape = GridRule.windows(100, 28, accesses);
      assertTrue(shape.threads() <= 256 && shape.threads() > 128 - 1, shape::toString);
      long rounds = (accesses + shape.blockX() - 1L) / shape.blockX();
      assertTrue(rounds * shape.blockX() - accesses < rounds, shape::toString);
    }
  }

  @Test
  void secondPassesHaveAWarpForEveryChannel() {
    LaunchShape shape = GridRule.COLUMN_FINISH.shape(2048, 1);
    assertEquals(2048, shape.gridX() * shape.threads() / 32);
  }
}
