package org.residuum.data.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.residuum.data.Augmentation;
import org.residuum.data.ImageDataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.VectorDataset;
import org.residuum.data.prepare.SplitMix;
import org.residuum.data.source.Datasets;
import org.residuum.network.Shape;

class AugmentationTest {
  private static final int HEIGHT = 3;
  private static final int WIDTH = 4;
  private static final int PAD = 2;

  /** One picture, (2·c + 1 + ...) all different and none 0, (3, 3, 4). */
  private static ImageDataset picture() {
    byte[] pixels = new byte[HEIGHT * WIDTH * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i + 200);
    }
    return Datasets.ofImages(
        "one", Shape.of(3, HEIGHT, WIDTH), List.of("a"), new byte[][] {pixels}, new int[1]);
  }

  private static final Preprocessing PREPROCESSING =
      new Preprocessing(
          Shape.of(3, HEIGHT, WIDTH),
          new float[] {0.1f, 0.5f, 0.9f},
          new float[] {1, 2, 3},
          Resize.none());

  /** Pads, crops and flips step by step on the normalised picture with normalised black around. */
  private static float[] expected(byte[] pixels, int offsetY, int offsetX, boolean flip) {
    int paddedWidth = WIDTH + 2 * PAD;
    byte[] padded = new byte[(HEIGHT + 2 * PAD) * paddedWidth * 3];
    for (int y = 0; y < HEIGHT; y++) {
      int to = ((y + PAD) * paddedWidth + PAD) * 3;
      System.arraycopy(pixels, y * WIDTH * 3, padded, to, WIDTH * 3);
    }
    float[] out = new float[pixels.length];
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        for (int c = 0; c < 3; c++) {
          int value = padded[((y + offsetY) * paddedWidth + x + offsetX) * 3 + c] & 255;
          int toX = flip ? WIDTH - 1 - x : x;
          float mean = PREPROCESSING.mean()[c];
          out[(y * WIDTH + toX) * 3 + c] = (value / 255f - mean) / PREPROCESSING.std()[c];
        }
      }
    }
    return out;
  }

  @Test
  void everyOffsetAndFlipOccursAndIsRightUpToTheBorders() throws IOException {
    Augmentation augmentation = new Augmentation(PAD, true);
    ImageDataset dataset = picture();
    byte[] pixels = new byte[HEIGHT * WIDTH * 3];
    dataset.read(0, pixels);
    int[][] seen = new int[2 * PAD + 1][2 * PAD + 1];
    int flips = 0;
    for (int i = 0; i < 5000; i++) {
      long bits = SplitMix.at(1, i);
      float[] seenPixels = LoadedBatches.write(dataset, PREPROCESSING, augmentation, bits);
      int y = augmentation.offsetY(bits);
      int x = augmentation.offsetX(bits);
      boolean flip = augmentation.flips(bits);
      seen[y][x]++;
      flips += flip ? 1 : 0;
      assertArrayEquals(expected(pixels, y, x, flip), seenPixels, y + ", " + x + ", " + flip);
    }
    // 25 offsets with 200 expected each, deviation 14; 2500 flips, deviation 35: five deviations.
    for (int[] row : seen) {
      for (int count : row) {
        assertEquals(200, count, 70);
      }
    }
    assertEquals(2500, flips, 177);
  }

  @Test
  void noneLeavesThePictureInPlace() throws IOException {
    ImageDataset dataset = picture();
    byte[] pixels = new byte[HEIGHT * WIDTH * 3];
    dataset.read(0, pixels);
    assertArrayEquals(
        expected(pixels, PAD, PAD, false),
        LoadedBatches.write(dataset, PREPROCESSING, Augmentation.NONE, 12345));
    assertFalse(new Augmentation(4, false).flips(-1));
  }

  @Test
  void absurdPaddingAndAugmentedVectorsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Augmentation(-1, false));
    assertThrows(IllegalArgumentException.class, () -> new Augmentation(5000, false));
    VectorDataset vectors =
        Datasets.ofVectors("v", Shape.of(1), List.of("a"), new float[][] {{1}}, new int[1]);
    Preprocessing preprocessing = Preprocessing.of(vectors);
    assertThrows(
        IllegalArgumentException.class,
        () -> LoadedBatches.write(vectors, preprocessing, new Augmentation(0, true), 0));
  }
}
