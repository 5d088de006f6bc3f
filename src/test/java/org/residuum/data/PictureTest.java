package org.residuum.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.TestData;
import org.residuum.data.decode.PictureDecoder;
import org.residuum.data.source.Datasets;

/** The checksums and values here were made by Pillow 9.4. */
class PictureTest {
  @TempDir Path folder;

  /** Byte k is (31 k k + 7 k) / 8 mod 256. */
  private static Picture pattern(int height, int width, int channels) {
    byte[] pixels = new byte[height * width * channels];
    for (int k = 0; k < pixels.length; k++) {
      pixels[k] = (byte) ((31L * k * k + 7L * k) >> 3);
    }
    return new Picture(height, width, channels, pixels);
  }

  private static String crc(Picture picture) {
    CRC32 crc = new CRC32();
    crc.update(picture.pixels());
    return String.format("%08x", crc.getValue());
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({
    "7, 5, 1, 3, 3, 031ea4d0",
    "7, 5, 3, 3, 2, e6cde616",
    "28, 28, 1, 8, 8, 333d5dff",
    "28, 28, 1, 32, 32, ed6269a0",
    "32, 32, 3, 28, 28, e09b04e4",
    "1, 1, 3, 4, 5, a5ca0d09",
    "3, 3, 1, 7, 7, 0f9c3c98",
    "97, 64, 3, 33, 41, 1cc979ea",
    "64, 97, 3, 64, 13, 2f6deebc",
    "64, 97, 3, 13, 97, f8b9c8e4",
    "100, 31, 3, 224, 224, 63fa6871",
    "300, 451, 3, 1, 1, c8f1ffeb"
  })
  void resizingEqualsPillowToTheBit(
      int height, int width, int channels, int newHeight, int newWidth, String crc) {
    Picture resized = pattern(height, width, channels).resized(newHeight, newWidth);
    assertEquals(newHeight, resized.height());
    assertEquals(newWidth, resized.width());
    assertEquals(crc, crc(resized));
  }

  @Test
  void resizedValuesEqualPillows() {
    assertArrayEquals(
        bytes(89, 116, 96, 148, 138, 143, 134, 118, 180), pattern(7, 5, 1).resized(3, 3).pixels());
  }

  /** Decoding, greys, torchvision's Resize and CenterCrop, smaller and larger than the picture. */
  @ParameterizedTest
  @CsvSource({
    "astronaut, fdcaa55f, 814c09c6, e39898cf, f8f88384",
    "chelsea, 0f829d59, 8afbe349, f15baf6f, e9d85e23",
    "coffee, acf41373, 8107150c, a45993ec, 1384ae49",
    "camera, dae3fc0b, 44e91c36, 29cdd9fc, 59c2562e"
  })
  void photosEqualPillows(String name, String rgb, String cropped, String padded, String grey)
      throws IOException {
    Picture photo = Picture.read(TestData.find("images/photos/" + name + ".png"));
    assertEquals(name.equals("camera") ? 1 : 3, photo.channels());
    assertEquals(grey, crc(photo.withChannels(1)));
    photo = photo.withChannels(3);
    assertEquals(rgb, crc(photo));
    assertEquals(cropped, crc(photo.shorterSide(256).centerCrop(224, 224)));
    assertEquals(padded, crc(photo.shorterSide(101).centerCrop(224, 224)));
  }

  private static List<Path> pngSuite(boolean broken) throws IOException {
    try (Stream<Path> files = Files.list(TestData.find("images/png/pngsuite"))) {
      return files
          .filter(file -> file.toString().endsWith(".png"))
          .filter(file -> file.getFileName().toString().startsWith("x") == broken)
          .sorted()
          .toList();
    }
  }

  /** Greys of 16 bits by their high byte, where Pillow cuts them off at 255. */
  @Test
  void allValidFilesOfPngSuiteEqualPillowsToTheBit() throws IOException {
    CRC32 crc = new CRC32();
    List<Path> files = pngSuite(false);
    assertEquals(161, files.size());
    for (Path file : files) {
      crc.update(Picture.read(file).withChannels(3).pixels());
    }
    assertEquals("c5038f46", String.format("%08x", crc.getValue()));
  }

  @Test
  void brokenFilesOfPngSuiteAreNamed() throws IOException {
    List<Path> files = pngSuite(true);
    assertEquals(14, files.size());
    for (Path file : files) {
      InvalidDataException e =
          assertThrows(InvalidDataException.class, () -> Picture.read(file), file.toString());
      assertTrue(e.getMessage().startsWith(file + ": cannot be decoded ("), e.getMessage());
      assertEquals(1, e.getMessage().lines().count());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Landscape", "Portrait"})
  void allExifOrientationsComeOutUpright(String name) throws IOException {
    Picture upright = Picture.read(TestData.find("images/exif-orientation/" + name + "_1.jpg"));
    assertEquals(name.equals("Landscape"), upright.width() > upright.height());
    for (int orientation = 0; orientation <= 8; orientation++) {
      Path file = TestData.find("images/exif-orientation/" + name + "_" + orientation + ".jpg");
      Picture picture = Picture.read(file);
      assertArrayEquals(new int[] {picture.height(), picture.width()}, PictureDecoder.size(file));
      // Each was compressed anew: Pillow sees means up to 3.7, and over 40 the wrong way up.
      double difference = meanDifference(upright, picture);
      assertTrue(difference < 5, file + ": mean difference " + difference);
    }
  }

  private static double meanDifference(Picture a, Picture b) {
    assertEquals(a.height(), b.height());
    assertEquals(a.width(), b.width());
    assertEquals(a.channels(), b.channels());
    long sum = 0;
    for (int i = 0; i < a.pixels().length; i++) {
      sum += Math.abs((a.pixels()[i] & 255) - (b.pixels()[i] & 255));
    }
    return (double) sum / a.pixels().length;
  }

  @Test
  void arithmeticCodedJpegIsDecodedAndTwelveBitJpegIsNamed() throws IOException {
    Picture huffman = Picture.read(TestData.find("images/libjpeg-turbo/testimgint.jpg"));
    Picture arithmetic = Picture.read(TestData.find("images/libjpeg-turbo/testimgari.jpg"));
    assertTrue(meanDifference(huffman, arithmetic) < 3);
    Path twelveBit = TestData.find("images/libjpeg-turbo/monkey12.jpg");
    String message =
        assertThrows(InvalidDataException.class, () -> Picture.read(twelveBit)).getMessage();
    assertTrue(message.contains("monkey12.jpg") && message.contains("12"), message);
  }

  @Test
  void alphaIsDropped() throws IOException {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00123456);
    image.setRGB(1, 0, 0xff123456);
    image.setRGB(2, 0, 0x80000000);
    Path file = folder.resolve("alpha.png");
    ImageIO.write(image, "png", file.toFile());
    byte[] hiddenColoursToo = bytes(0x12, 0x34, 0x56, 0x12, 0x34, 0x56, 0, 0, 0);
    assertArrayEquals(hiddenColoursToo, Picture.read(file).pixels());
    assertArrayEquals(hiddenColoursToo, Picture.of(image).pixels());
  }

  @Test
  void fileInMemoryAndImageGiveTheSame() throws IOException {
    Datasets.writeGlyphs(folder, 1, 0);
    Path file = folder.resolve("0/glyph-00000.png");
    byte[] expected = Picture.read(file).pixels();
    assertArrayEquals(expected, Picture.decode("upload", Files.readAllBytes(file)).pixels());
    assertArrayEquals(expected, Picture.of(ImageIO.read(file.toFile())).pixels());
    String message =
        assertThrows(InvalidDataException.class, () -> Picture.decode("upload", new byte[9]))
            .getMessage();
    assertTrue(message.startsWith("upload: cannot be decoded"), message);
  }

  @Test
  void imageWithProductsOfAlphaIsDividedAndStaysAsItIs() {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB_PRE);
    image.getRaster().setPixel(0, 0, new int[] {100, 50, 0, 128});
    Picture picture = Picture.of(image);
    assertArrayEquals(new int[] {100, 50, 0, 128}, image.getRaster().getPixel(0, 0, (int[]) null));
    assertEquals(100 * 255 / 128, picture.pixels()[0] & 255, 1);
    assertEquals(0, picture.pixels()[2] & 255);
  }

  @Test
  void truncatedPngIsNeverAPicture() throws IOException {
    Datasets.writeGlyphs(folder, 1, 0);
    byte[] png = Files.readAllBytes(folder.resolve("0/glyph-00000.png"));
    Path file = folder.resolve("cut.png");
    for (int length = 0; length < png.length; length++) {
      Files.write(file, Arrays.copyOf(png, length));
      assertThrows(InvalidDataException.class, () -> Picture.read(file), length + " bytes");
    }
  }

  private static void chunk(ByteBuffer png, String type, byte[] data) {
    CRC32 crc = new CRC32();
    crc.update(type.getBytes(StandardCharsets.US_ASCII));
    crc.update(data);
    png.putInt(data.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
    png.putInt((int) crc.getValue());
  }

  @Test
  void truncatedJpegIsNoPicture() throws IOException {
    byte[] jpeg = Files.readAllBytes(TestData.find("images/photos/rocket.jpg"));
    Path file = folder.resolve("cut.jpg");
    for (int percent = 0; percent < 100; percent += 7) {
      Files.write(file, Arrays.copyOf(jpeg, jpeg.length * percent / 100));
      assertThrows(InvalidDataException.class, () -> Picture.read(file), percent + " %");
    }
  }

  /** Written by Pillow: a lossless WebP of 2 x 3 pixels and a CMYK JPEG of 8 x 8, all red. */
  @Test
  void webpAndCmykJpegAreDecoded() throws IOException {
    assertArrayEquals(
        bytes(255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30, 200, 100, 50, 255, 255, 255),
        decode(
                "UklGRkIAAABXRUJQVlA4TDYAAAAvAkAAAC9AkG2zQdzr/jLTIJO2yV//dmZtZNI2rYf986+y8x9o5JGs+wYE"
                    + "ApSx4oFtIvof4wU=")
            .pixels());
    Picture red =
        decode(
            "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4L"
                + "CxAWEBETFBUVFQwPFxgWFBgSFBUU/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAA"
                + "AAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEV"
                + "UtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SF"
                + "hoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz"
                + "9PX29/j5+v/aAA4EQwBNAFkASwAAPwD9U6/Kqvyqr9U6/9k=");
    assertEquals(List.of(8, 8, 3), List.of(red.height(), red.width(), red.channels()));
    for (int i = 0; i < 64; i++) {
      assertTrue((red.pixels()[3 * i] & 255) > 200, "red of pixel " + i);
      assertTrue((red.pixels()[3 * i + 1] & 255) < 60, "green of pixel " + i);
      assertTrue((red.pixels()[3 * i + 2] & 255) < 60, "blue of pixel " + i);
    }
  }

  private Picture decode(String base64) throws IOException {
    Path file = folder.resolve("decoded");
    Files.write(file, Base64.getDecoder().decode(base64));
    return Picture.read(file);
  }

  @Test
  void hugeSizeInAHeaderIsRefusedBeforeAllocation() throws IOException {
    ByteBuffer png = ByteBuffer.allocate(100).putLong(0x89504e470d0a1a0aL);
    chunk(png, "IHDR", ByteBuffer.allocate(13).putInt(60_000).putInt(60_000).put((byte) 8).array());
    chunk(png, "IDAT", new byte[0]);
    chunk(png, "IEND", new byte[0]);
    Path file = Files.write(folder.resolve("huge.png"), Arrays.copyOf(png.array(), png.position()));
    String message =
        assertThrows(InvalidDataException.class, () -> Picture.read(file)).getMessage();
    assertTrue(message.contains("3600000000 pixels"), message);
  }

  @Test
  void centerCropRoundsHalvesToEvenAsPython() {
    Picture row = new Picture(1, 6, 1, bytes(0, 1, 2, 3, 4, 5));
    assertArrayEquals(bytes(2, 3, 4), row.centerCrop(1, 3).pixels()); // round(1.5) = 2
    assertArrayEquals(bytes(0, 1, 2, 3, 4), row.centerCrop(1, 5).pixels()); // round(0.5) = 0
    assertArrayEquals(bytes(0, 0, 1, 2, 3, 4, 5, 0, 0), row.centerCrop(1, 9).pixels());
    assertSame(row, row.centerCrop(1, 6));
  }

  @Test
  void sizesThatDisagreeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Picture(2, 2, 3, new byte[11]));
    assertThrows(IllegalArgumentException.class, () -> new Picture(0, 2, 3, new byte[0]));
    assertThrows(IllegalArgumentException.class, () -> new Picture(2, 2, 4, new byte[16]));
  }
}
