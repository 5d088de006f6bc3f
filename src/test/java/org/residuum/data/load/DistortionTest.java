package org.residuum.data.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.data.Augmentation;
import org.residuum.data.ImageDataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.prepare.AffineMap;
import org.residuum.data.prepare.SplitMix;
import org.residuum.data.source.Datasets;
import org.residuum.network.Shape;

final class DistortionTest {
  private static final int SIDE = 9;
  private static final Preprocessing RAW =
      new Preprocessing(Shape.of(1, SIDE, SIDE), new float[1], new float[] {1}, Resize.none());

  /** A blob around (y, x), brightest there, wide enough for bilinear sampling to follow. */
  private static ImageDataset blob(double y, double x) {
    byte[] pixels = new byte[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      double distance = Math.hypot(i / SIDE - y, i % SIDE - x);
      pixels[i] = (byte) Math.round(200 * Math.max(0, 1 - distance / 3));
    }
    return Datasets.ofImages(
        "blob", Shape.of(1, SIDE, SIDE), List.of("a"), new byte[][] {pixels}, new int[1]);
  }

  private static float[] write(ImageDataset data, Augmentation augmentation, long bits)
      throws IOException {
    return LoadedBatches.write(data, RAW, augmentation, bits);
  }

  /** The place of the centre of gravity, (y, x). */
  private static double[] centre(float[] picture) {
    double sum = 0;
    double y = 0;
    double x = 0;
    for (int i = 0; i < picture.length; i++) {
      sum += picture[i];
      y += picture[i] * (i / SIDE);
      x += picture[i] * (i % SIDE);
    }
    return new double[] {y / sum, x / sum};
  }

  /** A pixel of the result comes from where the map says, so the blob goes the other way. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shiftMovesByPartsOfAPixel(long bits) throws IOException {
    Augmentation.Distortion distortion = new Augmentation.Distortion(1.5, 0, 0, 0);
    AffineMap map = AffineMap.draw(distortion, bits);
    double[] centre = centre(write(blob(4, 4), Augmentation.of(distortion), bits));
    assertEquals(4 - map.f(), centre[0], 0.03);
    assertEquals(4 - map.e(), centre[1], 0.03);
    assertTrue(Math.abs(map.e()) <= 1.5 && Math.abs(map.f()) <= 1.5);
  }

  /** The point p of the picture appears at M⁻¹p: mapping that place gives p back. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void turnStretchAndShearMoveAPointAsTheMapSays(long bits) throws IOException {
    Augmentation.Distortion distortion = new Augmentation.Distortion(0.5, 20, 0.1, 0.2);
    AffineMap map = AffineMap.draw(distortion, bits);
    double[] centre = centre(write(blob(3, 5.5), Augmentation.of(distortion), bits));
    double down = centre[0] - 4;
    double right = centre[1] - 4;
    assertEquals(5.5 - 4, map.a() * right + map.b() * down + map.e(), 0.1);
    assertEquals(3 - 4, map.c() * right + map.d() * down + map.f(), 0.1);
  }

  @Test
  void turnAloneKeepsLengthsAndStaysWithinItsLimit() {
    Augmentation.Distortion distortion = new Augmentation.Distortion(0, 30, 0, 0);
    double widest = 0;
    for (int i = 0; i < 1000; i++) {
      AffineMap map = AffineMap.draw(distortion, SplitMix.at(3, i));
      assertEquals(1, map.a() * map.d() - map.b() * map.c(), 1e-12);
      assertEquals(map.a(), map.d(), 1e-12);
      assertEquals(map.b(), -map.c(), 1e-12);
      widest = Math.max(widest, Math.toDegrees(Math.abs(Math.asin(map.c()))));
    }
    assertTrue(widest > 29.5 && widest <= 30, "of 1,000 turns the widest is " + widest);
  }

  @Test
  void warpOfNothingDrawnIsThePictureCroppedAndMirrored() throws IOException {
    Augmentation.Distortion tiny = new Augmentation.Distortion(1e-12, 0, 0, 0);
    for (int i = 0; i < 50; i++) {
      long bits = SplitMix.at(9, i);
      float[] plain = write(blob(2, 5), new Augmentation(2, true), bits);
      float[] distorted = write(blob(2, 5), new Augmentation(2, true, tiny), bits);
      assertArrayEquals(plain, distorted, 1e-5f);
    }
  }

  @Test
  void absurdAmountsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Augmentation.Distortion(-1, 0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Augmentation.Distortion(0, 181, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Augmentation.Distortion(0, 0, 1, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new Augmentation.Distortion(0, 0, 0, Double.NaN));
  }
}
