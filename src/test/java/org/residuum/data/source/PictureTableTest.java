package org.residuum.data.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Task;
import org.residuum.data.VectorDataset;

/** Tables that name pictures by their paths, beside classes, labels or numbers. */
class PictureTableTest {
  private static final int PICTURES = 12;

  @TempDir private static Path folder;

  private final List<String> said = new ArrayList<>();
  private Path file;

  @BeforeAll
  static void draw() throws IOException {
    Files.createDirectories(folder.resolve("in"));
    for (int i = 0; i < PICTURES; i++) {
      BufferedImage picture = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
      picture.setRGB(0, 0, 0x010203 * i);
      ImageIO.write(picture, "png", folder.resolve("in/" + i + ".png").toFile());
    }
  }

  @BeforeEach
  void name() {
    file = folder.resolve("table.csv");
  }

  @Test
  void namesInOneColumnAreLabelsOfThePicturesBesideThem() throws IOException {
    Dataset all =
        open(
            Task.MULTILABEL,
            "image,note,tags",
            "in/1.png,x,cat; dog",
            "in/2.png,y,",
            "in/5.png,,dog");
    assertEquals(List.of("cat", "dog"), all.labels());
    assertEquals("(3, 2, 2)", all.exampleShape().toString());
    assertArrayEquals(new float[] {1, 1}, targets(all, "in/1.png"));
    assertArrayEquals(new float[2], targets(all, "in/2.png"));
    byte[] pixels = new byte[12];
    assertInstanceOf(ImageDataset.class, all).read(index(all, "in/5.png"), pixels);
    assertArrayEquals(new byte[] {5, 10, 15}, Arrays.copyOf(pixels, 3));
    assertThrows(IllegalStateException.class, () -> all.label(0));
  }

  @Test
  void columnsOfOnesAndZerosNeedNoNames() throws IOException {
    Dataset all = open(Task.MULTILABEL, "path,b,a", "in/1.png,0,1", "in/2.png,1,1");
    assertEquals(List.of("b", "a"), all.labels());
    assertArrayEquals(new float[] {0, 1}, targets(all, "in/1.png"));
  }

  @Test
  void numbersAreTargets() throws IOException {
    DatasetOptions options = options(Task.REGRESSION).withLabelColumn("age,3");
    Dataset all = open(options, "age,file,size", "20,in/1.png,1e1", "30,in/2.png,7");
    assertEquals(List.of("age", "size"), all.labels());
    assertArrayEquals(new float[] {30, 7}, targets(all, "in/2.png"));
  }

  @Test
  void classesAreNamedWithoutHeaderToo() throws IOException {
    Dataset all = open(Task.CLASSIFY, "in/1.png,dog", "in/2.png,cat", "in/3.png,dog");
    assertEquals(List.of("cat", "dog"), all.labels());
    assertEquals(1, all.label(index(all, "in/3.png")));
    assertArrayEquals(new float[] {1, 0}, targets(all, "in/2.png"));
  }

  @Test
  void pathsStartFromTheRootAndMayHaveNoEnding() throws IOException {
    Files.copy(folder.resolve("in/4.png"), folder.resolve("in/four"));
    DatasetOptions options =
        options(Task.CLASSIFY).withPictureColumn("id").withRoot(folder.resolve("in"));
    assertEquals(2, open(options, "id,label", "four,a", "5.png,b").size());
  }

  @Test
  void groupsStayTogetherForEachTask() throws IOException {
    for (Task task : Task.values()) {
      List<String> lines = new ArrayList<>(List.of("path,label,patient"));
      for (int i = 0; i < PICTURES; i++) {
        lines.add("in/%d.png,%d,p%d".formatted(i, i % 2, i / 3));
      }
      DatasetOptions options =
          options(task).withGroupBy("patient").withTestShare(0.25).withValidationShare(0.3);
      Files.write(file, lines);
      Set<Integer> groups = new HashSet<>();
      int all = 0;
      for (Dataset.Split part :
          List.of(Dataset.Split.TRAIN, Dataset.Split.VALIDATION, Dataset.Split.TEST)) {
        Dataset dataset = Datasets.open("csv:" + file, part, options);
        Set<Integer> here = new HashSet<>();
        for (int i = 0; i < dataset.size(); i++) {
          String name = Path.of(dataset.exampleName(i)).getFileName().toString();
          here.add(Integer.parseInt(name.replace(".png", "")) / 3);
        }
        here.forEach(group -> assertTrue(groups.add(group), task + ", group " + group));
        all += dataset.size();
      }
      assertEquals(PICTURES, all);
      assertEquals(PICTURES, Datasets.count("csv:" + file, options));
    }
  }

  @Test
  void partsDoNotFollowTheOrderOfTheRows() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      lines.add("in/" + i + ".png," + i);
    }
    DatasetOptions options = options(Task.REGRESSION).withTestShare(0.3);
    Files.write(file, lines);
    Set<String> tested = names(Datasets.open("csv:" + file, Dataset.Split.TEST, options));
    Collections.reverse(lines);
    Files.write(file, lines);
    assertEquals(tested, names(Datasets.open("csv:" + file, Dataset.Split.TEST, options)));
    assertEquals(4, tested.size());
  }

  private static Set<String> names(Dataset dataset) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < dataset.size(); i++) {
      names.add(dataset.exampleName(i));
    }
    return names;
  }

  @Test
  void missingPicturesAreLeftOutAndNamed() throws IOException {
    Dataset all = open(Task.REGRESSION, "path,target", "in/1.png,2", "in/none.png,3", "in/2.png,4");
    assertEquals(2, all.size());
    assertArrayEquals(new float[] {4}, targets(all, "in/2.png"));
    assertEquals("no such picture", all.skipped().get(0).reason());
    assertTrue(said.toString().contains("1 of 3 pictures for anything cannot be decoded"));
  }

  @Test
  void faultsAreNamed() throws IOException {
    assertSays("none of its 1 pictures is there", Task.REGRESSION, "path,y", "no/1.png,1");
    assertSays("--root names another folder", Task.REGRESSION, "path,y", "no/1.png,1");
    assertSays("table.csv:3: column path: ''", Task.REGRESSION, "path,y", "in/1.png,1", ",2");
    assertSays("table.csv:2: column y: 'old'", Task.REGRESSION, "path,y", "in/1.png,old");
    assertSays(
        "which column has the numbers to learn?", Task.REGRESSION, "path,a,b", "in/1.png,1,2");
    assertSays("which column has the labels?", Task.MULTILABEL, "path,a,b", "in/1.png,1,2");
    assertSays("it is in line 2, too", Task.MULTILABEL, "path,t", "in/1.png,a", "in/1.png,b");
    assertSays("2 columns, the first line has 3", Task.CLASSIFY, "path,label,c", "in/1.png,a");
    assertSays("'' is no label", Task.CLASSIFY, "path,label", "in/1.png,");
    DatasetOptions other = options(Task.CLASSIFY).withLabels(List.of("a", "b"));
    assertTrue(fault(other, "path,label", "in/1.png,c").contains("not among the labels a, b"));
    DatasetOptions same = options(Task.CLASSIFY).withLabelColumn("path").withPictureColumn("path");
    assertTrue(fault(same, "path,label", "in/1.png,c").contains("is the one of pictures"));
  }

  @Test
  void delimiterPartsNamesAndTheirLackIsNoticed() throws IOException {
    String[] lines = {"path,tags", "in/1.png,haze primary", "in/2.png,clear"};
    assertEquals(List.of("clear", "haze primary"), open(Task.MULTILABEL, lines).labels());
    DatasetOptions half = options(Task.MULTILABEL).withTestShare(0.5);
    Datasets.open("csv:" + file, Dataset.Split.TRAIN, half);
    assertTrue(said.toString().contains("say what is between them with --label-delimiter"));
    DatasetOptions spaces = options(Task.MULTILABEL).withLabelDelimiter(" ");
    List<String> labels = open(spaces, lines).labels();
    assertEquals(List.of("clear", "haze", "primary"), labels);
    Dataset known = open(options(Task.MULTILABEL).withLabels(labels), lines);
    assertArrayEquals(
        new float[] {0, 1, 1}, targets(known, "in/1.png"), "known labels part themselves");
  }

  @Test
  void tablesOfNumbersStayWhatTheyAre() throws IOException {
    assertInstanceOf(VectorDataset.class, open(Task.CLASSIFY, "x,y,label", "1,2,a", "3,4,b"));
    assertInstanceOf(VectorDataset.class, open(Task.CLASSIFY, "image,y,label", "1,2,a", "3,4,b"));
    assertInstanceOf(
        VectorDataset.class,
        open(
            options(Task.CLASSIFY).withGroupBy("path"),
            "path,y,label",
            "in/1.png,2,a",
            "in/2.png,4,b"));
  }

  private DatasetOptions options(Task task) {
    return DatasetOptions.DEFAULTS.withTask(task).withNotices(said::add);
  }

  private Dataset open(Task task, String... lines) throws IOException {
    return open(options(task), lines);
  }

  private Dataset open(DatasetOptions options, String... lines) throws IOException {
    Files.write(file, List.of(lines));
    return Datasets.open("csv:" + file, Dataset.Split.ALL, options);
  }

  private void assertSays(String expected, Task task, String... lines) {
    String message = fault(options(task), lines);
    assertTrue(message.contains(expected), message);
  }

  private String fault(DatasetOptions options, String... lines) {
    return assertThrows(InvalidDataException.class, () -> open(options, lines)).getMessage();
  }

  private static int index(Dataset dataset, String picture) {
    String name = folder.resolve(picture).toString();
    return IntStream.range(0, dataset.size())
        .filter(i -> dataset.exampleName(i).equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static float[] targets(Dataset dataset, String picture) {
    float[] row = new float[dataset.labels().size()];
    dataset.targets(index(dataset, picture), row);
    return row;
  }
}
