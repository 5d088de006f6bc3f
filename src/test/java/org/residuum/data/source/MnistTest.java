package org.residuum.data.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.TestData;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Preprocessing;
import org.residuum.network.Shape;

class MnistTest {
  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";

  @TempDir Path folder;

  /** Three images of 2 x 3 pixels, all of value 10 i + k, and their labels. */
  private static final byte[] IMAGE_BYTES =
      ByteBuffer.allocate(16 + 18)
          .putInt(0x803)
          .putInt(3)
          .putInt(2)
          .putInt(3)
          .put(new byte[] {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23, 24, 25})
          .array();

  private static final byte[] LABEL_BYTES =
      ByteBuffer.allocate(11).putInt(0x801).putInt(3).put(new byte[] {7, 0, 9}).array();

  @BeforeEach
  void writeFiles() throws IOException {
    Files.write(folder.resolve(IMAGES), IMAGE_BYTES);
    Files.write(folder.resolve(LABELS), LABEL_BYTES);
  }

  private String failure() {
    InvalidDataException e =
        assertThrows(InvalidDataException.class, () -> Mnist.read(folder, Dataset.Split.TRAIN));
    assertEquals(1, e.getMessage().lines().count());
    return e.getMessage();
  }

  private static void assertContains(String message, String... parts) {
    for (String part : parts) {
      assertTrue(message.contains(part), "'" + part + "' is not in: " + message);
    }
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void realSetHasItsPublishedSizesAndLabelCounts() throws IOException {
    Path real = TestData.find("mnist");
    Dataset train = Datasets.open("mnist:" + real, Dataset.Split.TRAIN);
    Dataset test = Datasets.open("mnist:" + real, Dataset.Split.TEST);
    assertEquals(60_000, train.size());
    assertEquals(10_000, test.size());
    assertEquals(Shape.of(1, 28, 28), train.exampleShape());
    assertArrayEquals(
        new int[] {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}, counts(train));
    assertArrayEquals(
        new int[] {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, counts(test));
    Preprocessing measured = Preprocessing.of(train);
    assertEquals(0.1307f, measured.mean()[0], 0.00005f);
    assertEquals(0.3081f, measured.std()[0], 0.00005f);
  }

  static int[] counts(Dataset dataset) {
    int[] counts = new int[dataset.labels().size()];
    for (int i = 0; i < dataset.size(); i++) {
      counts[dataset.label(i)]++;
    }
    return counts;
  }

  @Test
  void smallFilesAreReadPlainAndGzipped() throws IOException {
    StoredImages plain = Mnist.read(folder, Dataset.Split.TRAIN);
    for (String name : new String[] {IMAGES, LABELS}) {
      Path file = folder.resolve(name);
      Files.write(folder.resolve(name + ".gz"), gzip(Files.readAllBytes(file)));
      Files.delete(file);
    }
    for (StoredImages set : new StoredImages[] {plain, Mnist.read(folder, Dataset.Split.TRAIN)}) {
      assertEquals(Shape.of(1, 2, 3), set.exampleShape());
      assertArrayEquals(new int[] {7, 0, 9}, set.classes());
      byte[] pixels = new byte[6];
      set.read(1, pixels);
      assertArrayEquals(new byte[] {10, 11, 12, 13, 14, 15}, pixels);
    }
  }

  @Test
  void everyTruncationOfThePlainImagesIsAnError() throws IOException {
    for (int length = 0; length < IMAGE_BYTES.length; length++) {
      Files.write(folder.resolve(IMAGES), Arrays.copyOf(IMAGE_BYTES, length));
      assertContains(failure(), IMAGES, length < 16 ? "ends after " + length : "truncated");
    }
  }

  @Test
  void truncatedFileNamesTheMissingBytes() throws IOException {
    Files.write(folder.resolve(IMAGES), Arrays.copyOf(IMAGE_BYTES, 16 + 6 + 4));
    assertContains(failure(), "8 bytes missing from example 1 of 3");
  }

  @Test
  void everyTruncationOfTheGzippedImagesIsAnError() throws IOException {
    Files.delete(folder.resolve(IMAGES));
    byte[] gzip = gzip(IMAGE_BYTES);
    for (int length = 0; length < gzip.length; length++) {
      Files.write(folder.resolve(IMAGES + ".gz"), Arrays.copyOf(gzip, length));
      assertContains(failure(), IMAGES, "fetch the file again");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 12, 20, 30, -5, -2})
  void damagedGzipIsAnErrorThatNamesTheFile(int position) throws IOException {
    Files.delete(folder.resolve(IMAGES));
    byte[] gzip = gzip(IMAGE_BYTES);
    gzip[position < 0 ? gzip.length + position : position] ^= 0x55;
    Files.write(folder.resolve(IMAGES + ".gz"), gzip);
    assertContains(failure(), IMAGES + ".gz");
  }

  @Test
  void swappedFilesAreNamed() throws IOException {
    Files.write(folder.resolve(IMAGES), LABEL_BYTES);
    assertContains(failure(), IMAGES, "0x00000801", "0x00000803", "swapped");
  }

  @Test
  void countThatLiesCostsNoMemory() throws IOException {
    byte[] bytes = IMAGE_BYTES.clone();
    ByteBuffer.wrap(bytes).putInt(4, Integer.MAX_VALUE);
    Files.write(folder.resolve(IMAGES), bytes);
    assertContains(failure(), "truncated", "missing from example 3 of 2147483647");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 70_000, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void absurdExtentsAreRefusedBeforeAllocation(int extent) throws IOException {
    byte[] bytes = IMAGE_BYTES.clone();
    ByteBuffer.wrap(bytes).putInt(8, extent).putInt(12, 70_000);
    Files.write(folder.resolve(IMAGES), bytes);
    assertContains(failure(), IMAGES, "fetch the file again");
  }

  @Test
  void negativeCountIsRefused() throws IOException {
    byte[] bytes = IMAGE_BYTES.clone();
    ByteBuffer.wrap(bytes).putInt(4, -3);
    Files.write(folder.resolve(IMAGES), bytes);
    assertContains(failure(), "claims -3 examples");
  }

  @Test
  void bytesTooManyAreAnError() throws IOException {
    Files.write(folder.resolve(IMAGES), Arrays.copyOf(IMAGE_BYTES, IMAGE_BYTES.length + 1));
    assertContains(failure(), "more bytes than the 3 examples");
  }

  @Test
  void countsThatDisagreeAreNamed() throws IOException {
    Files.write(
        folder.resolve(LABELS),
        ByteBuffer.allocate(10).putInt(0x801).putInt(2).put(new byte[2]).array());
    assertContains(failure(), IMAGES, "3 images", LABELS, "2 labels");
  }

  @Test
  void labelOutOfRangeIsNamed() throws IOException {
    byte[] bytes = LABEL_BYTES.clone();
    bytes[9] = (byte) 200;
    Files.write(folder.resolve(LABELS), bytes);
    assertContains(failure(), LABELS, "label 200 of example 1", "0..9");
  }

  @Test
  void missingFileIsNamed() throws IOException {
    Files.delete(folder.resolve(LABELS));
    assertContains(failure(), LABELS, folder.toString());
  }
}
