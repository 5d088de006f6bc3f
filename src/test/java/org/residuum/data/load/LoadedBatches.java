package org.residuum.data.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.residuum.data.Augmentation;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.source.Datasets;
import org.residuum.network.Shape;

/** Small data sets, loaders of them and what they load, for tests. */
final class LoadedBatches {
  private static final Augmentation CROP_AND_FLIP = new Augmentation(2, true);

  private LoadedBatches() {}

  /** A copy of a batch, to outlive it. */
  record Copy(float[] inputs, int[] labels, int[] indices) {
    static Copy of(Batch<Draw> batch) {
      float[] inputs = new float[batch.inputs().remaining()];
      batch.inputs().get(0, inputs);
      int[] labels = batch.items().stream().mapToInt(Draw::label).toArray();
      int[] indices = batch.items().stream().mapToInt(Draw::index).toArray();
      return new Copy(inputs, labels, indices);
    }
  }

  static List<Copy> drain(DatasetLoader loader, int number) throws IOException {
    List<Copy> copies = new ArrayList<>();
    try (Pass<Draw> epoch = loader.epoch(number)) {
      for (Batch<Draw> batch = epoch.next(); batch != null; batch = epoch.next()) {
        copies.add(Copy.of(batch));
      }
      assertEquals(loader.batches(), copies.size());
    }
    return copies;
  }

  static void assertSameBatches(List<Copy> expected, List<Copy> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(
          expected.get(i).indices(), actual.get(i).indices(), "indices of batch " + i);
      assertArrayEquals(expected.get(i).labels(), actual.get(i).labels(), "labels of batch " + i);
      assertArrayEquals(expected.get(i).inputs(), actual.get(i).inputs(), "inputs of batch " + i);
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

  /** Batches of 16 in a new order each epoch, cropped and flipped. */
  static DatasetLoaderBuilder augmented(Dataset dataset) {
    return DatasetLoader.builder(dataset)
        .batch(16)
        .seed(5)
        .shuffle(true)
        .augmentation(CROP_AND_FLIP);
  }

  /** What a network sees of a data set's first picture. */
  static float[] write(
      Dataset dataset, Preprocessing preprocessing, Augmentation augmentation, long bits)
      throws IOException {
    ExampleWriter<Draw> writer =
        DatasetLoader.builder(dataset)
            .preprocessing(preprocessing)
            .augmentation(augmentation)
            .writer();
    float[] out = new float[dataset.exampleShape().elements()];
    Batch<Draw> batch = new Batch<>(1, out.length);
    Draw draw = new Draw(dataset, 0, bits);
    batch.start(new Pass<>(null, "one", List.of(draw).iterator(), false));
    writer.write(draw, batch, 0);
    batch.inputs().get(0, out);
    return out;
  }
}
