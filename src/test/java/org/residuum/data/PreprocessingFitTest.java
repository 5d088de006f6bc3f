package org.residuum.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.data.Preprocessing.Values;
import org.residuum.data.load.DatasetLoader;
import org.residuum.data.source.Datasets;
import org.residuum.network.Shape;

class PreprocessingFitTest {
  /** Height and width: odd and even, square and not, thin, tiny; as in scripts/fit-table. */
  private static final int[][] SIZES = {
    {61, 47}, {47, 61}, {96, 96}, {224, 224}, {17, 900}, {900, 17}, {1, 40}, {3, 3}, {1, 1}
  };

  private static final int[][] INPUTS = {{32, 32}, {224, 224}, {97, 61}};
  private static final int GREY = 0x7c7468;

  private static Picture pattern(int height, int width) {
    byte[] pixels = new byte[height * width * 3];
    for (int k = 0; k < pixels.length; k++) {
      pixels[k] = (byte) ((31L * k * k + 7L * k) >> 3);
    }
    return new Picture(height, width, 3, pixels);
  }

  private static Resize rule(String name, Shape input) {
    int side = Math.min(input.extent(1), input.extent(2));
    int longer = Math.max(input.extent(1), input.extent(2));
    return switch (name) {
      case "squash" -> Resize.squash();
      case "squash, crop 0.875" -> Resize.squash().withCropFraction(0.875, input);
      case "shorter side, crop" -> Resize.crop((int) (longer / 0.875));
      case "shorter side, padded" -> Resize.crop(side / 2);
      case "pad" -> Resize.pad().withFill(GREY);
      case "pad, crop 0.875" -> Resize.pad().withFill(GREY).withCropFraction(0.875, input);
      default -> Resize.crop(side).withCropFraction(0.875, input);
    };
  }

  /** Checksums of PIL's and torchvision's pixels from {@code scripts/fit-table --golden}. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "squash | c2caf571 | 9b8b6c64 | f16fbdbb | 2f3a10cd | f0210ca8 | 0dac7f78",
        "squash, crop 0.875 | fe8ac009 | 13092964 | 1eb5381a | f9cf8465 | 54629296 | d1e15efa",
        "shorter side, crop | 74c91dc2 | 5f76dc79 | e851b271 | e2f6abd5 | 321242a4 | f534a8b6",
        "shorter side, padded | d2482e3d | 506ce4d8 | 87d66610 | 5722af27 | 9b7478ff | 6b240c3f",
        "pad | 72e8b753 | e4d81e88 | 09dde8ad | 0c83314a | 1ebde296 | 5623c3d2",
        "pad, crop 0.875 | 161d3696 | b0ba8ee2 | e8eba9cc | 1a7e04c6 | 2b703bdb | 1100364a",
        "cover, crop | c450d125 | fe9778f7 | 23efd425 | f3b19ac8 | 3db54044 | 19ba2e7c",
      })
  void everyRuleAndFilterEqualsPillowToTheBit(
      String rule, String a, String b, String c, String d, String e, String f) {
    List<String> sums = new ArrayList<>();
    for (Resize.Filter filter : Resize.Filter.values()) {
      CRC32 crc = new CRC32();
      for (int[] size : SIZES) {
        for (int[] input : INPUTS) {
          if (!rule.equals("cover, crop") || input[0] != input[1]) {
            Shape shape = Shape.of(3, input[0], input[1]);
            Preprocessing fitted = plain(shape, rule(rule, shape).withFilter(filter));
            crc.update(fitted.fit(pattern(size[0], size[1])).pixels());
          }
        }
      }
      sums.add(String.format("%08x", crc.getValue()));
    }
    assertEquals(List.of(a, b, c, d, e, f), sums);
  }

  private static Preprocessing plain(Shape shape, Resize resize) {
    int channels = shape.extent(0);
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    return new Preprocessing(shape, new float[channels], ones, resize);
  }

  @Test
  void greyPictureIsPaddedInColour() {
    Picture grey = new Picture(1, 2, 1, new byte[] {10, 20});
    Resize pad = Resize.pad().withFill(0x010203);
    assertArrayEquals(
        new byte[] {10, 10, 10, 20, 20, 20, 1, 2, 3, 1, 2, 3},
        plain(Shape.of(3, 2, 2), pad).fit(grey).pixels());
  }

  @Test
  void thinPicturesKeepOnePixel() {
    Preprocessing pad = plain(Shape.of(3, 8, 8), Resize.pad());
    byte[] white = new byte[3 * 4000];
    Arrays.fill(white, (byte) -1);
    byte[] fitted = pad.fit(new Picture(1, 4000, 3, white)).pixels();
    for (int i = 0; i < fitted.length; i++) {
      assertEquals(i / 24 == 3 ? -1 : 0, fitted[i], "byte " + i);
    }
  }

  @Test
  void coloursAreInTheNetworksOrder() {
    Picture pixel = new Picture(1, 1, 3, new byte[] {10, 100, 30});
    Preprocessing rgb = plain(Shape.of(3, 1, 1), Resize.none());
    Preprocessing bgr = rgb.withValues(new Values(Values.Colors.BGR, 255));
    Preprocessing gray = rgb.withValues(Values.USUAL.withColors(Values.Colors.GRAY));
    assertArrayEquals(new byte[] {30, 100, 10}, bgr.fit(pixel).pixels());
    assertArrayEquals(new byte[] {65, 65, 65}, gray.fit(pixel).pixels());
    assertArrayEquals(new byte[] {10, 100, 30}, pixel.pixels());
    FloatBuffer out = FloatBuffer.allocate(3);
    float[] caffe = {103.939f, 116.779f, 123.68f};
    bgr.withMeanAndStd(caffe, new float[] {1, 1, 2}).apply(pixel, out);
    assertArrayEquals(new float[] {30 - 103.939f, 100 - 116.779f, (10 - 123.68f) / 2}, out.array());
  }

  /** A data set holds RGB, whatever the network's order; its loader exchanges them. */
  @Test
  void dataSetsAreLoadedInTheNetworksOrder() throws Exception {
    byte[][] pixels = {{10, 100, 30}};
    ImageDataset set =
        Datasets.ofImages("one", Shape.of(3, 1, 1), List.of("a", "b"), pixels, new int[1]);
    for (Values.Colors colors : Values.Colors.values()) {
      Preprocessing preprocessing =
          plain(Shape.of(3, 1, 1), Resize.none()).withValues(new Values(colors, 255));
      float[] expected =
          switch (colors) {
            case RGB -> new float[] {10, 100, 30};
            case BGR -> new float[] {30, 100, 10};
            case GRAY -> new float[] {65, 65, 65};
          };
      try (DatasetLoader loader =
              DatasetLoader.builder(set).batch(1).preprocessing(preprocessing).build();
          var epoch = loader.epoch(0)) {
        float[] loaded = new float[3];
        epoch.next().inputs().get(0, loaded);
        assertArrayEquals(expected, loaded, colors.toString());
      }
    }
  }

  /** 1/127.5 is range 2; 16 grey levels and a range of 255 do not divide. */
  @ParameterizedTest
  @CsvSource({"255, 2", "16, 255", "255, 255", "255, 1"})
  void rangeIsTheNumberOfFullIntensity(int maxValue, int range) {
    float[] mean = {0.5f * range};
    float[] std = {0.25f * range};
    Preprocessing one =
        new Preprocessing(Shape.of(1, 1, 1), mean, std, Resize.none())
            .withValues(Values.USUAL.withRange(range));
    float[] table = one.feed(maxValue).table();
    for (int b = 0; b <= maxValue; b++) {
      double expected = ((double) b / maxValue - 0.5) / 0.25;
      assertEquals(expected, table[b], 1e-6);
    }
  }

  @Test
  void mapHoldsWhatIsNotAsUsual() {
    Preprocessing usual = Preprocessing.imagenet();
    Preprocessing other =
        usual
            .withResize(Resize.pad(300, 320).withFilter(Resize.Filter.BICUBIC).withFill(GREY))
            .withValues(new Values(Values.Colors.BGR, 255));
    assertEquals(
        "{input_shape=3,224,224, mean=0.485,0.456,0.406, std=0.229,0.224,0.225, resize=pad,"
            + " resize_to=300,320, filter=bicubic, fill=124,116,104, colors=bgr, range=255}",
        other.toMap().toString());
    for (Resize resize :
        List.of(
            Resize.none(),
            Resize.squash(),
            Resize.squash(256, 256),
            Resize.crop(256, 320),
            Resize.pad(),
            other.resize())) {
      Preprocessing one = other.withResize(resize);
      assertEquals(one, Preprocessing.fromMap(one.toMap()));
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    List<Runnable> wrong =
        List.of(
            () -> Resize.crop(0),
            () -> Resize.squash(3, 0),
            () -> Resize.squash(-1, -1),
            () -> Resize.pad().withFill(1 << 24),
            () -> Resize.squash().withCropFraction(0, Shape.of(3, 8, 8)),
            () -> Resize.squash().withCropFraction(1.01, Shape.of(3, 8, 8)),
            () -> new Resize(Resize.Policy.NONE, 2, 2, Resize.Filter.BOX, 0),
            () -> Values.USUAL.withRange(256),
            () ->
                new Preprocessing(Shape.of(1), new float[1], new float[] {1}, Resize.none())
                    .withValues(Values.USUAL.withRange(255)));
    for (Runnable one : wrong) {
      String message = assertThrows(IllegalArgumentException.class, one::run).getMessage();
      assertTrue(message.length() > 20, message);
    }
  }
}
