package org.residuum.data.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.InvalidDataException;
import org.residuum.network.Shape;

class DatasetsTest {
  private static String refusal(String spec) {
    return assertThrows(
            IllegalArgumentException.class, () -> Datasets.open(spec, Dataset.Split.TRAIN))
        .getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "mnits, mnist",
    "MNIST, mnist",
    "cifar, cifar10",
    "cifar-100, cifar100",
    "digit, digits",
    "folders, folder",
    "cvs, csv",
    "glyph, glyphs"
  })
  void unknownNameAnswersWithTheNearest(String typed, String meant) {
    assertEquals(
        "unknown dataset '"
            + typed
            + "'; did you mean "
            + meant
            + "? known: glyphs, mnist, cifar10, cifar100, digits, folder, csv",
        refusal(typed + ":x"));
  }

  @Test
  void nameFarFromAllOthersGetsNoGuess() {
    assertEquals(
        "unknown dataset 'imagenet-21k'; known: glyphs, mnist, cifar10, cifar100, digits, folder,"
            + " csv",
        refusal("imagenet-21k:x"));
  }

  @Test
  void missingPathAndNeedlessPathAreRefused() {
    assertEquals("data set 'mnist' needs a path: mnist:DIR", refusal("mnist"));
    assertEquals("data set 'csv:' needs a path: csv:FILE", refusal("csv:"));
    assertTrue(refusal("glyphs:x").contains("take no path"));
  }

  @Test
  void missingFolderIsNamed(@TempDir Path folder) {
    String spec = "mnist:" + folder.resolve("nowhere");
    InvalidDataException e =
        assertThrows(InvalidDataException.class, () -> Datasets.open(spec, Dataset.Split.TRAIN));
    assertTrue(e.getMessage().contains("no folder " + folder.resolve("nowhere")), e.getMessage());
  }

  @Test
  void fileForAFolderAndFolderForAFileAreNamedAsSuch(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("train-images-idx3-ubyte"));
    assertEquals(
        "data set 'mnist:" + file + "': " + file + " is a file; name the folder it is in",
        assertThrows(
                InvalidDataException.class,
                () -> Datasets.open("mnist:" + file, Dataset.Split.TRAIN))
            .getMessage());
    assertEquals(
        "data set 'csv:" + folder + "': " + folder + " is a folder; name the file in it",
        assertThrows(
                InvalidDataException.class,
                () -> Datasets.open("csv:" + folder, Dataset.Split.TRAIN))
            .getMessage());
  }

  @Test
  void imagesFromMemoryAreChecked() throws IOException {
    Shape shape = Shape.of(1, 1, 2);
    List<String> labels = List.of("a", "b");
    ImageDataset good =
        Datasets.ofImages("mine", shape, labels, new byte[][] {{1, 2}, {3, 4}}, new int[] {1, 0});
    byte[] pixels = new byte[2];
    good.read(1, pixels);
    assertArrayEquals(new byte[] {3, 4}, pixels);
    String label =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Datasets.ofImages("mine", shape, labels, new byte[][] {{1, 2}}, new int[] {2}))
            .getMessage();
    assertEquals("mine: label 2 of example 0 is not in 0..1", label);
    assertThrows(
        IllegalArgumentException.class,
        () -> Datasets.ofImages("mine", shape, labels, new byte[][] {{1}}, new int[] {0}));
    assertThrows(
        IllegalArgumentException.class,
        () -> Datasets.ofImages("mine", shape, labels, new byte[][] {{1, 2}}, new int[0]));
  }
}
