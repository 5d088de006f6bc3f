package org.residuum.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.backend.Pictures;
import org.residuum.network.Shape;

@Timeout(60) // Seconds: a loader that waits for ever fails by name.
class BatchLoaderTest {
  private static final Augmentation CROP_AND_FLIP = new Augmentation(2, true);

  /** A copy of a batch, to outlive it. */
  record Copy(float[] inputs, float[] labels, int[] indices) {
    static Copy of(Batch batch) {
      float[] inputs = new float[batch.inputs().remaining()];
      batch.inputs().get(0, inputs);
      float[] labels = new float[batch.labels().remaining()];
      batch.labels().get(0, labels);
      int[] indices = new int[batch.size()];
      Arrays.setAll(indices, batch::index);
      return new Copy(inputs, labels, indices);
    }
  }

  static List<Copy> drain(BatchLoader loader, int number) throws IOException {
    List<Copy> copies = new ArrayList<>();
    try (Epoch epoch = loader.epoch(number)) {
      for (Batch batch = epoch.next(); batch != null; batch = epoch.next()) {
        copies.add(Copy.of(batch));
      }
      assertEquals(epoch.batches(), copies.size());
    }
    return copies;
  }

  static void assertSameBatches(List<Copy> expected, List<Copy> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i).indices, actual.get(i).indices, "indices of batch " + i);
      assertArrayEquals(expected.get(i).labels, actual.get(i).labels, "labels of batch " + i);
      assertArrayEquals(expected.get(i).inputs, actual.get(i).inputs, "inputs of batch " + i);
    }
  }

  /** {@code count} pictures (3, 5, 4); byte k of picture i is 7 i + 11 k, class i mod 3. */
  static ImageDataset pictures(int count) {
    byte[][] pixels = new byte[count][60];
    int[] classes = new int[count];
    for (int i = 0; i < count; i++) {
      classes[i] = i % 3;
      for (int k = 0; k < 60; k++) {
        pixels[i][k] = (byte) (7 * i + 11 * k);
      }
    }
    return Datasets.ofImages("test", Shape.of(3, 5, 4), List.of("a", "b", "c"), pixels, classes);
  }

  private static BatchLoaderBuilder augmented(Dataset dataset) {
    return BatchLoader.builder(dataset).batch(16).seed(5).shuffle(true).augmentation(CROP_AND_FLIP);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void batchesAreTheSameWhateverTheNumberOfThreads(int threads) throws IOException {
    Dataset dataset = pictures(331);
    try (BatchLoader one = augmented(dataset).threads(1).build();
        BatchLoader many = augmented(dataset).threads(threads).ahead(threads).build()) {
      for (int number = 0; number < 3; number++) {
        assertSameBatches(drain(one, number), drain(many, number));
      }
    }
  }

  @Test
  void realGlyphsComeInTheSameBatchesFromOneTwoAndThreeThreads() throws IOException {
    Dataset dataset = Datasets.open("glyphs", Split.TEST);
    List<Copy> first = null;
    for (int threads = 1; threads <= 3; threads++) {
      try (BatchLoader loader = augmented(dataset).threads(threads).build()) {
        List<Copy> batches = drain(loader, 4);
        first = first == null ? batches : first;
        assertSameBatches(first, batches);
      }
    }
  }

  @Test
  void seedAndEpochDecideOrderAndAugmentation() throws IOException {
    Dataset dataset = pictures(64);
    try (BatchLoader seed5 = augmented(dataset).build();
        BatchLoader again = augmented(dataset).build();
        BatchLoader seed6 = augmented(dataset).seed(6).build()) {
      List<Copy> epoch0 = drain(seed5, 0);
      List<Copy> epoch1 = drain(seed5, 1);
      assertSameBatches(epoch1, drain(again, 1));
      assertSameBatches(epoch0, drain(seed5, 0));
      assertFalse(Arrays.equals(epoch0.get(0).indices, epoch1.get(0).indices));
      assertFalse(Arrays.equals(epoch0.get(0).indices, drain(seed6, 0).get(0).indices));
    }
  }

  @Test
  void augmentationChangesFromEpochToEpochWithoutShuffling() throws IOException {
    try (BatchLoader loader = augmented(pictures(64)).shuffle(false).build()) {
      Copy first = drain(loader, 0).get(0);
      Copy second = drain(loader, 1).get(0);
      assertArrayEquals(first.indices, second.indices);
      assertFalse(Arrays.equals(first.inputs, second.inputs));
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
    try (BatchLoader loader = augmented(dataset).build()) {
      List<Copy> batches = drain(loader, 0);
      assertFalse(Arrays.equals(batches.get(0).inputs, batches.get(1).inputs));
    }
  }

  @Test
  void shuffledEpochShowsEachExampleOnceWithItsLabel() throws IOException {
    Dataset dataset = pictures(101);
    try (BatchLoader loader = augmented(dataset).build()) {
      Set<Integer> seen = new HashSet<>();
      for (Copy copy : drain(loader, 9)) {
        for (int row = 0; row < copy.indices.length; row++) {
          assertTrue(seen.add(copy.indices[row]));
          assertEquals(dataset.label(copy.indices[row]), copy.labels[row]);
        }
      }
      assertEquals(101, seen.size());
    }
  }

  @Test
  void unshuffledInputsAreTheNormalisedBytesChannelLast() throws IOException {
    ImageDataset dataset = pictures(5);
    Preprocessing preprocessing =
        new Preprocessing(
            dataset.exampleShape(),
            new float[] {0.1f, 0.2f, 0.3f},
            new float[] {1, 2, 4},
            Resize.none());
    try (BatchLoader loader =
            BatchLoader.builder(dataset).batch(2).preprocessing(preprocessing).build();
        Epoch epoch = loader.epoch(0)) {
      for (int from = 0; from < 5; from += 2) {
        Batch batch = epoch.next();
        assertEquals(Math.min(2, 5 - from), batch.size());
        for (int row = 0; row < batch.size(); row++) {
          for (int k = 0; k < 60; k++) {
            int value = (7 * (from + row) + 11 * k) & 255;
            int c = k % 3;
            float expected =
                (value / 255f - new float[] {0.1f, 0.2f, 0.3f}[c]) / new float[] {1, 2, 4}[c];
            assertEquals(expected, batch.inputs().get(row * 60 + k));
          }
        }
      }
      assertNull(epoch.next());
      assertNull(epoch.next());
    }
  }

  /** Crop, flip and byte of each value, looked up as the floats are. */
  @Test
  void picturesAreTheSameBatchesAsBytes() throws IOException {
    ImageDataset dataset = pictures(11);
    Preprocessing preprocessing = Preprocessing.of(dataset);
    float[] table = preprocessing.table(dataset.maxValue());
    try (BatchLoader loader = augmented(dataset).batch(4).shuffle(true).threads(2).build()) {
      for (int number = 0; number < 3; number++) {
        List<Copy> floats = drain(loader, number);
        try (Epoch epoch = loader.pictures(number)) {
          for (Copy expected : floats) {
            Batch batch = epoch.next();
            assertEquals(expected.labels.length, batch.size());
            for (int i = 0; i < expected.inputs.length; i++) {
              float value = table[i % 3 * 256 + pixel(batch.pictures(), i)];
              assertEquals(expected.inputs[i], value, "value " + i);
            }
          }
          assertNull(epoch.next());
        }
      }
    }
  }

  /** The byte of value i of pictures (5, 4, 3). */
  private static int pixel(Pictures pictures, int i) {
    int row = i / 60;
    int column = i / 3 % 4;
    int y = i / 12 % 5 + pictures.crops().get(3 * row);
    boolean flip = pictures.crops().get(3 * row + 2) == 1;
    int x = (flip ? 3 - column : column) + pictures.crops().get(3 * row + 1);
    boolean inside = y >= 0 && y < 5 && x >= 0 && x < 4;
    return inside ? pictures.pixels().get(row * 60 + (y * 4 + x) * 3 + i % 3) & 255 : 0;
  }

  @Test
  void vectorsAreNormalisedByFeature() throws IOException {
    VectorDataset dataset =
        Datasets.ofVectors(
            "v",
            Shape.of(2),
            List.of("no", "yes"),
            new float[][] {{1, 10}, {3, 10}, {5, 10}},
            new int[] {0, 1, 1});
    try (BatchLoader loader = BatchLoader.builder(dataset).batch(4).build()) {
      Copy batch = drain(loader, 0).get(0);
      float side = (float) (2 / Math.sqrt(8 / 3.0));
      assertArrayEquals(new float[] {-side, 0, 0, 0, side, 0}, batch.inputs, 1e-6f);
      assertArrayEquals(new float[] {0, 1, 1}, batch.labels);
    }
  }

  @Test
  void lastBatchIsRaggedOrLeftOut() throws IOException {
    try (BatchLoader ragged = BatchLoader.builder(pictures(10)).batch(4).build();
        BatchLoader whole = BatchLoader.builder(pictures(10)).batch(4).dropLast(true).build();
        BatchLoader none = BatchLoader.builder(pictures(3)).batch(4).dropLast(true).build()) {
      List<Copy> batches = drain(ragged, 0);
      assertEquals(3, batches.size());
      assertEquals(2 * 60, batches.get(2).inputs.length);
      assertEquals(2, batches.get(2).labels.length);
      assertEquals(2, drain(whole, 0).size());
      assertEquals(0, drain(none, 0).size());
    }
  }

  @Test
  void buffersAreDirectNativeAndReused() throws IOException {
    try (BatchLoader loader = BatchLoader.builder(pictures(50)).batch(2).ahead(2).build();
        Epoch epoch = loader.epoch(0)) {
      List<Batch> batches = new ArrayList<>();
      for (Batch batch = epoch.next(); batch != null; batch = epoch.next()) {
        assertTrue(batch.inputs().isDirect());
        assertSame(ByteOrder.nativeOrder(), batch.inputs().order());
        assertSame(ByteOrder.nativeOrder(), batch.labels().order());
        batches.add(batch);
      }
      assertEquals(25, batches.size());
      assertEquals(3, new HashSet<>(batches).size());
    }
  }

  @Test
  void batchInUseIsNotOverwritten() throws Exception {
    try (BatchLoader loader = BatchLoader.builder(pictures(60)).batch(2).threads(3).build();
        Epoch epoch = loader.epoch(0)) {
      for (Batch batch = epoch.next(); batch != null; batch = epoch.next()) {
        Copy before = Copy.of(batch);
        Thread.sleep(2); // The threads run ahead as far as they may.
        assertSameBatches(List.of(before), List.of(Copy.of(batch)));
      }
    }
  }

  @Test
  void epochClosedEarlyLeavesTheNextOneIntact() throws IOException {
    Dataset dataset = pictures(300);
    try (BatchLoader loader = augmented(dataset).threads(2).build();
        BatchLoader fresh = augmented(dataset).build()) {
      for (int taken = 0; taken < 6; taken++) {
        try (Epoch epoch = loader.epoch(0)) {
          for (int i = 0; i < taken; i++) {
            epoch.next();
          }
        }
        assertSameBatches(drain(fresh, 1), drain(loader, 1));
      }
    }
  }

  /** Something that happens before an example is read. */
  private interface Hook {
    void before(int index) throws IOException;
  }

  private static ImageDataset hooked(Hook hook) {
    ImageDataset good = pictures(40);
    return new ImageDataset() {
      @Override
      public void read(int index, byte[] into) throws IOException {
        hook.before(index);
        good.read(index, into);
      }

      @Override
      public String name() {
        return "hooked";
      }

      @Override
      public int size() {
        return good.size();
      }

      @Override
      public Shape exampleShape() {
        return good.exampleShape();
      }

      @Override
      public List<String> labels() {
        return good.labels();
      }

      @Override
      public int label(int index) {
        return good.label(index);
      }
    };
  }

  private static BatchLoader loaderOf(ImageDataset dataset) {
    Preprocessing preprocessing = Preprocessing.of(pictures(2));
    return BatchLoader.builder(dataset).batch(8).threads(2).preprocessing(preprocessing).build();
  }

  @Test
  void failureInALoadingThreadReachesTheConsumerAtItsBatch() {
    IOException failure = new IOException("disk on fire");
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          try (BatchLoader loader =
                  loaderOf(
                      hooked(
                          index -> {
                            if (index == 17) {
                              throw failure;
                            }
                          }));
              Epoch epoch = loader.epoch(0)) {
            assertEquals(8, epoch.next().size());
            assertEquals(8, epoch.next().size());
            assertSame(failure, assertThrows(IOException.class, epoch::next));
            assertEquals(24, epoch.next().index(0));
          }
        });
  }

  @Test
  void bugInADataSetIsReportedWithItsCause() {
    RuntimeException failure = new ArrayIndexOutOfBoundsException("5");
    try (BatchLoader loader =
            loaderOf(
                hooked(
                    index -> {
                      throw failure;
                    }));
        Epoch epoch = loader.epoch(0)) {
      IllegalStateException e = assertThrows(IllegalStateException.class, epoch::next);
      assertSame(failure, e.getCause());
      assertTrue(e.getMessage().contains("hooked"), e.getMessage());
    }
  }

  @Test
  void interruptedConsumerLosesNoBatch() throws IOException {
    CountDownLatch gate = new CountDownLatch(1);
    try (BatchLoader loader =
            loaderOf(
                hooked(
                    index -> {
                      try {
                        gate.await();
                      } catch (InterruptedException e) {
                        throw new IOException(e);
                      }
                    }));
        Epoch epoch = loader.epoch(0)) {
      Thread.currentThread().interrupt();
      assertThrows(InterruptedIOException.class, epoch::next);
      assertTrue(Thread.interrupted());
      gate.countDown();
      for (int from = 0; from < 40; from += 8) {
        assertEquals(from, epoch.next().index(0));
      }
      assertNull(epoch.next());
    }
  }

  @Test
  void closingEndsTheThreadsAndIsHarmlessTwice() throws IOException {
    BatchLoader loader = augmented(pictures(500)).threads(3).build();
    Epoch epoch = loader.epoch(0);
    epoch.next();
    loader.close();
    loader.close();
    assertFalse(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> loader.isMine(thread) && thread.isAlive()));
    assertThrows(IllegalStateException.class, epoch::next);
    assertThrows(IllegalStateException.class, () -> loader.epoch(1));
    epoch.close();
  }

  @Test
  void twoOpenEpochsAreRefused() {
    try (BatchLoader loader = augmented(pictures(50)).build();
        Epoch epoch = loader.epoch(0)) {
      String message =
          assertThrows(IllegalStateException.class, () -> loader.epoch(1)).getMessage();
      assertEquals("epoch 0 is still open; close it before epoch 1", message);
      assertNotEquals(0, epoch.batches());
    }
  }

  @Test
  void preprocessingForAnotherShapeIsRefused() {
    BatchLoaderBuilder builder =
        BatchLoader.builder(pictures(4)).preprocessing(Preprocessing.cifar10());
    String message = assertThrows(IllegalArgumentException.class, builder::build).getMessage();
    assertTrue(message.contains("(3, 5, 4)") && message.contains("(3, 32, 32)"), message);
  }

  @Test
  void steadyStateAllocatesUnderTenKilobytesABatch() throws IOException {
    Dataset dataset = pictures(64 * 200);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (BatchLoader loader = augmented(dataset).batch(64).threads(2).build()) {
      drainWithoutCopies(loader, 0);
      long before = allocated(threads, loader);
      drainWithoutCopies(loader, 1);
      long perBatch = (allocated(threads, loader) - before) / 200;
      assertTrue(perBatch < 10 * 1024, perBatch + " bytes a batch");
    }
  }

  private static void drainWithoutCopies(BatchLoader loader, int number) throws IOException {
    try (Epoch epoch = loader.epoch(number)) {
      while (epoch.next() != null) {}
    }
  }

  private static long allocated(ThreadMXBean threads, BatchLoader loader) {
    long bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      bytes += loader.isMine(thread) ? threads.getThreadAllocatedBytes(thread.getId()) : 0;
    }
    return bytes;
  }
}
