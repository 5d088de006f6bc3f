package org.residuum.data.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Picture;
import org.residuum.data.PictureOptions;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.decode.reader.PictureReader;
import org.residuum.network.Shape;

/** What is too large for the heap or a limit is one picture's failure, and crops stay small. */
class PictureLimitsTest {
  private static Picture pattern(int height, int width, int channels) {
    byte[] pixels = new byte[height * width * channels];
    for (int k = 0; k < pixels.length; k++) {
      pixels[k] = (byte) ((31L * k * k + 7L * k) >> 3);
    }
    return new Picture(height, width, channels, pixels);
  }

  @ParameterizedTest
  @CsvSource({
    "37, 53, 3, 40, 32, 32",
    "53, 37, 3, 40, 32, 32",
    "53, 37, 1, 37, 20, 31",
    "37, 53, 3, 37, 37, 20",
    "300, 20, 3, 25, 24, 24",
    "20, 300, 3, 25, 40, 24",
    "20, 21, 3, 8, 12, 7",
    "64, 64, 3, 64, 64, 64",
    "64, 64, 3, 64, 63, 64"
  })
  void aCropComputesTheSamePixelsAsTheWhole(
      int height, int width, int channels, int side, int cropHeight, int cropWidth) {
    Picture picture = pattern(height, width, channels);
    Picture expected = picture.shorterSide(side).centerCrop(cropHeight, cropWidth);
    float[] each = new float[channels];
    Arrays.fill(each, 1);
    Shape input = Shape.of(channels, cropHeight, cropWidth);
    Picture crop = new Preprocessing(input, each, each, Resize.crop(side)).fit(picture);
    assertEquals(cropHeight, crop.height());
    assertEquals(cropWidth, crop.width());
    assertArrayEquals(expected.pixels(), crop.pixels());
  }

  /** The whole would be 256 × 268,435,456 pixels. */
  @Test
  void aThinPictureIsCroppedWithoutItsWhole() {
    Picture thin = pattern(1, 1 << 20, 1);
    Preprocessing imagenet = Preprocessing.imagenet();
    Picture across = imagenet.fit(thin);
    Picture down = imagenet.fit(new Picture(1 << 20, 1, 1, thin.pixels()));
    assertEquals(Shape.of(3, 224, 224).elements(), across.pixels().length);
    int left = thin.pixels()[(1 << 19) - 1] & 255;
    int right = thin.pixels()[1 << 19] & 255;
    int center = 3 * (112 * 224 + 112);
    assertEquals((left + right) / 2.0, across.pixels()[center] & 255, 1.5);
    assertEquals((left + right) / 2.0, down.pixels()[center] & 255, 1.5);
  }

  /** A PNG of zeros. */
  private static byte[] png(int width, int height, int colorType) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(out);
    data.writeLong(0x89504e470d0a1a0aL);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream sizes = new DataOutputStream(header);
    sizes.writeInt(width);
    sizes.writeInt(height);
    sizes.write(new byte[] {8, (byte) colorType, 0, 0, 0});
    chunk(data, "IHDR", header.toByteArray());
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(pixels)) {
      byte[] row = new byte[1 + width * (colorType == 0 ? 1 : 4)];
      for (int y = 0; y < height; y++) {
        deflater.write(row);
      }
    }
    chunk(data, "IDAT", pixels.toByteArray());
    chunk(data, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void chunk(DataOutputStream png, String type, byte[] data) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(type.getBytes(StandardCharsets.US_ASCII));
    crc.update(data);
    png.writeInt(data.length);
    png.writeBytes(type);
    png.write(data);
    png.writeInt((int) crc.getValue());
  }

  @Test
  void pixelsOverTheLimitAreRefusedByTheirHeader() throws IOException {
    byte[] png = png(300, 200, 0);
    PictureOptions limit = PictureOptions.DEFAULTS.withMaxPixels(60_000);
    assertEquals(300, Picture.decode("a", png, limit).width());
    String message =
        assertThrows(
                InvalidDataException.class,
                () -> Picture.decode("a", png, limit.withMaxPixels(59_999)))
            .getMessage();
    assertTrue(message.contains("300 x 200 = 60000 pixels, at most 59999"), message);
    assertThrows(IllegalArgumentException.class, () -> limit.withMaxPixels(0));
  }

  @Test
  void aPictureOverTheHeapIsRefusedWithTheRemedy() {
    String message =
        assertThrows(
                InvalidDataException.class,
                () ->
                    PictureDecoder.guarded(
                        "a", () -> new DecodingHeap(1 << 20).with(3 << 20, () -> 1)))
            .getMessage();
    assertTrue(message.startsWith("a: cannot be decoded (3 MiB of heap are needed"), message);
    assertTrue(message.contains("-Xmx"), message);
  }

  @Test
  void whateverIsThrownIsTheFailureOfOnePicture() {
    for (Throwable thrown :
        new Throwable[] {
          new OutOfMemoryError("Java heap space"),
          new StackOverflowError(),
          new ArrayIndexOutOfBoundsException(7),
          new IOException("broken")
        }) {
      InvalidDataException e =
          assertThrows(
              InvalidDataException.class,
              () ->
                  PictureDecoder.guarded(
                      "a",
                      () -> {
                        if (thrown instanceof Error error) {
                          throw error;
                        }
                        if (thrown instanceof RuntimeException exception) {
                          throw exception;
                        }
                        throw (IOException) thrown;
                      }));
      assertTrue(e.getMessage().startsWith("a: cannot be decoded ("), e.getMessage());
    }
  }

  @Test
  void picturesWaitUntilTheHeapHasRoomForThem() throws Exception {
    DecodingHeap heap = new DecodingHeap(10 << 20);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(8);
    for (int i = 0; i < 8; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  heap.with(
                      4 << 20,
                      () -> {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        Thread.yield();
                        return running.decrementAndGet();
                      });
                } catch (IOException e) {
                  throw new AssertionError(e);
                } finally {
                  done.countDown();
                }
              });
      thread.start();
    }
    done.await();
    assertTrue(most.get() <= 2, most + " at a time");
  }

  @Test
  void alphaAddsNothingToWhatDecodingHolds() throws IOException {
    byte[] png = png(500, 400, 6);
    PictureReader encoded = PictureFormat.open(png);
    assertTrue(
        encoded.header().decodingBytes() < 3 * 500 * 400 + 10_000,
        "" + encoded.header().decodingBytes());
    assertEquals(3 * 500 * 400, encoded.decode().pixels().length);
  }

  @Test
  void controlCharactersOfAFileAreShownNotSent() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(out);
    data.writeLong(0x89504e470d0a1a0aL);
    data.writeInt(4);
    data.writeBytes("\u001b[2J");
    data.writeLong(0);
    String message =
        assertThrows(InvalidDataException.class, () -> Picture.decode("a", out.toByteArray()))
            .getMessage();
    assertTrue(message.contains("\\x1b[2J"), message);
  }
}
