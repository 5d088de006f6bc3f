package org.residuum.data.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.TestData;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Preprocessing;
import org.residuum.network.Shape;

class CifarTest {
  private static final int ROWS = 3;
  private static final Cifar TEN = Cifar.ten(ROWS);
  private static final Cifar HUNDRED = Cifar.hundred(ROWS, 2);

  @TempDir Path folder;

  /** Rows whose label is the row's number plus {@code first}; plane c is filled with 50 c + row. */
  private static byte[] rows(int count, int labelBytes, int first) {
    int rowBytes = labelBytes + 3072;
    byte[] bytes = new byte[count * rowBytes];
    for (int row = 0; row < count; row++) {
      bytes[row * rowBytes + labelBytes - 1] = (byte) (first + row);
      for (int c = 0; c < 3; c++) {
        int from = row * rowBytes + labelBytes + c * 1024;
        Arrays.fill(bytes, from, from + 1024, (byte) (50 * c + row));
      }
    }
    return bytes;
  }

  @BeforeEach
  void writeFiles() throws IOException {
    for (int i = 1; i <= 5; i++) {
      Files.write(folder.resolve("data_batch_" + i + ".bin"), rows(ROWS, 1, i));
    }
    Files.write(folder.resolve("test_batch.bin"), rows(ROWS, 1, 0));
    Files.write(folder.resolve("batches.meta.txt"), names(10));
    Files.write(folder.resolve("train.bin"), rows(ROWS, 2, 97));
    Files.write(folder.resolve("test.bin"), rows(2, 2, 0));
    Files.write(folder.resolve("fine_label_names.txt"), names(100));
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "class" + i).collect(Collectors.toList());
  }

  private String failure(Cifar cifar, Dataset.Split split) {
    return assertThrows(InvalidDataException.class, () -> cifar.read(folder, split)).getMessage();
  }

  @Test
  void planesBecomeChannelLastAndBatchesFollowEachOther() throws IOException {
    StoredImages train = TEN.read(folder, Dataset.Split.TRAIN);
    assertArrayEquals(new int[] {1, 2, 3, 2, 3, 4, 3, 4, 5, 4, 5, 6, 5, 6, 7}, train.classes());
    assertEquals(Shape.of(3, 32, 32), train.exampleShape());
    byte[] pixels = new byte[3072];
    train.read(2, pixels);
    for (int k = 0; k < 3072; k++) {
      assertEquals(50 * (k % 3) + 2, pixels[k]);
    }
    assertEquals(18, TEN.read(folder, Dataset.Split.ALL).size());
  }

  @Test
  void fineLabelOfCifar100IsTheClass() throws IOException {
    StoredImages train = HUNDRED.read(folder, Dataset.Split.TRAIN);
    assertArrayEquals(new int[] {97, 98, 99}, train.classes());
    assertEquals("class99", train.labels().get(99));
    assertEquals(2, HUNDRED.read(folder, Dataset.Split.TEST).size());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3072, 3073, 6146, 9218, 9220, 12292})
  void anyOtherSizeIsAnError(int bytes) throws IOException {
    Path file = folder.resolve("data_batch_3.bin");
    Files.write(file, Arrays.copyOf(rows(ROWS, 1, 0), bytes));
    int wrong = Math.abs(9219 - bytes);
    assertEquals(
        file
            + ": "
            + bytes
            + " bytes, expected 9219 (3 rows of 3073): "
            + wrong
            + (bytes < 9219 ? " missing" : " too many")
            + "; fetch the file again",
        failure(TEN, Dataset.Split.TRAIN));
  }

  @Test
  void labelOutOfRangeIsNamed() throws IOException {
    Files.write(folder.resolve("test_batch.bin"), rows(ROWS, 1, 8));
    String message = failure(TEN, Dataset.Split.TEST);
    assertTrue(message.contains("test_batch.bin: label 10 of row 2 is not in 0..9"), message);
    Files.write(folder.resolve("test.bin"), rows(2, 2, 99));
    message = failure(HUNDRED, Dataset.Split.TEST);
    assertTrue(message.contains("test.bin: label 100 of row 1 is not in 0..99"), message);
  }

  @Test
  void missingFilesAndWrongClassNamesAreNamed() throws IOException {
    Files.write(folder.resolve("batches.meta.txt"), names(9));
    assertTrue(failure(TEN, Dataset.Split.TEST).contains("9 class names, expected 10"));
    Files.delete(folder.resolve("train.bin"));
    assertTrue(failure(HUNDRED, Dataset.Split.TRAIN).contains("no file train.bin"));
  }

  @Test
  void publishedClassNamesStandInForAMissingList() throws IOException {
    Files.delete(folder.resolve("batches.meta.txt"));
    Files.delete(folder.resolve("fine_label_names.txt"));
    List<String> ten = TEN.read(folder, Dataset.Split.TEST).labels();
    assertEquals(10, ten.size());
    assertEquals("airplane", ten.get(0));
    List<String> hundred = HUNDRED.read(folder, Dataset.Split.TEST).labels();
    assertEquals(100, hundred.size());
    assertEquals(hundred.stream().sorted().distinct().toList(), hundred);
  }

  @Test
  void publishedClassNamesAreThoseOfTheList() throws IOException {
    Path list = TestData.find("cifar10").resolve("batches.meta.txt");
    assertEquals(
        Files.readAllLines(list).stream().filter(line -> !line.isBlank()).toList(),
        CifarLabels.TEN);
  }

  @Test
  void packedFilesAskToBeUnpacked() throws IOException {
    Files.delete(folder.resolve("test_batch.bin"));
    Files.write(folder.resolve("test_batch.bin.med.gz"), new byte[3]);
    assertTrue(failure(TEN, Dataset.Split.TEST).contains("unpack it first"));
    Path real = TestData.find("cifar10");
    InvalidDataException e =
        assertThrows(
            InvalidDataException.class,
            () -> Datasets.open("cifar10:" + real, Dataset.Split.TRAIN));
    assertTrue(e.getMessage().contains("unpack it first: java "), e.getMessage());
  }

  @Test
  void realCifar10HasItsPublishedStatistics(@TempDir Path out) throws Exception {
    Path packed = TestData.find("cifar10");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process unpack =
        new ProcessBuilder(
                java.toString(),
                packed.resolve("Unpack.java").toString(),
                packed.toString(),
                out.toString())
            .inheritIO()
            .start();
    assertEquals(0, unpack.waitFor());
    Dataset train = Datasets.open("cifar10:" + out, Dataset.Split.TRAIN);
    Dataset test = Datasets.open("cifar10:" + out, Dataset.Split.TEST);
    int[] counts = new int[10];
    Arrays.fill(counts, 5000);
    assertArrayEquals(counts, MnistTest.counts(train));
    Arrays.fill(counts, 1000);
    assertArrayEquals(counts, MnistTest.counts(test));
    assertEquals("frog", train.labels().get(train.label(0)));
    byte[] pixels = new byte[3072];
    ((ImageDataset) train).read(0, pixels);
    assertArrayEquals(new byte[] {59, 62, 63, 43, 46, 45}, Arrays.copyOf(pixels, 6));
    Preprocessing measured = Preprocessing.of(train);
    // The usual figures; .2470 .2435 .2616 have been rounded by others before.
    assertArrayEquals(Preprocessing.cifar10().mean(), measured.mean(), 1e-4f);
    assertArrayEquals(Preprocessing.cifar10().std(), measured.std(), 1e-4f);
  }
}
