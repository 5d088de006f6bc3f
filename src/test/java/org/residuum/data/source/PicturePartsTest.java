package org.residuum.data.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Preprocessing;

/** Which folder is taken for what, what is left out, and that both are said. */
final class PicturePartsTest {
  private final List<String> said = new ArrayList<>();

  @TempDir private Path temporary;

  private Path root;
  private DatasetOptions shares = DatasetOptions.DEFAULTS;

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectory(temporary.resolve("pets"));
  }

  /** Pictures of one grey each, so that every one differs. */
  private void pictures(String folder, int count) throws IOException {
    Files.createDirectories(root.resolve(folder));
    byte[] pixels = new byte[16];
    for (int i = 0; i < count; i++) {
      pixels[0] = (byte) i;
      file(folder + "/" + i + ".png", png(pixels));
    }
  }

  private static byte[] png(byte[] pixels) throws IOException {
    var image = new java.awt.image.BufferedImage(4, 4, java.awt.image.BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, 4, 4, pixels);
    var bytes = new java.io.ByteArrayOutputStream();
    assertTrue(javax.imageio.ImageIO.write(image, "png", bytes));
    return bytes.toByteArray();
  }

  private void file(String name, byte... content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private Dataset open(Dataset.Split split) throws IOException {
    said.clear();
    DatasetOptions options =
        shares.withNotices(
            line -> said.add(line.replace(root.toString(), "pets").replace('\\', '/')));
    return Datasets.open("folder:" + root, split, options);
  }

  private String refusal(Dataset.Split split) {
    String message =
        assertThrows(InvalidDataException.class, () -> open(split))
            .getMessage()
            .replace(root.toString(), "pets");
    assertEquals(1, message.lines().count());
    return message;
  }

  /** Names are bytes on Linux: these two are é and è in Latin-1, as some archives have them. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void classesWhoseNamesAreNoTextStayApart() throws Exception {
    pictures("a", 2);
    pictures("b", 3);
    Process renaming =
        new ProcessBuilder("bash", "-c", "mv a $'caf\\xe9' && mv b $'caf\\xe8'")
            .directory(root.toFile())
            .start();
    assertEquals(0, renaming.waitFor());
    assertEquals(List.of("caf%E8", "caf%E9"), open(Dataset.Split.TRAIN).labels());
    assertEquals(5, open(Dataset.Split.ALL).size());
  }

  @ParameterizedTest
  @CsvSource({"train,test", "Train,Test", "TRAINING,Testing", "training,test"})
  void partsAreKnownInWhateverLetters(String train, String test) throws IOException {
    pictures(train + "/cat", 3);
    pictures(train + "/dog", 4);
    pictures(test + "/cat", 2);
    pictures(test + "/dog", 1);
    Dataset training = open(Dataset.Split.TRAIN);
    assertEquals(List.of("cat", "dog"), training.labels());
    assertEquals(7, training.size());
    assertEquals(
        List.of(
            "pets/" + train + ": the training part: 7 pictures (.png) in 2 classes",
            "pets/" + test + ": the test part: 3 pictures (.png) in 2 classes"),
        said);
    assertEquals(3, open(Dataset.Split.TEST).size());
    assertEquals(10, open(Dataset.Split.ALL).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"val", "valid", "Validation", "DEV"})
  void validationPartIsTheTestPartWhereThereIsNoOther(String name) throws IOException {
    pictures("train/cat", 3);
    pictures("train/dog", 3);
    pictures(name + "/cat", 2);
    assertEquals(2, open(Dataset.Split.TEST).size());
    assertEquals(
        List.of(
            "pets/train: the training part: 6 pictures (.png) in 2 classes",
            "pets/" + name + ": the test part, as there is no test/: 2 pictures (.png) in 1 class",
            "pets/" + name + ": no pictures to test of dog"),
        said);
    pictures("test/dog", 1);
    assertEquals(1, open(Dataset.Split.TEST).size());
    assertEquals(
        List.of(
            "pets/train: the training part: 6 pictures (.png) in 2 classes",
            "pets/test: the test part: 1 picture (.png) in 1 class",
            "pets/test: no pictures to test of cat"),
        said);
  }

  @Test
  void threePartsAreTakenAsTheyAre() throws IOException {
    pictures("train/cat", 3);
    pictures("train/dog", 3);
    pictures("val/cat", 2);
    pictures("val/dog", 1);
    pictures("test/cat", 1);
    pictures("test/dog", 1);
    assertEquals(3, open(Dataset.Split.VALIDATION).size());
    assertEquals(
        List.of(
            "pets/train: the training part: 6 pictures (.png) in 2 classes",
            "pets/val: the validation part: 3 pictures (.png) in 2 classes",
            "pets/test: the test part: 2 pictures (.png) in 2 classes"),
        said);
    assertEquals(6, open(Dataset.Split.TRAIN).size());
    assertEquals(2, open(Dataset.Split.TEST).size());
    assertEquals(11, open(Dataset.Split.ALL).size());
    assertEquals(
        EnumSet.of(Dataset.Split.TRAIN, Dataset.Split.TEST, Dataset.Split.VALIDATION), parts(0.1));
  }

  @Test
  void validationPartComesFromTheTrainingPartWhereTheDataHaveNone() throws IOException {
    pictures("train/cat", 10);
    pictures("train/dog", 20);
    pictures("test/cat", 1);
    pictures("test/dog", 1);
    shares = shares.withValidationShare(0.1);
    assertEquals(3, open(Dataset.Split.VALIDATION).size());
    assertEquals(
        List.of(
            "pets/train: the training part: 30 pictures (.png) in 2 classes, of which 3 are kept"
                + " for validation, a share of 0.1 of each class",
            "pets/test: the test part: 2 pictures (.png) in 2 classes"),
        said);
    assertEquals(27, open(Dataset.Split.TRAIN).size());
    assertEquals(EnumSet.of(Dataset.Split.TRAIN, Dataset.Split.TEST), parts(0));
  }

  /** One for each: the test part, the validation part and training. */
  @Test
  void sharesAreApartAndStayApartByTheSeed() throws IOException {
    pictures("cat", 50);
    pictures("dog", 3);
    shares = shares.withValidationShare(0.1);
    Set<String> seen = new TreeSet<>();
    int all = 0;
    for (Dataset.Split part :
        List.of(Dataset.Split.TRAIN, Dataset.Split.VALIDATION, Dataset.Split.TEST)) {
      Dataset data = open(part);
      all += data.size();
      IntStream.range(0, data.size()).forEach(i -> seen.add(data.exampleName(i)));
    }
    assertEquals(53, all);
    assertEquals(53, seen.size());
    assertEquals(
        List.of(
            "pets: 53 pictures (.png) in 2 classes, of which 11 are kept for testing, a share of"
                + " 0.2 of each class, and 4 are kept for validation, a share of 0.1 of the others",
            "pets: no pictures for validation of dog"),
        said);
  }

  private Set<Dataset.Split> parts(double validationShare) throws IOException {
    return Datasets.parts(
        "folder:" + root, DatasetOptions.DEFAULTS.withValidationShare(validationShare));
  }

  @Test
  void shareOfEachClassIsSaidWhereThereIsNoTestPart() throws IOException {
    pictures("cat", 5);
    pictures("dog", 5);
    assertEquals(2, open(Dataset.Split.TEST).size());
    String line =
        "pets: 10 pictures (.png) in 2 classes, of which 2 are kept for testing, a share of 0.2 of"
            + " each class";
    assertEquals(List.of(line), said);
    assertEquals(8, open(Dataset.Split.TRAIN).size());
    assertEquals(List.of(line), said);
  }

  @Test
  void classesOfASinglePictureAreNotTestedWhichIsSaid() throws IOException {
    pictures("cat", 5);
    for (int i = 10; i < 22; i++) {
      pictures("rare" + i, 1);
    }
    assertEquals(1, open(Dataset.Split.TEST).size());
    assertEquals(
        "pets: no pictures to test of rare10, rare11, rare12, rare13, rare14, rare15, rare16,"
            + " rare17, rare18, rare19 and 2 more",
        said.get(1));
  }

  @Test
  void modelsSavedBesideTheClassesAreNone() throws IOException {
    pictures("cat", 5);
    pictures("dog", 5);
    file("model/model.safetensors", (byte) 0);
    file("model/report.html", (byte) 0);
    assertEquals(List.of("cat", "dog"), open(Dataset.Split.TRAIN).labels());
    assertTrue(said.get(0).endsWith("; left out: 1 saved model"), said.get(0));
  }

  @Test
  void onlyATrainingPartIsSplit() throws IOException {
    pictures("Train/cat", 5);
    pictures("Train/dog", 5);
    assertEquals(2, open(Dataset.Split.TEST).size());
    assertEquals(8, open(Dataset.Split.TRAIN).size());
  }

  @Test
  void twoFoldersForOnePartAreRefusedByTheirNames() throws IOException {
    pictures("train/cat", 2);
    pictures("training/cat", 2);
    assertEquals(
        "pets: train/ and training/ would be the same part; name one of them otherwise, or move it"
            + " away",
        refusal(Dataset.Split.TRAIN));
  }

  @Test
  void classesMayBeNamedLikeParts() throws IOException {
    pictures("bus", 2);
    pictures("car", 2);
    pictures("train", 2);
    assertEquals(List.of("bus", "car", "train"), open(Dataset.Split.ALL).labels());
  }

  @Test
  void partOrClassIsAskedWhereBothArePossible() throws IOException {
    pictures("bus", 2);
    pictures("train/steam", 2);
    pictures("train/diesel", 2);
    assertEquals(
        "pets: train/ may be a part of the data or a class like bus/; name folder:pets/train if"
            + " that holds the classes, or name it otherwise if it is one",
        refusal(Dataset.Split.TRAIN));
    pictures("test/steam", 2);
    assertEquals(List.of("diesel", "steam"), open(Dataset.Split.TRAIN).labels());
    assertTrue(
        said.contains("pets/bus: left out, it is no part that is used: 2 pictures (.png)"),
        said.toString());
  }

  @Test
  void partsWithinAClassAreRefused() throws IOException {
    pictures("2019/train/cat", 2);
    pictures("2019/Test/cat", 2);
    pictures("2020/train/cat", 2);
    assertEquals(
        "pets/2019: train/ and Test/ in what would be a class; name folder:pets/2019 if that is the"
            + " data set, or put the parts above the classes, as train/cat",
        refusal(Dataset.Split.TRAIN));
  }

  @Test
  void partsWithoutClassesAreRefused() throws IOException {
    pictures("train", 2);
    pictures("test", 2);
    assertEquals(
        "pets/train: no folders in it, but 2 files beside the folders (.png); folder:DIR needs a"
            + " folder a class, DIR/cat/1.jpg",
        refusal(Dataset.Split.TRAIN));
  }

  @Test
  void testPartAloneCannotBeLearned() throws IOException {
    pictures("test/cat", 2);
    assertEquals("pets: no train/ beside test/; add it", refusal(Dataset.Split.TRAIN));
  }

  @Test
  void testPartAloneIsMeasuredWithAModelsClasses() throws IOException {
    pictures("Test/cat", 2);
    pictures("Test/dog", 1);
    DatasetOptions options =
        DatasetOptions.DEFAULTS
            .withLabels(List.of("dog", "cat"))
            .withPictures(Preprocessing.cifar10());
    assertEquals(3, Datasets.open("folder:" + root, Dataset.Split.TEST, options).size());
  }

  @Test
  void classesOfTheTestPartAloneAreNamedAll() throws IOException {
    pictures("train/cat", 2);
    pictures("train/dog", 2);
    pictures("test/Cat", 2);
    pictures("test/cow", 2);
    assertEquals(
        "pets/test/Cat: no such class (nor cow); the classes are cat, dog; rename or remove the"
            + " folder",
        refusal(Dataset.Split.TEST));
  }

  @Test
  void whatIsHiddenIsNotLearned() throws IOException {
    pictures("cat", 5);
    pictures("dog", 5);
    pictures("cat/.ipynb_checkpoints", 3);
    pictures("cat/more/@eaDir", 3);
    pictures("__MACOSX/cat", 3);
    pictures(".git/refs", 1);
    file("cat/._0.png", (byte) 1);
    file("dog/Thumbs.db", (byte) 1);
    file("dog/list.txt", (byte) 1);
    file("desktop.ini", (byte) 1);
    file("README.md", (byte) 1);
    file("lost.png", (byte) 1);
    Dataset all = open(Dataset.Split.ALL);
    assertEquals(10, all.size());
    assertEquals(List.of("cat", "dog"), all.labels());
    assertEquals(
        List.of(
            "pets: 10 pictures (.png) in 2 classes, of which 2 are kept for testing, a share of 0.2"
                + " of each class; left out: 1 other file (.txt), 2 files beside the folders"
                + " (1 .md, 1 .png), 3 hidden files, 4 hidden folders (1 .git, 1"
                + " .ipynb_checkpoints, 1 @eaDir, 1 __MACOSX)"),
        said);
  }

  @Test
  void linksThatLeadAboveAreNoClasses() throws IOException {
    pictures("cat", 5);
    pictures("dog", 5);
    Files.createSymbolicLink(root.resolve("all"), root);
    Files.createSymbolicLink(root.resolve("dog/again"), root.resolve("dog"));
    Dataset all = open(Dataset.Split.ALL);
    assertEquals(List.of("cat", "dog"), all.labels());
    assertEquals(10, all.size());
    assertTrue(said.get(0).endsWith("left out: 2 links to folders above them"), said.get(0));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void folderThatCannotBeReadCostsWhatIsInItOnly() throws IOException {
    pictures("cat", 5);
    pictures("dog", 5);
    pictures("dog/private", 5);
    Path closed = root.resolve("dog/private");
    assertTrue(closed.toFile().setReadable(false));
    try {
      assumeTrue(!Files.isReadable(closed), "this user may read everything");
      Dataset all = open(Dataset.Split.ALL);
      assertEquals(10, all.size());
      assertEquals(closed, all.skipped().get(0).file());
      assertTrue(said.get(0).endsWith("left out: 1 unreadable folder"), said.get(0));
    } finally {
      assertTrue(closed.toFile().setReadable(true));
    }
  }

  @Test
  void emptyClassesAreNamedAll() throws IOException {
    pictures("cat", 2);
    Files.createDirectory(root.resolve("cow"));
    file("dog/list.txt", (byte) 1);
    assertEquals(
        "pets/cow: no pictures (bmp, gif, jpeg, jpg, pbm, pgm, png, pnm, ppm, tif, tiff, wbmp,"
            + " webp) (nor dog); add some or remove the folder",
        refusal(Dataset.Split.TRAIN));
  }

  @Test
  void filesThatCannotBeDecodedAreCountedAndNamed() throws IOException {
    pictures("cat", 5);
    pictures("dog", 5);
    file("cat/bad.jpg", (byte) 'x');
    Dataset all = open(Dataset.Split.ALL);
    assertEquals(10, all.size());
    assertEquals(root.resolve("cat/bad.jpg"), all.skipped().get(0).file());
    assertEquals(
        "pets: 1 of 11 pictures for anything cannot be decoded and are left out", said.get(1));
  }
}
