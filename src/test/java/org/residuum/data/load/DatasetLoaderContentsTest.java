package org.residuum.data.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.residuum.data.load.LoadedBatches.augmented;
import static org.residuum.data.load.LoadedBatches.drain;
import static org.residuum.data.load.LoadedBatches.pictures;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.residuum.backend.Slot;
import org.residuum.data.ImageDataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.VectorDataset;
import org.residuum.data.load.LoadedBatches.Copy;
import org.residuum.data.source.Datasets;
import org.residuum.network.Shape;

/** What lies in the buffers of a batch. */
@Timeout(600) // Seconds: a loader that waits for ever fails by name.
class DatasetLoaderContentsTest {
  @Test
  void unshuffledInputsAreTheNormalisedBytesChannelLast() throws IOException {
    ImageDataset dataset = pictures(5);
    Preprocessing preprocessing =
        new Preprocessing(
            dataset.exampleShape(),
            new float[] {0.1f, 0.2f, 0.3f},
            new float[] {1, 2, 4},
            Resize.none());
    try (DatasetLoader loader =
            DatasetLoader.builder(dataset).batch(2).preprocessing(preprocessing).build();
        Pass<Draw> epoch = loader.epoch(0)) {
      for (int from = 0; from < 5; from += 2) {
        Batch<Draw> batch = epoch.next();
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
    float[] table = preprocessing.feed(dataset.maxValue()).table();
    try (DatasetLoader loader = augmented(dataset).batch(4).shuffle(true).threads(2).build()) {
      for (int number = 0; number < 3; number++) {
        List<Copy> floats = drain(loader, number);
        try (Pass<Draw> epoch = loader.epoch(number, true)) {
          for (Copy expected : floats) {
            Batch<Draw> batch = epoch.next();
            assertEquals(expected.labels().length, batch.size());
            for (int i = 0; i < expected.inputs().length; i++) {
              float value = table[i % 3 * 256 + pixel(batch.pictures(), i)];
              assertEquals(expected.inputs()[i], value, "value " + i);
            }
          }
          assertNull(epoch.next());
        }
      }
    }
  }

  /** The byte of value i of pictures (5, 4, 3). */
  private static int pixel(Slot.Pictures pictures, int i) {
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
    try (DatasetLoader loader = DatasetLoader.builder(dataset).batch(4).build()) {
      Copy batch = drain(loader, 0).get(0);
      float side = (float) (2 / Math.sqrt(8 / 3.0));
      assertArrayEquals(new float[] {-side, 0, 0, 0, side, 0}, batch.inputs(), 1e-6f);
      assertArrayEquals(new int[] {0, 1, 1}, batch.labels());
    }
  }

  @Test
  void lastBatchIsRaggedOrLeftOut() throws IOException {
    try (DatasetLoader ragged = DatasetLoader.builder(pictures(10)).batch(4).build();
        DatasetLoader whole = DatasetLoader.builder(pictures(10)).batch(4).dropLast(true).build();
        DatasetLoader none = DatasetLoader.builder(pictures(3)).batch(4).dropLast(true).build()) {
      List<Copy> batches = drain(ragged, 0);
      assertEquals(3, batches.size());
      assertEquals(2 * 60, batches.get(2).inputs().length);
      assertEquals(2, batches.get(2).labels().length);
      assertEquals(2, drain(whole, 0).size());
      assertEquals(0, drain(none, 0).size());
    }
  }

  @Test
  void buffersAreDirectNativeAndReused() throws IOException {
    try (DatasetLoader loader = DatasetLoader.builder(pictures(50)).batch(2).ahead(2).build();
        Pass<Draw> epoch = loader.epoch(0)) {
      List<Batch<Draw>> batches = new ArrayList<>();
      for (Batch<Draw> batch = epoch.next(); batch != null; batch = epoch.next()) {
        assertTrue(batch.inputs().isDirect());
        assertSame(ByteOrder.nativeOrder(), batch.inputs().order());
        batches.add(batch);
      }
      assertEquals(25, batches.size());
      assertEquals(3, new HashSet<>(batches).size());
    }
  }

  @Test
  void preprocessingForAnotherShapeIsRefused() {
    DatasetLoaderBuilder builder =
        DatasetLoader.builder(pictures(4)).preprocessing(Preprocessing.cifar10());
    String message = assertThrows(IllegalArgumentException.class, builder::build).getMessage();
    assertTrue(message.contains("(3, 5, 4)") && message.contains("(3, 32, 32)"), message);
  }
}
