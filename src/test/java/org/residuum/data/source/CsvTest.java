package org.residuum.data.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.VectorDataset;
import org.residuum.network.Shape;

class CsvTest {
  @TempDir Path folder;

  private static final DatasetOptions OPTIONS = DatasetOptions.DEFAULTS;

  private VectorDataset open(String text, Dataset.Split split, DatasetOptions options)
      throws IOException {
    Path file = Files.writeString(folder.resolve("t.csv"), text);
    return (VectorDataset) Datasets.open("csv:" + file, split, options);
  }

  private String failure(String text, DatasetOptions options) {
    String message =
        assertThrows(InvalidDataException.class, () -> open(text, Dataset.Split.ALL, options))
            .getMessage();
    assertEquals(1, message.lines().count());
    assertTrue(message.startsWith(folder.resolve("t.csv").toString()), message);
    return message.substring(folder.toString().length() + 1);
  }

  private static float[] row(VectorDataset dataset, int index) {
    float[] row = new float[dataset.exampleShape().elements()];
    dataset.read(index, row);
    return row;
  }

  @Test
  void wordsAreLabelsInTheOrderOfTheirNames() throws IOException {
    VectorDataset set = open("a,b,kind\n1,2.5,dog\n-3e2,.5, cat \n", Dataset.Split.ALL, OPTIONS);
    assertEquals(Shape.of(2), set.exampleShape());
    assertEquals(List.of("cat", "dog"), set.labels());
    assertEquals(1, set.label(0));
    assertEquals(0, set.label(1));
    assertArrayEquals(new float[] {1, 2.5f}, row(set, 0));
    assertArrayEquals(new float[] {-300, 0.5f}, row(set, 1));
  }

  @Test
  void byteOrderMarkIsNoPartOfTheFirstCell() throws IOException {
    DatasetOptions options = OPTIONS.withLabelColumn("kind");
    VectorDataset set = open("\ufeffkind,a\r\ndog,1\r\ncat,2\r\n", Dataset.Split.ALL, options);
    assertEquals(List.of("cat", "dog"), set.labels());
    assertArrayEquals(
        new float[] {7}, row(open("\ufeff7,dog\n8,cat\n", Dataset.Split.ALL, OPTIONS), 0));
  }

  @Test
  void semicolonsAndTabsPartColumnsToo() throws IOException {
    for (char separator : new char[] {';', '\t'}) {
      String text = "a,b;c;kind\n1;2;dog\n3;4;\"cat; big\"\n".replace(';', separator);
      VectorDataset set = open(text, Dataset.Split.ALL, OPTIONS);
      assertEquals(Shape.of(2), set.exampleShape());
      assertEquals(List.of("cat" + separator + " big", "dog"), set.labels());
    }
  }

  @Test
  void separatorAtTheEndOfTheLinesIsNamed() {
    assertTrue(failure("a,b,kind,\n1,2,dog,\n", OPTIONS).contains("4 of 4, has no name"));
  }

  @Test
  void labelsInAnotherEncodingAreRefused() throws IOException {
    Path file = folder.resolve("latin1.csv");
    Files.write(file, "1,2,Käfer\n3,4,Maus\n".getBytes(StandardCharsets.ISO_8859_1));
    IOException e =
        assertThrows(
            IOException.class, () -> Datasets.open("csv:" + file, Dataset.Split.ALL, OPTIONS));
    assertTrue(e.getMessage().contains("latin1.csv:1: ") && e.getMessage().contains("UTF-8"));
  }

  @Test
  void wholeNumbersAreLabelsInTheirNumericOrder() throws IOException {
    VectorDataset set = open("1,10\n2,9\n3,10.0\n4,-1\n", Dataset.Split.ALL, OPTIONS);
    assertEquals(List.of("-1", "9", "10"), set.labels());
    assertEquals(2, set.label(2));
    assertEquals(4, set.size());
  }

  @Test
  void labelColumnIsChosenByNameOrNumber() throws IOException {
    String text = "kind,a,b\nx,1,2\ny,3,4\n";
    for (String column : new String[] {"kind", "1"}) {
      VectorDataset set = open(text, Dataset.Split.ALL, OPTIONS.withLabelColumn(column));
      assertArrayEquals(new float[] {3, 4}, row(set, 1));
      assertEquals(List.of("x", "y"), set.labels());
    }
    assertTrue(
        failure(text, OPTIONS.withLabelColumn("sort"))
            .contains("no column 'sort'; give a number in 1..3 or a name of the first line: kind"));
    assertTrue(failure(text, OPTIONS.withLabelColumn("4")).contains("no column '4'"));
    assertTrue(failure("x,1\ny,2\n", OPTIONS.withLabelColumn("x")).contains("no header"));
  }

  @Test
  void nameOfTwoColumnsDoesNotChooseTheFirst() {
    assertEquals(
        "t.csv: columns 1 and 3 are both named 'k'; give the number of the one with the labels",
        failure("k,a,k\nx,1,y\n", OPTIONS.withLabelColumn("k")));
  }

  @Test
  void whatWasTakenForWhatIsSaid() throws IOException {
    List<String> said = new ArrayList<>();
    DatasetOptions options =
        OPTIONS.withNotices(line -> said.add(line.substring(folder.toString().length() + 1)));
    open("a,b,k\n1,2,x\n3,4,y\n5,6,x\n", Dataset.Split.ALL, options);
    open("2019,2020,k\n1,2,x\n3,4,y\n", Dataset.Split.TRAIN, options);
    assertEquals(
        List.of(
            "t.csv: 3 rows of 2 values, below a header, labels of 2 classes in column k; 1 are"
                + " kept for testing, a share of 0.2",
            "t.csv: no rows for testing of y",
            "t.csv: 3 rows of 2 values, without a header, labels of 3 classes in column 3; 1 are"
                + " kept for testing, a share of 0.2",
            "t.csv: no rows for training of k",
            "t.csv: no rows for testing of x, y"),
        said);
  }

  @Test
  void quotedFieldsAndWindowsLineEndsAreRead() throws IOException {
    VectorDataset set = open("a,\"b\nc\",k\r\n1,\"2\",\"x, y\"\r\n", Dataset.Split.ALL, OPTIONS);
    assertEquals(List.of("x, y"), set.labels());
    assertArrayEquals(new float[] {1, 2}, row(set, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a,b,k;1,2,x;1,2;             | t.csv:3: 2 columns, the first line has 3",
        "a,b,k;1,2,x;1,2,3,x;         | t.csv:3: 4 columns, the first line has 3",
        "a,b,k;1,two,x;               | t.csv:2: column b: 'two' is not a finite number",
        "a,b,k;;1,,x;                 | t.csv:3: column b: '' is not a finite number",
        "1,2,x;1,NaN,x;               | t.csv:2: column 2: 'NaN' is not a finite number",
        "1,2,x;1,1e99,x;              | t.csv:2: column 2: '1e99' is not a finite number",
        "1,2,x;1,0x10,x;              | t.csv:2: column 2: '0x10' is not a finite number",
        "1,2,x;1,5f,x;                | t.csv:2: column 2: '5f' is not a finite number",
        "1,2,x;1,2, ;                 | t.csv:2: column 3: ' ' is no label",
        "1,2,3;1,2,3.5;               | t.csv:2: column 3: '3.5' is no label",
        "5;6;                         | t.csv: 1 column",
        "a,b,k;                       | t.csv: no rows",
        "``                           | t.csv: no rows",
        "1,2,\"x                      | t.csv: not a CSV file"
      })
  void badTablesAreNamedWithLineColumnAndValue(String text, String start) {
    String message = failure(text.replace(';', '\n'), OPTIONS);
    assertTrue(message.startsWith(start), message);
  }

  @Test
  void givenLabelsDecideTheClassesAndOthersAreRefused() throws IOException {
    DatasetOptions options = OPTIONS.withLabels(List.of("y", "x"));
    assertEquals(1, open("1,x\n", Dataset.Split.ALL, options).label(0));
    assertTrue(
        failure("1,x\n2,z\n", options)
            .contains("t.csv:2: column 2: 'z' is not among the labels y"));
  }

  @Test
  void splitIsAFifthDecidedByTheSeed() throws IOException {
    String text = IntStream.range(0, 50).mapToObj(i -> i + ",x\n").collect(Collectors.joining());
    VectorDataset test = open(text, Dataset.Split.TEST, OPTIONS);
    VectorDataset train = open(text, Dataset.Split.TRAIN, OPTIONS);
    assertEquals(10, test.size());
    assertEquals(40, train.size());
    boolean[] seen = new boolean[50];
    for (VectorDataset part : List.of(test, train)) {
      for (int i = 0; i < part.size(); i++) {
        seen[(int) row(part, i)[0]] = true;
      }
    }
    assertTrue(IntStream.range(0, 50).allMatch(i -> seen[i]));
    assertEquals(rows(test), rows(open(text, Dataset.Split.TEST, OPTIONS)));
    assertTrue(!rows(test).equals(rows(open(text, Dataset.Split.TEST, OPTIONS.withSeed(1)))));
    assertEquals(25, open(text, Dataset.Split.TEST, OPTIONS.withTestShare(0.5)).size());
  }

  private static List<Float> rows(VectorDataset set) {
    return IntStream.range(0, set.size()).mapToObj(i -> row(set, i)[0]).toList();
  }
}
