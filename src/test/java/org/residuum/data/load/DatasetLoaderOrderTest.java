package org.residuum.data.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.residuum.data.load.LoadedBatches.assertSameBatches;
import static org.residuum.data.load.LoadedBatches.augmented;
import static org.residuum.data.load.LoadedBatches.drain;
import static org.residuum.data.load.LoadedBatches.pictures;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.data.Dataset;
import org.residuum.data.load.LoadedBatches.Copy;
import org.residuum.data.source.Datasets;
import org.residuum.network.Shape;

/** Which examples a batch has and how they are augmented: seed and epoch decide, threads do not. */
@Timeout(600) // Seconds: a loader that waits for ever fails by name.
class DatasetLoaderOrderTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void batchesAreTheSameWhateverTheNumberOfThreads(int threads) throws IOException {
    Dataset dataset = pictures(331);
    try (DatasetLoader one = augmented(dataset).threads(1).build();
        DatasetLoader many = augmented(dataset).threads(threads).ahead(threads).build()) {
      for (int number = 0; number < 3; number++) {
        assertSameBatches(drain(one, number), drain(many, number));
      }
    }
  }

  @Test
  void realGlyphsComeInTheSameBatchesFromOneTwoAndThreeThreads() throws IOException {
    Dataset dataset = Datasets.open("glyphs", Dataset.Split.TEST);
    List<Copy> first = null;
    for (int threads = 1; threads <= 3; threads++) {
      try (DatasetLoader loader = augmented(dataset).threads(threads).build()) {
        List<Copy> batches = drain(loader, 4);
        first = first == null ? batches : first;
        assertSameBatches(first, batches);
      }
    }
  }

  @Test
  void seedAndEpochDecideOrderAndAugmentation() throws IOException {
    Dataset dataset = pictures(64);
    try (DatasetLoader seed5 = augmented(dataset).build();
        DatasetLoader again = augmented(dataset).build();
        DatasetLoader seed6 = augmented(dataset).seed(6).build()) {
      List<Copy> epoch0 = drain(seed5, 0);
      List<Copy> epoch1 = drain(seed5, 1);
      assertSameBatches(epoch1, drain(again, 1));
      assertSameBatches(epoch0, drain(seed5, 0));
      assertFalse(Arrays.equals(epoch0.get(0).indices(), epoch1.get(0).indices()));
      assertFalse(Arrays.equals(epoch0.get(0).indices(), drain(seed6, 0).get(0).indices()));
    }
  }

  /** 64 examples in batches of 24: two are full, eight come before their turn. */
  @Test
  void lastBatchIsFilledUpWithTheFirstOfTheNextEpoch() throws IOException {
    try (DatasetLoader loader = augmented(pictures(64)).batch(24).fillLast(true).build()) {
      for (int number = 0; number < 3; number++) {
        int[] order = indices(drain(loader, number));
        int[] next = indices(drain(loader, number + 1));
        assertEquals(72, order.length);
        assertEquals(64, Arrays.stream(order).limit(64).distinct().count(), "each example once");
        assertArrayEquals(Arrays.copyOf(next, 8), Arrays.copyOfRange(order, 64, 72));
      }
    }
  }

  @Test
  void fullBatchesNeedNoFillingAndFewExamplesComeAgain() throws IOException {
    try (DatasetLoader full = augmented(pictures(64)).fillLast(true).build();
        DatasetLoader plain = augmented(pictures(64)).build();
        DatasetLoader few = augmented(pictures(3)).batch(8).fillLast(true).build()) {
      assertSameBatches(drain(plain, 2), drain(full, 2));
      int[] order = indices(drain(few, 0));
      assertEquals(8, order.length);
      assertEquals(3, Arrays.stream(order, 3, 6).distinct().count());
    }
  }

  private static int[] indices(List<Copy> batches) {
    return batches.stream().flatMapToInt(batch -> Arrays.stream(batch.indices())).toArray();
  }

  @Test
  void augmentationChangesFromEpochToEpochWithoutShuffling() throws IOException {
    try (DatasetLoader loader = augmented(pictures(64)).shuffle(false).build()) {
      Copy first = drain(loader, 0).get(0);
      Copy second = drain(loader, 1).get(0);
      assertArrayEquals(first.indices(), second.indices());
      assertFalse(Arrays.equals(first.inputs(), second.inputs()));
    }
  }

  @Test
  void examplesOfDifferentBatchesAreAugmentedDifferently() throws IOException {
    byte[] pixels = new byte[60];
    for (int k = 0; k < pixels.length; k++) {
      pixels[k] = (byte) (k + 1);
    }
    byte[][] same = new byte[32][];
    Arrays.fill(same, pixels);
    Dataset dataset = Datasets.ofImages("same", Shape.of(3, 5, 4), List.of("a"), same, new int[32]);
    try (DatasetLoader loader = augmented(dataset).build()) {
      List<Copy> batches = drain(loader, 0);
      assertFalse(Arrays.equals(batches.get(0).inputs(), batches.get(1).inputs()));
    }
  }

  @Test
  void shuffledEpochShowsEachExampleOnceWithItsLabel() throws IOException {
    Dataset dataset = pictures(101);
    try (DatasetLoader loader = augmented(dataset).build()) {
      Set<Integer> seen = new HashSet<>();
      for (Copy copy : drain(loader, 9)) {
        for (int row = 0; row < copy.indices().length; row++) {
          assertTrue(seen.add(copy.indices()[row]));
          assertEquals(dataset.label(copy.indices()[row]), copy.labels()[row]);
        }
      }
      assertEquals(101, seen.size());
    }
  }
}
