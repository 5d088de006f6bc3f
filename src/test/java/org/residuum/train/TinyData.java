package org.residuum.train;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.source.Datasets;
import org.residuum.network.Shape;

/** Small sets made on the spot. */
final class TinyData {
  static final List<String> CLASSES = List.of("red", "green", "blue");

  private TinyData() {}

  /** Noisy 8×8 colour pictures in which the channel of the class is bright; easily learned. */
  static Dataset colours(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[][] pixels = new byte[size][8 * 8 * 3];
    int[] classes = new int[size];
    for (int i = 0; i < size; i++) {
      classes[i] = i % 3;
      for (int p = 0; p < pixels[i].length; p++) {
        pixels[i][p] = (byte) (random.nextInt(128) + (p % 3 == classes[i] ? 100 : 0));
      }
    }
    return Datasets.ofImages("colours", Shape.of(3, 8, 8), CLASSES, pixels, classes);
  }

  /** The same pictures, each of which takes so long to read. */
  static Dataset slow(Dataset pictures, long millis) {
    ImageDataset fast = (ImageDataset) pictures;
    return new ImageDataset() {
      @Override
      public void read(int index, byte[] into) throws IOException {
        try {
          Thread.sleep(millis);
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        fast.read(index, into);
      }

      @Override
      public String name() {
        return fast.name();
      }

      @Override
      public int size() {
        return fast.size();
      }

      @Override
      public Shape exampleShape() {
        return fast.exampleShape();
      }

      @Override
      public List<String> labels() {
        return fast.labels();
      }

      @Override
      public int label(int index) {
        return fast.label(index);
      }
    };
  }

  /** Pictures of one pixel, whose colour is their class. */
  static Dataset dots(int size) {
    SplittableRandom random = new SplittableRandom(5);
    byte[][] pixels = new byte[size][3];
    int[] classes = new int[size];
    for (int i = 0; i < size; i++) {
      classes[i] = i % 3;
      for (int c = 0; c < 3; c++) {
        pixels[i][c] = (byte) (random.nextInt(60) + (c == classes[i] ? 190 : 0));
      }
    }
    return Datasets.ofImages("dots", Shape.of(3, 1, 1), CLASSES, pixels, classes);
  }

  /** Vectors of length 4 around a corner for each class. */
  static Dataset corners(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] values = new float[size][4];
    int[] classes = new int[size];
    for (int i = 0; i < size; i++) {
      classes[i] = i % 3;
      for (int f = 0; f < 4; f++) {
        values[i][f] = (float) random.nextGaussian() + (f == classes[i] ? 4 : 0);
      }
    }
    return Datasets.ofVectors("corners", Shape.of(4), CLASSES, values, classes);
  }
}
