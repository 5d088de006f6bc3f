package org.residuum.data.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Outputs;
import org.residuum.data.Task;

/** Tables with labels that do not exclude each other, and with numbers to learn. */
class CsvTargetsTest {
  @TempDir private static Path folder;

  private final List<String> said = new ArrayList<>();
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("table.csv");
  }

  @Test
  void namesInOneColumnAreLabelsAndMayBeNone() throws IOException {
    Dataset all = open(Task.MULTILABEL, "tags", "x,tags,y", "1,cat; dog,2", "3,,4", "5,cat|ape,6");
    assertEquals(List.of("ape", "cat", "dog"), all.labels());
    assertEquals("(2)", all.exampleShape().toString());
    assertArrayEquals(new float[] {0, 1, 1}, targets(all, 0));
    assertArrayEquals(new float[3], targets(all, 1));
    assertArrayEquals(new float[] {1, 1, 0}, targets(all, 2));
    assertThrows(IllegalStateException.class, () -> all.label(0));
  }

  @Test
  void columnsOfOnesAndZerosAreLabelsInTheirOrder() throws IOException {
    Dataset all = open(Task.MULTILABEL, "b, a", "a,x,b", "1,0.5,0", "0,1.5,1");
    assertEquals(List.of("b", "a"), all.labels());
    assertArrayEquals(new float[] {0, 1}, targets(all, 0));
    assertArrayEquals(new float[] {1, 0}, targets(all, 1));
  }

  /** As pandas writes booleans, and columns that once had gaps. */
  @Test
  void columnsOfTruthAndOfWholeFloatsAreLabelsToo() throws IOException {
    Dataset all = open(Task.MULTILABEL, "a,b", "x,a,b", "1,True,0.0", "2,false,1.0");
    assertArrayEquals(new float[] {1, 0}, targets(all, 0));
    assertArrayEquals(new float[] {0, 1}, targets(all, 1));
  }

  @Test
  void numbersAreTargetsInTheirOwnUnit() throws IOException {
    Dataset all = open(Task.REGRESSION, "1,3", "2,7,1e1", "4,8,30", "6,9,20");
    assertEquals(List.of("1", "3"), all.labels());
    assertArrayEquals(new float[] {4, 30}, targets(all, 1));
    Outputs outputs = Outputs.of(all);
    assertEquals(List.of(4.0, 20.0), outputs.means());
    assertEquals(Math.sqrt(8 / 3.0), outputs.deviations().get(0), 1e-12);
    float[] row = targets(all, 2);
    outputs.standardize(row);
    assertEquals(Math.sqrt(1.5), row[0], 1e-6);
    assertArrayEquals(new float[] {6, 20}, outputs.read(row), 1e-5f);
    assertEquals(outputs, Outputs.takenFrom(new HashMap<>(outputs.toMap())));
  }

  @Test
  void withoutNamesTheLastColumnIsTheTarget() throws IOException {
    assertArrayEquals(
        new float[] {9}, targets(open(Task.REGRESSION, null, "x,y,z", "1,2,3", "7,8,9"), 1));
  }

  @Test
  void faultsAreNamed() throws IOException {
    assertSays("'much' is not a finite number", Task.REGRESSION, "y", "x,y", "1,much");
    assertSays("table.csv:3: column y: '' is not", Task.REGRESSION, "y", "x,y", "1,2", "2,");
    assertSays("'2' is neither 1 nor 0", Task.MULTILABEL, "a,b", "x,a,b", "1,2,0");
    assertSays("no column 'z'", Task.REGRESSION, "y,z", "x,y", "1,2");
    assertSays("'y' is named twice", Task.REGRESSION, "y,y", "x,y", "1,2");
    assertSays("leave some as values", Task.REGRESSION, "x,y", "x,y", "1,2");
    Dataset same = open(Task.REGRESSION, "y", "x,y", "1,5", "2,5");
    assertTrue(
        assertThrows(InvalidDataException.class, () -> Outputs.of(same))
            .getMessage()
            .contains("y is 5.0 in all 2 training examples"));
  }

  @Test
  void labelsThatNoTrainingRowHasAreSaid() throws IOException {
    Files.write(file, List.of("x,a,b", "1,0,1", "2,0,1", "3,0,0", "4,0,1", "5,0,1"));
    DatasetOptions options =
        DatasetOptions.DEFAULTS
            .withTask(Task.MULTILABEL)
            .withLabelColumn("a,b")
            .withNotices(said::add);
    Datasets.open("csv:" + file, Dataset.Split.TRAIN, options);
    assertTrue(
        said.toString().contains("none of 4 training rows have the label a"), said::toString);
  }

  @Test
  void otherDataHaveAClassEach() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Datasets.open(
                        "glyphs",
                        Dataset.Split.TRAIN,
                        DatasetOptions.DEFAULTS.withTask(Task.REGRESSION)))
            .getMessage();
    assertTrue(message.contains("come from the columns of csv:FILE"), message);
  }

  private Dataset open(Task task, String columns, String... lines) throws IOException {
    Files.write(file, List.of(lines));
    DatasetOptions options = DatasetOptions.DEFAULTS.withTask(task).withLabelColumn(columns);
    return Datasets.open("csv:" + file, Dataset.Split.ALL, options);
  }

  private void assertSays(String expected, Task task, String columns, String... lines) {
    String message =
        assertThrows(InvalidDataException.class, () -> open(task, columns, lines)).getMessage();
    assertTrue(message.contains(expected), message);
  }

  private static float[] targets(Dataset data, int index) {
    float[] row = new float[data.labels().size()];
    data.targets(index, row);
    return row;
  }
}
