package org.residuum.data.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.TestData;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Picture;
import org.residuum.data.PictureOptions;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.decode.reader.PictureReader;

/** Small pictures that Pillow 9.4 wrote, and its checksums: scripts/picture-table --golden. */
class PictureGoldenTest {
  private static byte[] resource(String name) throws IOException {
    try (InputStream in = PictureGoldenTest.class.getResourceAsStream("pictures/" + name)) {
      return in.readAllBytes();
    }
  }

  static String crc(Picture picture) {
    CRC32 crc = new CRC32();
    crc.update(picture.withChannels(3).pixels());
    return String.format("%08x", crc.getValue());
  }

  static List<String> golden() throws IOException {
    return new String(resource("golden.csv"), StandardCharsets.US_ASCII).lines().toList();
  }

  @Test
  void everyPictureEqualsPillowsToTheBit() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (String line : golden()) {
      String[] fields = line.split(",");
      Picture picture = Picture.decode(fields[0], resource(fields[0]));
      String ours = picture.height() + "," + picture.width() + "," + crc(picture);
      if (!line.equals(fields[0] + "," + ours)) {
        wrong.add(line + ", not " + ours);
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(golden().size() > 200);
  }

  static List<String> still() throws IOException {
    return golden().stream()
        .map(line -> line.substring(0, line.indexOf(',')))
        .filter(name -> !name.startsWith("more-anim")) // Their first frame may be whole.
        .toList();
  }

  @ParameterizedTest
  @MethodSource("still")
  void aCutPictureIsRefused(String name) throws IOException {
    byte[] whole = resource(name);
    for (int percent : new int[] {0, 1, 10, 50, 75}) {
      byte[] cut = Arrays.copyOf(whole, whole.length * percent / 100);
      String message =
          assertThrows(
                  InvalidDataException.class,
                  () -> Picture.decode(name, cut),
                  name + " cut at " + percent + " %")
              .getMessage();
      assertTrue(message.startsWith(name + ": cannot be decoded ("), message);
      assertEquals(1, message.lines().count());
    }
  }

  /** The container says that all is there. */
  @ParameterizedTest
  @ValueSource(strings = {"RGB-True.webp", "RGB-.webp", "RGB-95_6.webp"})
  void aWebpWhosePixelsAloneAreCutIsRefused(String name) throws IOException {
    byte[] whole = resource(name);
    for (int length = 40; length < whole.length - 2; length += 7) {
      byte[] cut = Arrays.copyOf(whole, length);
      ByteBuffer sizes = ByteBuffer.wrap(cut).order(ByteOrder.LITTLE_ENDIAN);
      sizes.putInt(4, length - 8).putInt(16, length - 20);
      assertThrows(
          InvalidDataException.class, () -> Picture.decode(name, cut), name + " at " + cut.length);
    }
  }

  /** A damaged byte gives a picture or a refusal, and nothing else. */
  @Test
  void damagedBytesNeverEscape() throws IOException {
    int refused = 0;
    for (String line : golden()) {
      String name = line.substring(0, line.indexOf(','));
      byte[] whole = resource(name);
      for (int at = 0; at < whole.length; at += 1 + whole.length / 12) {
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) 0xa5;
        try {
          Picture.decode(name, damaged, PictureOptions.DEFAULTS.withMaxPixels(1 << 20));
        } catch (InvalidDataException e) {
          refused++;
        }
      }
    }
    assertTrue(refused > 500, refused + " refused");
  }

  /** Only what a crop looks at is decoded, whatever the format and the orientation. */
  @Test
  void aFittedFileEqualsTheFittedPicture() throws IOException {
    List<String> wrong = new ArrayList<>();
    Preprocessing cifar = Preprocessing.cifar10();
    List<Resize> rules =
        List.of(
            Resize.crop(40),
            Resize.crop(36).withFilter(Resize.Filter.BICUBIC),
            Resize.crop(64).withFilter(Resize.Filter.NEAREST),
            Resize.squash(),
            Resize.pad());
    for (String line : golden()) {
      String name = line.substring(0, line.indexOf(','));
      byte[] file = resource(name);
      Picture whole = Picture.decode(name, file);
      for (Resize rule : rules) {
        Preprocessing preprocessing = cifar.withResize(rule);
        byte[] fitted = preprocessing.fit(name, file).pixels();
        if (!Arrays.equals(preprocessing.fit(whole).pixels(), fitted)) {
          wrong.add(name + " " + rule);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void aFittedPhotoIsUprightAndThatOfTheWholeOne(int orientation) throws IOException {
    Path file = TestData.find("images/exif-orientation/Landscape_" + orientation + ".jpg");
    Preprocessing exact = Preprocessing.imagenet();
    byte[] expected = exact.fit(Picture.read(file)).pixels();
    assertTrue(Arrays.equals(expected, exact.fit(file).pixels()));
    byte[] fast =
        exact
            .withDecoding(PictureOptions.DEFAULTS.withDetail(PictureOptions.Detail.FAST))
            .fit(file)
            .pixels();
    double sum = 0;
    for (int i = 0; i < fast.length; i++) {
      sum += Math.abs((fast[i] & 255) - (expected[i] & 255));
    }
    double mean = sum / fast.length;
    assertTrue(mean > 0.01 && mean < 3, "mean difference " + mean); // The picture turned: over 30.
  }

  @ParameterizedTest
  @CsvSource({"rocket.jpg, 49cf24ab", "hubble_deep_field.jpg, 767b1caf", "astronaut.png, fdcaa55f"})
  void photosEqualPillowsWhateverTheirProfile(String name, String crc) throws IOException {
    assertEquals(crc, crc(Picture.read(TestData.find("images/photos/" + name))));
  }

  /** The means are those of Pillow's ImageCms. */
  @Test
  void aProfileIsAppliedOnRequest() throws IOException {
    PictureOptions apply =
        PictureOptions.DEFAULTS.withColorProfile(PictureOptions.ColorProfile.APPLY);
    Picture rocket = Picture.read(TestData.find("images/photos/rocket.jpg"), apply);
    double[] expected = {41.478, 58.281, 81.604};
    double[] sums = new double[3];
    for (int i = 0; i < rocket.pixels().length; i++) {
      sums[i % 3] += rocket.pixels()[i] & 255;
    }
    for (int c = 0; c < 3; c++) {
      assertEquals(expected[c], sums[c] / (rocket.width() * rocket.height()), 0.5);
    }
    for (String name : new String[] {"profile.png", "profile.jpg", "profile.webp", "profile.tif"}) {
      byte[] file = resource(name);
      PictureReader encoded = PictureFormat.open(file);
      assertTrue(encoded.colorProfile().isPresent(), name);
      Picture plain = Picture.decode(name, file);
      Picture converted = Picture.decode(name, file, apply);
      for (int i = 0; i < plain.pixels().length; i++) { // sRGB to sRGB.
        assertEquals(plain.pixels()[i] & 255, converted.pixels()[i] & 255, 2, name);
      }
    }
  }

  @Test
  void exifTurnsJpegPngAndWebpAlike() throws IOException {
    Picture jpeg = Picture.read(TestData.find("cases/pictures/exif6.jpg"));
    Picture png = Picture.read(TestData.find("cases/pictures/exif6.png"));
    Picture webp = Picture.read(TestData.find("cases/pictures/exif6.webp"));
    Picture stored = Picture.read(TestData.find("cases/pictures/upright-as-stored.png"));
    for (Picture picture : List.of(jpeg, png, webp)) {
      assertEquals(stored.width(), picture.height());
      assertEquals(stored.height(), picture.width());
      long difference = 0;
      for (int i = 0; i < png.pixels().length; i++) {
        difference += Math.abs((png.pixels()[i] & 255) - (picture.pixels()[i] & 255));
      }
      assertTrue((double) difference / png.pixels().length < 8);
    }
  }

  @Test
  void cmykTiffEqualsPillowsAndLabIsRefusedByName() throws IOException {
    assertEquals("1cd8a263", crc(Picture.read(TestData.find("cases/pictures/cmyk-raw.tif"))));
    assertRefused("cases/pictures/lab.tif", "CIE Lab");
    assertRefused("cases/pictures/lossless-cut-at-10-percent.webp", "cut short");
    assertRefused("cases/pictures/control-bytes-in-a-chunk.png", "\\x1b[2J");
  }

  private static void assertRefused(String file, String reason) {
    String message =
        assertThrows(InvalidDataException.class, () -> Picture.read(TestData.find(file)))
            .getMessage();
    assertTrue(message.contains(reason), message);
  }

  @ParameterizedTest
  @ValueSource(ints = {3000, 8000})
  void onePixelWideIsFittedAtOnce(int height) throws IOException {
    Picture thin = Picture.read(TestData.find("cases/pictures/one-pixel-wide-" + height + ".png"));
    assertEquals(height, thin.height());
    assertEquals(224 * 224 * 3, Preprocessing.imagenet().fit(thin).pixels().length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "00000020 66747970 61766966 00000000 | AVIF",
        "00000020 66747970 68656963 00000000 | HEIC",
        "0000000c 6a502020 0d0a870a | JPEG 2000",
        "ff4fff51 00000000 | JPEG 2000",
        "ff0a 00000000 | JPEG XL",
        "38425053 0001 0000 | Photoshop",
        "00000100 0100 2020 0000 | ICO",
        "25504446 2d312e34 | PDF",
        "3c737667 20786d6c | SVG",
        "50370a57 | PAM",
        "712a712a712a712a | not in a known picture format"
      })
  void formatsThatAreNotReadAreNamed(String hex, String name) {
    byte[] file = HexFormat.of().parseHex(hex.replace(" ", ""));
    String message =
        assertThrows(InvalidDataException.class, () -> Picture.decode("a", file)).getMessage();
    assertTrue(message.contains(name), message);
    assertEquals(name.startsWith("not"), !message.contains("convert it to PNG or JPEG"), message);
  }
}
