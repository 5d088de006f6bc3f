package org.residuum.data.decode.jpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.TestData;

/** Samples to the bit as those of libjpeg, which the JDK's decoder and Pillow call. */
class JpegDecoderTest {
  private static byte[] resource(String name) throws IOException {
    try (InputStream in = JpegDecoderTest.class.getResourceAsStream("../pictures/" + name)) {
      return in.readAllBytes();
    }
  }

  private static List<String> jpegs() throws IOException {
    return new String(resource("golden.csv"), StandardCharsets.US_ASCII)
        .lines()
        .map(line -> line.substring(0, line.indexOf(',')))
        .filter(name -> name.endsWith(".jpg"))
        .toList();
  }

  private static byte[] decoded(byte[] file, int scale, Window window) throws IOException {
    return new JpegDecoder(file, scale, 1 << 28).decode(window, JpegHeader.of(file).isYcc());
  }

  private static byte[] whole(byte[] file, int scale) throws IOException {
    JpegHeader header = JpegHeader.of(file);
    int height = Component.ceil(header.height() * scale, 8);
    int width = Component.ceil(header.width() * scale, 8);
    return decoded(file, scale, new Window(0, 0, height, width));
  }

  private static byte[] ofJdk(byte[] file) throws IOException {
    return JpegReader.of(file).samples(JpegHeader.of(file).isYcc());
  }

  private static byte[] cut(byte[] samples, int stride, int bytes, Window window) {
    byte[] cut = new byte[window.height() * window.width() * bytes];
    for (int y = 0; y < window.height(); y++) {
      int from = (window.top() + y) * stride + window.left() * bytes;
      System.arraycopy(samples, from, cut, y * window.width() * bytes, window.width() * bytes);
    }
    return cut;
  }

  private static Window random(Random random, int height, int width) {
    int top = random.nextInt(height);
    int left = random.nextInt(width);
    return new Window(
        top, left, top + 1 + random.nextInt(height - top), left + 1 + random.nextInt(width - left));
  }

  @Test
  void everyWindowIsThatOfTheJdksPicture() throws IOException {
    Random random = new Random(7);
    int unusual = 0;
    int compared = 0;
    for (String name : jpegs()) {
      byte[] file = resource(name);
      JpegHeader header = JpegHeader.of(file);
      byte[] all = ofJdk(file);
      try {
        assertTrue(Arrays.equals(all, whole(file, 8)), name);
      } catch (UnusualJpegException e) {
        unusual++;
        continue;
      }
      for (int i = 0; i < 20; i++) {
        Window window = random(random, header.height(), header.width());
        int stride = header.width() * header.components();
        byte[] expected = cut(all, stride, header.components(), window);
        assertTrue(Arrays.equals(expected, decoded(file, 8, window)), name + " " + window);
        compared++;
      }
    }
    assertEquals(3, unusual, "arithmetic codes, samples stretched in height alone");
    assertTrue(compared > 500, compared + " windows");
  }

  /**
   * Checksums of what Pillow 9.4 decodes after {@code draft(None, (width / 2, height / 2))} etc.
   */
  @ParameterizedTest
  @CsvSource({
    "photos/rocket.jpg, 585a0719, 9381c51b, 4f761df0",
    "photos/hubble_deep_field.jpg, f40f3132, 1dd85e24, 2a9b5002",
    "exif-orientation/Landscape_6.jpg, 47726f42, 603b0985, 420a07c7"
  })
  void reducedPhotosArePillowsDrafts(String name, String half, String quarter, String eighth)
      throws IOException {
    byte[] file = Files.readAllBytes(TestData.find("images/" + name));
    assertEquals(
        List.of(half, quarter, eighth),
        List.of(crc(whole(file, 4)), crc(whole(file, 2)), crc(whole(file, 1))));
  }

  @ParameterizedTest
  @CsvSource({
    "L-.jpg, eeebe268, 91374f0c, 5182cdf9",
    "RGB-1.jpg, b0206b04, 1d112538, 750c52db",
    "RGB-True.jpg, 3e0766f8, 4ef92ac6, 4458ad74",
    "more-17x33-221111-prog.jpg, 2a58ce9c, c60cfcdc, 1c5ff075",
    "more-17x33-211111-rgbnoadobe.jpg, 3a0904ea, 2565bf37, 8cc22768"
  })
  void reducedKindsArePillowsDrafts(String name, String half, String quarter, String eighth)
      throws IOException {
    byte[] file = resource(name);
    assertEquals(
        List.of(half, quarter, eighth),
        List.of(crc(whole(file, 4)), crc(whole(file, 2)), crc(whole(file, 1))));
  }

  private static String crc(byte[] samples) {
    CRC32 crc = new CRC32();
    crc.update(samples);
    return String.format("%08x", crc.getValue());
  }

  @Test
  void aWindowOfAReducedPictureIsThatOfTheWhole() throws IOException {
    byte[] file = Files.readAllBytes(TestData.find("images/photos/rocket.jpg"));
    Random random = new Random(3);
    for (int scale : new int[] {1, 2, 4}) {
      int height = Component.ceil(427 * scale, 8);
      int width = Component.ceil(640 * scale, 8);
      byte[] all = whole(file, scale);
      for (int i = 0; i < 5; i++) {
        Window window = random(random, height, width);
        assertTrue(
            Arrays.equals(cut(all, 3 * width, 3, window), decoded(file, scale, window)),
            scale + " " + window);
      }
    }
  }

  /** What is damaged is left to the JDK's decoder, or gives its size; nothing else is thrown. */
  @Test
  void damagedDataAreUnusualOrDecoded() throws IOException {
    Random random = new Random(11);
    int unusual = 0;
    for (String name : jpegs()) {
      byte[] whole = resource(name);
      for (int i = 0; i < 60; i++) {
        byte[] damaged = whole.clone();
        damaged[random.nextInt(whole.length)] = (byte) random.nextInt(256);
        try {
          JpegHeader header = JpegHeader.of(damaged);
          if ((long) header.width() * header.height() < 1 << 20) {
            byte[] samples = whole(damaged, 8);
            assertEquals(header.width() * header.height() * header.components(), samples.length);
          }
        } catch (UnusualJpegException e) {
          unusual++;
        } catch (IOException refused) {
          // By the header.
        }
      }
    }
    assertTrue(unusual > 300, unusual + " unusual");
  }

  @Test
  void coefficientsOverTheLimitAreLeftToTheJdk() throws IOException {
    byte[] file = resource("RGB-True.jpg");
    UnusualJpegException e =
        assertThrows(
            UnusualJpegException.class,
            () -> new JpegDecoder(file, 8, 100).decode(new Window(0, 0, 1, 1), true));
    assertTrue(e.getMessage().contains("bytes of coefficients"), e.getMessage());
  }
}
