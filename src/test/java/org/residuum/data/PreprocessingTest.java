package org.residuum.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.data.source.Datasets;
import org.residuum.network.Shape;

class PreprocessingTest {
  private static final Preprocessing VECTOR =
      new Preprocessing(
          Shape.of(4),
          new float[] {1e-9f, -3, 0.1f, 7},
          new float[] {1, 2, 3, 1e9f},
          Resize.none());

  @Test
  void mapGivesTheSameBack() {
    PictureOptions applied =
        PictureOptions.DEFAULTS.withColorProfile(PictureOptions.ColorProfile.APPLY);
    for (Preprocessing preprocessing :
        List.of(
            Preprocessing.imagenet(),
            Preprocessing.cifar10(),
            Preprocessing.cifar100(),
            Preprocessing.mnist(),
            Preprocessing.cifar10().withDecoding(applied),
            VECTOR)) {
      assertEquals(preprocessing, Preprocessing.fromMap(preprocessing.toMap()));
    }
    assertNotEquals(Preprocessing.cifar10(), Preprocessing.cifar100());
    assertEquals(
        Map.of(
            "input_shape", "3,224,224",
            "mean", "0.485,0.456,0.406",
            "std", "0.229,0.224,0.225",
            "resize", "crop",
            "shorter_side", "256"),
        Preprocessing.imagenet().toMap());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "colour | red | unknown key 'colour'",
        "mean | 1,2 | 3 values each",
        "mean | 1,2,x | mean is '1,2,x'",
        "mean | 1,,2 | mean is '1,,2'",
        "mean | 1,2,NaN | must be finite",
        "std | 1,2,0 | above 0",
        "std | 1,2,-1 | above 0",
        "input_shape | 2,224,224 | neither",
        "input_shape | 3,224 | neither",
        "input_shape | 3,224,1.5 | positive whole",
        "input_shape | 3,224,0 | positive whole",
        "input_shape | 3,224,1e9 | ",
        "input_shape | 3,20000,20 | over 16384",
        "resize | stretch | one of none, squash, crop, pad",
        "resize | squash | no such key unless resize is crop",
        "color_profile | yes | ignore or apply",
        "resize_to | 256,256 | no such key with shorter_side",
        "filter | cubic | one of nearest, box, bilinear, hamming, bicubic, lanczos",
        "fill | 1,2 | red, green and blue",
        "fill | 1,2,256 | red, green and blue",
        "colors | rgba | one of rgb, bgr, gray",
        "range | 0 | a whole number in 1..255",
        "shorter_side | 0 | a whole number in 1..16384",
        "shorter_side | 1e3 | a whole number in 1..16384"
      })
  void malformedMapsAreRefused(String key, String value, String part) {
    Map<String, String> map = new LinkedHashMap<>(Preprocessing.imagenet().toMap());
    map.put(key, value);
    String message =
        assertThrows(IllegalArgumentException.class, () -> Preprocessing.fromMap(map)).getMessage();
    assertTrue(part == null || message.contains(part), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void missingKeysAreNamed() {
    for (String key : Preprocessing.imagenet().toMap().keySet()) {
      Map<String, String> map = new LinkedHashMap<>(Preprocessing.imagenet().toMap());
      map.remove(key);
      String message =
          assertThrows(IllegalArgumentException.class, () -> Preprocessing.fromMap(map))
              .getMessage();
      assertTrue(message.contains("'" + key + "' is missing"), message);
    }
  }

  @Test
  void greyPictureFeedsAnRgbNetworkNormalised() {
    Picture grey = new Picture(1, 2, 1, new byte[] {0, (byte) 255});
    Preprocessing preprocessing =
        new Preprocessing(
            Shape.of(3, 1, 2), new float[] {0, 0.5f, 1}, new float[] {1, 0.5f, 2}, Resize.none());
    FloatBuffer out = FloatBuffer.allocate(6);
    preprocessing.apply(grey, out);
    assertEquals(6, out.position());
    assertArrayEquals(new float[] {0, -1, -0.5f, 1, 1, 0}, out.array());
  }

  @Test
  void fitFollowsThePolicy() {
    Picture wide = new Picture(2, 8, 3, new byte[48]);
    Preprocessing squash =
        new Preprocessing(Shape.of(1, 4, 4), new float[1], new float[] {1}, Resize.squash());
    for (Resize resize : List.of(Resize.squash(), Resize.crop(4), Resize.crop(5))) {
      Picture fitted = squash.withResize(resize).fit(wide);
      assertEquals(List.of(4, 4, 1), List.of(fitted.height(), fitted.width(), fitted.channels()));
    }
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> squash.withResize(Resize.none()).fit(wide))
            .getMessage();
    assertTrue(message.contains("2 x 8") && message.contains("4 x 4"), message);
    assertThrows(IllegalArgumentException.class, () -> VECTOR.fit(wide));
  }

  @Test
  void measuringIsExactAndConstantChannelsGetDeviationOne() {
    byte[][] pixels = {{0, 10, 100, 10}, {(byte) 200, 10, 100, 10}};
    ImageDataset grey = Datasets.ofImages("g", Shape.of(1, 2, 2), List.of("a"), pixels, new int[2]);
    double mean = 440 / 8.0;
    double variance = (40000 + 4 * 100 + 2 * 10000) / 8.0 - mean * mean;
    Preprocessing measured = Preprocessing.of(grey);
    assertEquals((float) (mean / 255), measured.mean()[0]);
    assertEquals((float) (Math.sqrt(variance) / 255), measured.std()[0], 1e-7f);
    assertEquals(measured, Preprocessing.of(grey));
    VectorDataset vectors =
        Datasets.ofVectors(
            "v", Shape.of(2), List.of("a"), new float[][] {{5, 1}, {5, 3}}, new int[2]);
    assertArrayEquals(new float[] {5, 2}, Preprocessing.of(vectors).mean());
    assertArrayEquals(new float[] {1, 1}, Preprocessing.of(vectors).std());
  }

  @Test
  void arraysAreCopies() {
    float[] mean = {0.5f};
    Preprocessing preprocessing =
        new Preprocessing(Shape.of(1, 2, 2), mean, new float[] {1}, Resize.none());
    mean[0] = 9;
    preprocessing.mean()[0] = 9;
    assertEquals(0.5f, preprocessing.mean()[0]);
  }
}
