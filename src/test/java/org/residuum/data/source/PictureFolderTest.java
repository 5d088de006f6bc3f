package org.residuum.data.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.TestData;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.network.Shape;

class PictureFolderTest {
  private static final DatasetOptions OPTIONS = DatasetOptions.DEFAULTS;

  @TempDir Path folder;

  private PictureFolder open(Dataset.Split split, DatasetOptions options) throws IOException {
    return (PictureFolder) Datasets.open("folder:" + folder, split, options);
  }

  private String failure(DatasetOptions options) {
    String message =
        assertThrows(InvalidDataException.class, () -> open(Dataset.Split.TRAIN, options))
            .getMessage();
    assertEquals(1, message.lines().count());
    return message;
  }

  private static Set<Path> files(PictureFolder set) {
    Set<Path> files = new HashSet<>();
    IntStream.range(0, set.size()).forEach(i -> files.add(set.file(i)));
    return files;
  }

  @Test
  void writtenGlyphsComeBackAsTheyWereDrawn() throws IOException {
    Datasets.writeGlyphs(folder, 40, 3);
    PictureFolder set = open(Dataset.Split.ALL, OPTIONS);
    assertEquals(40, set.size());
    assertEquals(Shape.of(1, 28, 28), set.exampleShape());
    assertEquals(Labels.DIGITS, set.labels());
    byte[] pixels = new byte[784];
    for (int i = 0; i < set.size(); i++) {
      set.read(i, pixels);
      assertArrayEquals(Picture.read(set.file(i)).pixels(), pixels);
      String parent = set.file(i).getParent().getFileName().toString();
      assertEquals(parent, set.labels().get(set.label(i)));
    }
  }

  @Test
  void checksumTellsOtherNamesAndSizesWhereverTheFolderIs() throws IOException {
    Path here = folder.resolve("here");
    Path there = folder.resolve("there");
    Datasets.writeGlyphs(here, 20, 3);
    Datasets.writeGlyphs(there, 20, 3);
    assertEquals(checksum(here), checksum(there));
    Path file = Picture.find(there).get(0);
    Path renamed = Files.move(file, file.resolveSibling("other.png"));
    assertNotEquals(checksum(here), checksum(there));
    Files.move(renamed, file);
    Files.write(file, new byte[1], StandardOpenOption.APPEND);
    assertNotEquals(checksum(here), checksum(there));
  }

  private static long checksum(Path folder) throws IOException {
    return Datasets.open("folder:" + folder, Dataset.Split.ALL, OPTIONS).checksum();
  }

  @Test
  void splitIsAFifthOfEachClassAndFollowsTheSeed() throws IOException {
    Datasets.writeGlyphs(folder, 100, 3);
    PictureFolder train = open(Dataset.Split.TRAIN, OPTIONS);
    PictureFolder test = open(Dataset.Split.TEST, OPTIONS);
    assertArrayEquals(new int[] {2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, MnistTest.counts(test));
    assertEquals(80, train.size());
    Set<Path> both = files(train);
    both.addAll(files(test));
    assertEquals(100, both.size());
    assertEquals(files(test), files(open(Dataset.Split.TEST, OPTIONS)));
    assertNotEquals(files(test), files(open(Dataset.Split.TEST, OPTIONS.withSeed(1))));
  }

  @Test
  void trainAndTestFoldersAreTheSplit() throws IOException {
    Datasets.writeGlyphs(folder.resolve("train"), 30, 1);
    Datasets.writeGlyphs(folder.resolve("val"), 20, 2);
    assertEquals(30, open(Dataset.Split.TRAIN, OPTIONS).size());
    assertEquals(20, open(Dataset.Split.TEST, OPTIONS).size());
    assertEquals(50, open(Dataset.Split.ALL, OPTIONS).size());
    Files.createDirectory(folder.resolve("val/other"));
    assertTrue(failure(OPTIONS).contains("other: no such class"));
  }

  @Test
  void undecodablePicturesAreSkippedByNameAndCounted() throws IOException {
    Datasets.writeGlyphs(folder, 20, 1);
    List<String> broken = new ArrayList<>();
    try (Stream<Path> files = Files.list(TestData.find("images/png/pngsuite"))) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("x")).toList()) {
        broken.add(file.getFileName().toString());
        Files.copy(file, folder.resolve("4").resolve(file.getFileName()));
      }
    }
    PictureFolder set = open(Dataset.Split.ALL, OPTIONS);
    assertEquals(20, set.size());
    assertEquals(14, set.skipped().size());
    for (String name : broken) {
      assertEquals(
          1, set.skipped().stream().filter(one -> one.file().endsWith("4/" + name)).count(), name);
    }
    DatasetOptions strict = OPTIONS.withFailOnBadPicture(true);
    String message =
        assertThrows(InvalidDataException.class, () -> open(Dataset.Split.ALL, strict))
            .getMessage();
    assertTrue(broken.stream().anyMatch(message::contains), message);
  }

  @Test
  void folderOfNothingButBrokenPicturesIsAnError() throws IOException {
    Files.createDirectories(folder.resolve("a"));
    for (int i = 0; i < 3; i++) {
      Files.writeString(folder.resolve("a/" + i + ".jpg"), "no picture");
    }
    assertTrue(failure(OPTIONS).contains("no picture for training can be used, of 2;"));
  }

  @Test
  void classesOfOnePictureLeaveNoneForTesting() throws IOException {
    for (int i = 0; i < 3; i++) {
      Path file = folder.resolve("class" + i + "/1.jpg");
      Files.createDirectories(file.getParent());
      Files.writeString(file, "x");
    }
    String message =
        assertThrows(InvalidDataException.class, () -> open(Dataset.Split.TEST, OPTIONS))
            .getMessage();
    assertTrue(message.contains("needs 2 pictures"), message);
  }

  @Test
  void emptyFoldersAreNamed() throws IOException {
    assertTrue(failure(OPTIONS).contains("no folders in it"));
    Files.createDirectories(folder.resolve("cat"));
    Files.writeString(folder.resolve("cat/notes.txt"), "no picture");
    assertTrue(failure(OPTIONS).contains("cat: no pictures ("));
  }

  @Test
  void photosOfDifferentSizesBecomeImageNetsSize() throws IOException {
    copyPhotos();
    PictureFolder set = open(Dataset.Split.ALL, OPTIONS);
    assertEquals(Shape.of(3, 224, 224), set.exampleShape());
    assertEquals(Resize.crop(256), Preprocessing.of(set).resize());
    byte[] pixels = new byte[3 * 224 * 224];
    for (int i = 0; i < set.size(); i++) {
      set.read(i, pixels);
      assertArrayEquals(Preprocessing.imagenet().fit(Picture.read(set.file(i))).pixels(), pixels);
    }
  }

  private void copyPhotos() throws IOException {
    for (String name : new String[] {"astronaut.png", "camera.png", "chelsea.png", "rocket.jpg"}) {
      Path label = Files.createDirectories(folder.resolve(name.substring(0, 1)));
      Files.copy(TestData.find("images/photos/" + name), label.resolve(name));
    }
  }

  @Test
  void picturesAreDecodedAgainWhereTheyDoNotFitInMemory() throws IOException {
    Datasets.writeGlyphs(folder, 20, 3);
    PictureFolder cached = PictureFolder.open(folder, Dataset.Split.ALL, OPTIONS, 20 * 784);
    PictureFolder lazy = PictureFolder.open(folder, Dataset.Split.ALL, OPTIONS, 20 * 784 - 1);
    assertTrue(cached.isCached());
    assertFalse(lazy.isCached());
    byte[] expected = new byte[784];
    byte[] actual = new byte[784];
    for (int i = 0; i < 20; i++) {
      cached.read(i, expected);
      lazy.read(i, actual);
      assertArrayEquals(expected, actual);
    }
    Files.delete(lazy.file(7));
    String message =
        assertThrows(InvalidDataException.class, () -> lazy.read(7, actual)).getMessage();
    assertTrue(message.contains("no such picture"), message);
  }

  @Test
  void modelsPreprocessingAndLabelsDecideSizeAndClasses() throws IOException {
    Datasets.writeGlyphs(folder, 20, 3);
    List<String> reversed = new ArrayList<>(Labels.DIGITS);
    Collections.reverse(reversed);
    PictureFolder set =
        open(Dataset.Split.ALL, OPTIONS.withPictures(Preprocessing.cifar10()).withLabels(reversed));
    assertEquals(Shape.of(3, 32, 32), set.exampleShape());
    assertEquals("9", set.file(0).getParent().getFileName().toString());
    assertEquals(0, set.label(0));
    assertTrue(failure(OPTIONS.withLabels(List.of("0", "1"))).contains("2: no such class"));
  }

  @Test
  void progressReachesTheTotal() throws IOException {
    Datasets.writeGlyphs(folder, 25, 3);
    List<Integer> heard = new ArrayList<>();
    open(
        Dataset.Split.ALL,
        OPTIONS.withProgress(
            (done, total) -> {
              assertEquals(25, total);
              heard.add(done);
            }));
    assertEquals(IntStream.rangeClosed(1, 25).boxed().toList(), heard);
  }
}
