package org.residuum.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.data.Dataset;
import org.residuum.data.Mixing;
import org.residuum.data.Task;
import org.residuum.data.load.Batch;
import org.residuum.data.load.DatasetLoader;
import org.residuum.data.load.Draw;
import org.residuum.data.load.Pass;
import org.residuum.data.source.DatasetOptions;
import org.residuum.data.source.Datasets;
import org.residuum.network.Shape;

/** Weights of classes, and epochs that have as many examples of each. */
final class BalanceTest {
  /** Twelve of a, three of b, none of c, one of d. */
  private static final Dataset UNEVEN = uneven();

  private static Dataset uneven() {
    byte[][] pixels = new byte[16][4];
    int[] classes = new int[16];
    for (int i = 12; i < 16; i++) {
      classes[i] = i < 15 ? 1 : 3;
    }
    return Datasets.ofImages(
        "uneven", Shape.of(1, 2, 2), List.of("a", "b", "c", "d"), pixels, classes);
  }

  @Test
  void balancedWeightsAreThoseOfScikitLearn() {
    double[] weights = ClassWeights.of(Balance.NONE.withBalancedWeights(), UNEVEN);
    assertArrayEquals(new double[] {16 / 36.0, 16 / 9.0, 0, 16 / 3.0}, weights, 1e-15);
    Balance given = ClassWeights.parse("b=2, d=0.5");
    assertArrayEquals(new double[] {1, 2, 1, 0.5}, ClassWeights.of(given, UNEVEN));
    assertEquals(Balance.NONE, ClassWeights.parse("none"));
    assertTrue(ClassWeights.parse("balanced").weighs());
  }

  @Test
  void labelsThatAnExampleHasCountByTheirWeights(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("labels.csv");
    Files.write(file, List.of("x,tags", "1,a", "2,a;b", "3,a", "4,", "5,a"));
    Dataset labelled =
        Datasets.open(
            "csv:" + file, Dataset.Split.ALL, DatasetOptions.DEFAULTS.withTask(Task.MULTILABEL));
    Balance balanced = ClassWeights.parse("balanced").withLabels();
    assertArrayEquals(new double[] {0.25, 4}, ClassWeights.ofLabels(balanced, labelled));
    Balance given = ClassWeights.parse("b=3").withLabels();
    assertArrayEquals(new double[] {1, 3}, ClassWeights.ofLabels(given, labelled));
    given.requireFit(labelled);
    assertThrows(IllegalArgumentException.class, () -> ClassWeights.parse("b=0").withLabels());
    String other = refusal(balanced);
    assertTrue(other.contains("for examples that may have several"), other);
    Balance unknown = ClassWeights.parse("bb=3").withLabels();
    assertThrows(IllegalArgumentException.class, () -> unknown.requireFit(labelled));
    assertThrows(
        IllegalArgumentException.class,
        () -> Balance.NONE.withBalancedWeights().requireFit(labelled));
  }

  @Test
  void namesWithCommasAreQuotedAsInCsv() {
    assertEquals(
        Map.of("a, b", 2.0, "c=d", 3.0, "5\" disk", 4.0, "\"e\"=f", 5.0, "g", 0.5),
        ClassWeights.parse("\"a, b\"=2, c=d=3,5\" disk=4,\"\"\"e\"\"=f\" =5,g = 0.5").weights());
  }

  @ParameterizedTest
  @ValueSource(strings = {"b=2,", "\"b=2", "\"\"=2", "\"b\"c=2", "\"b\"", "b", ",b=2", "b=2,,d=1"})
  void weightsThatAreNoListAreRefused(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> ClassWeights.parse(text)).getMessage();
    assertTrue(message.startsWith("write balanced, none or each class once"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"b", "=2", "b=2,b=3", "b=two", "b=-1", "b=1e7", "b=NaN", "b=1e-9"})
  void weightsThatAreNoneAreRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> ClassWeights.parse(text));
  }

  @Test
  void classesThatAreNotThereAndWeightsOfNothingAreRefused() {
    String unknown = refusal(Balance.NONE.withWeights(Map.of("bb", 2.0)));
    assertTrue(unknown.contains("no class bb; did you mean b?"), unknown);
    String nothing = refusal(Balance.NONE.withWeights(Map.of("a", 0.0, "b", 0.0, "d", 0.0)));
    assertTrue(nothing.contains("no example of uneven has any weight"), nothing);
  }

  private static String refusal(Balance balance) {
    return assertThrows(IllegalArgumentException.class, () -> balance.requireFit(UNEVEN))
        .getMessage();
  }

  @Test
  void mixingThatCannotBeIsRefused() {
    for (double alpha : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> new Mixing(alpha, 0, 1));
      assertThrows(IllegalArgumentException.class, () -> new Mixing(0, alpha, 1));
    }
    assertThrows(IllegalArgumentException.class, () -> new Mixing(1, 1, 0));
    Mixing mixup = new Mixing(0.2, 0, 1);
    assertThrows(IllegalArgumentException.class, () -> mixup.requireFit(UNEVEN, 1));
    mixup.requireFit(UNEVEN, 2);
    Mixing.NONE.requireFit(UNEVEN, 1);
  }

  @Test
  void balancedEpochsHaveAsManyOfEachClassThatIsThere() throws Exception {
    List<Integer> first = epoch(0);
    assertEquals(16, first.size());
    int[] counts = new int[4];
    first.forEach(index -> counts[UNEVEN.label(index)]++);
    assertEquals(0, counts[2]);
    for (int k : new int[] {0, 1, 3}) {
      assertTrue(counts[k] == 5 || counts[k] == 6, "class " + k + ": " + counts[k]);
    }
    for (int i = 12; i < 15; i++) {
      int times = Collections.frequency(first, i);
      assertTrue(times == 1 || times == 2, "example " + i + ": " + times);
    }
    assertEquals(counts[0], first.stream().filter(index -> index < 12).distinct().count());
    assertEquals(first, epoch(0));
    assertNotEquals(first, epoch(1));
  }

  private static List<Integer> epoch(int number) throws Exception {
    List<Integer> order = new ArrayList<>();
    try (DatasetLoader loader =
            DatasetLoader.builder(UNEVEN).batch(4).balanced(true).threads(1).build();
        Pass<Draw> pass = loader.epoch(number)) {
      for (Batch<Draw> batch = pass.next(); batch != null; batch = pass.next()) {
        batch.items().forEach(draw -> order.add(draw.index()));
      }
    }
    return order;
  }
}
