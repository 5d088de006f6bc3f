package org.residuum.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.residuum.data.source.Datasets;
import org.residuum.network.Shape;

/** Data sets whose pictures are fitted to a network. */
final class FittedImagesTest {
  private static final float[] ONES = {1, 1, 1};
  private static final ImageDataset GREY =
      Datasets.ofImages(
          "grey",
          Shape.of(1, 2, 2),
          List.of("a", "b"),
          new byte[][] {{0, 100, (byte) 200, (byte) 255}, {9, 9, 9, 9}},
          new int[] {1, 0});

  private static Preprocessing to(int channels, int side) {
    Shape input = Shape.of(channels, side, side);
    float[] values = Arrays.copyOf(ONES, channels);
    return new Preprocessing(input, values, values, Resize.squash());
  }

  @Test
  void picturesHaveTheSizeAndChannelsOfTheNetwork() throws IOException {
    Preprocessing wide = to(3, 4);
    ImageDataset fitted = (ImageDataset) wide.fit((Dataset) GREY);
    assertEquals(Shape.of(3, 4, 4), fitted.exampleShape());
    assertEquals(List.of("a", "b"), fitted.labels());
    assertEquals(1, fitted.label(0));
    byte[] expected = wide.fit(new Picture(2, 2, 1, new byte[] {0, 100, -56, -1})).pixels();
    byte[] read = new byte[3 * 16];
    fitted.read(0, read);
    assertArrayEquals(expected, read);
  }

  @Test
  void whatFitsIsItself() {
    assertSame(GREY, to(1, 2).fit((Dataset) GREY));
  }

  /** The digits' 16 is full intensity, 255 after that. */
  @Test
  void fullIntensityBecomes255() throws IOException {
    ImageDataset sixteen =
        new FittedImages(
            new ImageDataset() {
              @Override
              public void read(int index, byte[] into) {
                Arrays.fill(into, (byte) (index == 0 ? 16 : 4));
              }

              @Override
              public int maxValue() {
                return 16;
              }

              @Override
              public String name() {
                return "sixteen";
              }

              @Override
              public int size() {
                return 2;
              }

              @Override
              public Shape exampleShape() {
                return Shape.of(1, 2, 2);
              }

              @Override
              public List<String> labels() {
                return List.of("all");
              }

              @Override
              public int label(int index) {
                return 0;
              }
            },
            to(1, 3));
    byte[] read = new byte[9];
    sixteen.read(0, read);
    assertEquals(255, read[4] & 255);
    sixteen.read(1, read);
    assertEquals(64, read[4] & 255);
    assertEquals(255, sixteen.maxValue());
  }
}
