package org.residuum.data.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.TestData;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.load.Batch;
import org.residuum.data.load.DatasetLoader;
import org.residuum.data.load.Draw;
import org.residuum.data.load.Pass;
import org.residuum.network.Shape;

class DigitsTest {
  private static final String ROW = String.join(",", Collections.nCopies(64, "16")) + ",3\n";

  @TempDir Path folder;

  private String failure(String text) throws IOException {
    Files.writeString(folder.resolve("optdigits.tra"), text);
    return assertThrows(InvalidDataException.class, () -> Digits.read(folder, Dataset.Split.TRAIN))
        .getMessage();
  }

  @Test
  void realSetHasItsPublishedSizesAndClassCounts() throws IOException {
    Path real = TestData.find("digits");
    Dataset train = Datasets.open("digits:" + real, Dataset.Split.TRAIN);
    Dataset test = Datasets.open("digits:" + real, Dataset.Split.TEST);
    assertEquals(3823, train.size());
    assertEquals(1797, test.size());
    assertEquals(5620, Datasets.open("digits:" + real, Dataset.Split.ALL).size());
    assertEquals(Shape.of(1, 8, 8), train.exampleShape());
    // As optdigits.names lists them.
    assertArrayEquals(
        new int[] {376, 389, 380, 389, 387, 376, 377, 387, 380, 382}, MnistTest.counts(train));
    assertArrayEquals(
        new int[] {178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, MnistTest.counts(test));
  }

  @Test
  void valuesAreOnTheScaleZeroToOneAfterNormalising() throws IOException {
    Files.writeString(folder.resolve("optdigits.tra"), ROW);
    StoredImages set = Digits.read(folder, Dataset.Split.TRAIN);
    assertEquals(16, set.maxValue());
    Preprocessing identity =
        new Preprocessing(set.exampleShape(), new float[1], new float[] {1}, Resize.none());
    try (DatasetLoader loader = DatasetLoader.builder(set).preprocessing(identity).build();
        Pass<Draw> epoch = loader.epoch(0)) {
      Batch<Draw> batch = epoch.next();
      assertEquals(1f, batch.inputs().get(0));
      assertEquals(3, batch.item(0).label());
    }
  }

  @Test
  void badLinesAreNamedWithLineColumnAndValue() throws IOException {
    String start = folder.resolve("optdigits.tra").toString();
    assertTrue(failure(ROW + ROW.replaceFirst("16", "17")).contains(start + ":2: column 1: '17'"));
    assertTrue(failure(ROW.replaceFirst("16,16", "16,x")).contains(start + ":1: column 2: 'x'"));
    assertTrue(failure(ROW.replace(",3\n", ",10\n")).contains("column 65: '10'"));
    assertTrue(failure(ROW + ROW.substring(0, 30)).contains(start + ":2: "));
    assertTrue(failure("").contains("empty"));
  }

  @Test
  void missingFileIsNamed() {
    String message =
        assertThrows(InvalidDataException.class, () -> Digits.read(folder, Dataset.Split.TEST))
            .getMessage();
    assertTrue(message.contains("optdigits.tes"), message);
  }
}
