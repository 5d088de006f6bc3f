package org.residuum.data.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;

/** No group is in two parts, and the parts have their shares as nearly as groups allow. */
final class GroupsTest {
  @TempDir Path folder;

  private static List<String> drawn(Random random) {
    List<String> groups = new ArrayList<>();
    int count = 3 + random.nextInt(60);
    for (int group = 0; group < count; group++) {
      groups.addAll(Collections.nCopies(1 + random.nextInt(12), "patient " + group));
    }
    Collections.shuffle(groups, random);
    return groups;
  }

  @Test
  void noGroupIsInTwoParts() throws IOException {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      List<String> groups = drawn(random);
      double test = 0.05 + 0.4 * random.nextDouble();
      double validation = 0.05 + 0.3 * random.nextDouble();
      Dataset.Split[] parts = new Groups("data", groups).parts(test, validation, seed);
      Map<String, Dataset.Split> of = new HashMap<>();
      for (int i = 0; i < parts.length; i++) {
        Dataset.Split before = of.putIfAbsent(groups.get(i), parts[i]);
        assertTrue(before == null || before == parts[i], groups.get(i) + ", seed " + seed);
      }
      for (Dataset.Split part :
          List.of(Dataset.Split.TRAIN, Dataset.Split.VALIDATION, Dataset.Split.TEST)) {
        assertTrue(SplitRule.count(part, parts) > 0, part + ", seed " + seed);
      }
      int tested = SplitRule.count(Dataset.Split.TEST, parts);
      assertEquals(test * parts.length, tested, 12, "seed " + seed);
      assertArrayEquals(parts, new Groups("data", groups).parts(test, validation, seed));
      List<String> order = new ArrayList<>(groups);
      Collections.reverse(order);
      Dataset.Split[] reversed = new Groups("data", order).parts(test, validation, seed);
      for (int i = 0; i < parts.length; i++) {
        assertEquals(of.get(order.get(i)), reversed[i], "whatever the order, seed " + seed);
      }
    }
  }

  @Test
  void anotherSeedDrawsOtherGroups() throws IOException {
    Groups groups = new Groups("data", drawn(new Random(1)));
    assertFalse(Arrays.equals(groups.parts(0.3, 0.1, 1), groups.parts(0.3, 0.1, 2)));
  }

  @Test
  void groupLargerThanAShareIsTold() throws IOException {
    List<String> large = new ArrayList<>(Collections.nCopies(50, "a"));
    large.addAll(Collections.nCopies(30, "b"));
    large.addAll(Collections.nCopies(20, "c"));
    Groups groups = new Groups("data", large);
    Dataset.Split[] parts = groups.parts(0.05, 0, 0);
    assertEquals(
        "3 groups of 20 to 50 examples, 1 group with 20.0 % of all for testing",
        groups.text(parts));
  }

  private static String error(org.junit.jupiter.api.function.Executable work) {
    return assertThrows(InvalidDataException.class, work).getMessage();
  }

  @Test
  void tooFewGroupsAndNamesWithoutOneAreErrors() {
    assertEquals(
        "group-by: data has 1 group for 2 parts; group by something finer, or leave a part away"
            + " (--validation-share 0)",
        error(() -> new Groups("data", List.of("a", "a")).parts(0.2, 0, 0)));
    assertEquals(
        "group-by p(\\d+): it is not found in 2 of the 3 names in photos, such as cat/x.png;"
            + " name a group in all",
        error(() -> Groups.ofNames("photos", "p(\\d+)", List.of("cat/p1", "cat/x.png", "q"))));
    assertTrue(
        error(() -> Groups.ofNames("photos", "p(", List.of("p")))
            .contains("no regular expression"));
  }

  @Test
  void tablesAreGroupedByAColumnThatIsNoValue() throws IOException {
    StringBuilder rows = new StringBuilder("patient,x,class\n");
    for (int i = 0; i < 60; i++) {
      rows.append("p").append(i / 5).append(',').append(i).append(i % 2 == 0 ? ",a\n" : ",b\n");
    }
    Path file = Files.writeString(folder.resolve("table.csv"), rows);
    List<String> said = new ArrayList<>();
    DatasetOptions options =
        DatasetOptions.DEFAULTS
            .withGroupBy("patient")
            .withValidationShare(0.2)
            .withNotices(said::add);
    Map<Integer, Dataset.Split> of = new HashMap<>();
    for (Dataset.Split part :
        List.of(Dataset.Split.TRAIN, Dataset.Split.VALIDATION, Dataset.Split.TEST)) {
      Dataset data = Datasets.open("csv:" + file, part, options);
      assertEquals(1, data.exampleShape().elements());
      for (int i = 0; i < data.size(); i++) {
        float[] x = new float[1];
        ((org.residuum.data.VectorDataset) data).read(i, x);
        Dataset.Split before = of.putIfAbsent((int) x[0] / 5, part);
        assertTrue(before == null || before == part, "patient " + (int) x[0] / 5);
      }
    }
    assertEquals(12, of.size());
    assertTrue(
        said.get(0).contains("12 groups of 5 to 5 examples, 2 groups with 16.7 %"), said + "");
    InvalidDataException e =
        assertThrows(
            InvalidDataException.class,
            () ->
                Datasets.open("csv:" + file, Dataset.Split.TRAIN, options.withGroupBy("patients")));
    assertTrue(e.getMessage().contains("no column 'patients'"), e.getMessage());
  }

  @Test
  void foldersAreGroupedByWhatIsFoundInThePath() throws IOException {
    for (int i = 0; i < 40; i++) {
      Path file = folder.resolve("photos/%s/burst%02d-%d.png".formatted(i % 2, i / 4, i));
      Files.createDirectories(file.getParent());
      ImageIO.write(new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
    }
    DatasetOptions options = DatasetOptions.DEFAULTS.withGroupBy("(burst\\d+)-");
    Map<String, Dataset.Split> of = new HashMap<>();
    for (Dataset.Split part : List.of(Dataset.Split.TRAIN, Dataset.Split.TEST)) {
      Dataset data = Datasets.open("folder:" + folder.resolve("photos"), part, options);
      for (int i = 0; i < data.size(); i++) {
        String burst = data.exampleName(i).replaceFirst(".*(burst\\d+).*", "$1");
        Dataset.Split before = of.putIfAbsent(burst, part);
        assertTrue(before == null || before == part, burst);
      }
    }
    assertEquals(10, of.size());
    assertEquals(2, Collections.frequency(of.values(), Dataset.Split.TEST));
    assertNotEquals(
        Datasets.open("folder:" + folder.resolve("photos"), Dataset.Split.TEST, options)
            .exampleName(0),
        Datasets.open("folder:" + folder.resolve("photos"), Dataset.Split.TEST, options.withSeed(3))
            .exampleName(0));
  }
}
