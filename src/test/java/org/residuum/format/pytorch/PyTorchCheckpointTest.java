package org.residuum.format.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.Effort;
import org.residuum.TestData;
import org.residuum.format.FormatException;
import org.residuum.format.file.MappedFile;
import org.residuum.format.safetensors.SafeTensors;
import org.residuum.network.ElementType;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

class PyTorchCheckpointTest {
  private static final String MODELS = "models/";
  private static final String REEXPORTED = MODELS + "akamaster-resnet20-reexported/";

  @TempDir Path folder;

  private static void assertSame(Parameters expected, Parameters actual) {
    assertEquals(List.copyOf(expected.names()), List.copyOf(actual.names()));
    for (String name : expected.names()) {
      assertEquals(expected.get(name).shape(), actual.get(name).shape(), name);
      assertArrayEquals(expected.get(name).toArray(), actual.get(name).toArray(), 0f, name);
    }
  }

  private static int elements(Parameters parameters) {
    return parameters.asMap().entrySet().stream()
        .filter(entry -> !entry.getKey().contains("running_"))
        .mapToInt(entry -> entry.getValue().shape().elements())
        .sum();
  }

  @Test
  void publishedCifarCheckpointsHaveTheirParameterCounts() throws IOException {
    String[] files = {"resnet20-12fca82f.th", "resnet56-4bfd9763.th"};
    int[] counts = {269_722, 853_018};
    for (int i = 0; i < files.length; i++) {
      PyTorchCheckpoint read =
          PyTorchCheckpoint.read(TestData.find(MODELS + "akamaster/" + files[i]));
      assertEquals(PyTorchCheckpoint.Container.LEGACY, read.container());
      assertEquals("state_dict", read.location());
      assertEquals("module.", read.prefix());
      assertEquals(List.of("best_prec1"), List.copyOf(read.extras().keySet()));
      assertEquals(Shape.of(16, 3, 3, 3), read.parameters().get("conv1.weight").shape());
      assertEquals(Shape.of(10, 64), read.parameters().get("linear.weight").shape());
      assertEquals(counts[i], elements(read.parameters()));
    }
  }

  @Test
  void reexportedFilesHoldThePublishedValues() throws IOException {
    Path original = TestData.find(MODELS + "akamaster/resnet20-12fca82f.th");
    Parameters published = PyTorchCheckpoint.read(original).parameters();
    for (String name : List.of("resnet20_zip.pth", "resnet20_legacy.pth")) {
      PyTorchCheckpoint read = PyTorchCheckpoint.read(TestData.find(REEXPORTED + name));
      assertSame(published, read.parameters());
      assertEquals(19, read.skipped().size());
    }
  }

  @Test
  void halfPrecisionFileHoldsThePublishedValuesRounded() throws IOException {
    Path original = TestData.find(MODELS + "akamaster/resnet20-12fca82f.th");
    Path rounded = folder.resolve("rounded.safetensors");
    SafeTensors.write(
        rounded, PyTorchCheckpoint.read(original).parameters(), Map.of(), ElementType.F16);
    Path half = TestData.find(REEXPORTED + "resnet20_zip_fp16.pth");
    assertSame(SafeTensors.read(rounded).parameters(), PyTorchCheckpoint.read(half).parameters());
  }

  @Test
  void checkpointOfTheVerificationCompetitionIsRead() throws IOException {
    PyTorchCheckpoint read =
        PyTorchCheckpoint.read(TestData.find(MODELS + "vnncomp2021/resnet2b.pth"));
    assertEquals(PyTorchCheckpoint.Container.ZIP, read.container());
    assertEquals("0.6925", read.extras().get("test_acc"));
    assertEquals(Shape.of(8, 3, 3, 3), read.parameters().get("conv1.weight").shape());
  }

  @Test
  void pickledModuleIsRefusedNamingItsClass() {
    Path hostile = TestData.find(MODELS + "hostile/whole-module-pickle.pth");
    FormatException e = assertThrows(FormatException.class, () -> PyTorchCheckpoint.read(hostile));
    assertEquals(
        hostile
            + ", \"archive/data.pkl\" offset 2: pickles the class models.resnet.ResNet; only"
            + " state_dicts of tensors are read: save model.state_dict()",
        e.getMessage());
  }

  /**
   * {@code {"model": {"w": tensor}, "args": Namespace(...)}} and worse: never run, not in the way.
   */
  @ParameterizedTest
  @CsvSource({
    "argparse, Namespace",
    "posix, system",
    "torch.optim.sgd, SGD",
    "omegaconf, DictConfig"
  })
  void unknownNeighboursStayInert(String module, String name) throws IOException {
    PickleBuilder pickle = new PickleBuilder().ops("}(").text("model").ops("}(").text("w");
    pickle.tensor("FloatStorage", 4, 0, new long[] {4}, new long[] {1}).ops("u");
    pickle.text("args").global(module, name).text("id").ops("\u0085R");
    pickle.ops("}(").text("lr").number(1).ops("u").ops("b"); // its attributes
    pickle.text("made").global(module, name).ops(")\u0081(").text("k").number(2).ops("uNa");
    PyTorchCheckpoint read = PyTorchCheckpoint.read(pickle.ops("u.").zip(new byte[16]));
    assertEquals("model", read.location());
    assertEquals(List.of("w"), List.copyOf(read.parameters().names()));
    assertEquals(module + "." + name, read.extras().get("args"));
    assertEquals(module + "." + name, read.extras().get("made"));
  }

  /** A tensor of an unknown class may hold anything. */
  @Test
  void unknownClassInPlaceOfATensorIsRefused() throws IOException {
    PickleBuilder pickle = new PickleBuilder().ops("}(").text("w");
    pickle.tensor("FloatStorage", 4, 0, new long[] {4}, new long[] {1});
    pickle.text("v").global("mine", "Packed").ops(")Ru.");
    FormatException e =
        assertThrows(FormatException.class, () -> PyTorchCheckpoint.read(pickle.zip(new byte[16])));
    assertTrue(e.getMessage().contains("entry \"v\": is of the class mine.Packed"), e.getMessage());
  }

  /** {@code AveragedModel} counts beside the wrapped network. */
  @Test
  void countersBesideAWrappedNetworkDoNotHideItsPrefix() throws IOException {
    PickleBuilder pickle = new PickleBuilder().ops("}(").text("n_averaged").number(3);
    pickle.text("module.w").tensor("FloatStorage", 4, 0, new long[] {4}, new long[] {1});
    PyTorchCheckpoint read = PyTorchCheckpoint.read(pickle.ops("u.").zip(new byte[16]));
    assertEquals("module.", read.prefix());
    assertEquals(List.of("w"), List.copyOf(read.parameters().names()));
  }

  private static Parameters random(long seed, int[]... shapes) {
    Random random = new Random(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int[] extents : shapes) {
      float[] values = new float[Shape.of(extents).elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat() - 0.5f;
      }
      tensors.put("layer" + tensors.size() + ".\u00e9", Tensor.of(Shape.of(extents), values));
    }
    return new Parameters(tensors);
  }

  @Test
  void whatIsWrittenReadsBackBitForBit() throws IOException {
    Path file = folder.resolve("model.pth");
    Parameters written = random(1, new int[] {300, 70}, new int[] {}, new int[] {0, 3}, new int[1]);
    PyTorchCheckpoint.write(file, written);
    PyTorchCheckpoint read = PyTorchCheckpoint.read(file);
    assertSame(written, read.parameters());
    assertEquals("", read.location());
    assertTrue(read.skipped().isEmpty());
  }

  @Test
  void halvesAreWrittenAsSafetensorsRoundsThem() throws IOException {
    Parameters written = random(2, new int[] {17, 5});
    for (ElementType type : List.of(ElementType.F16, ElementType.BF16)) {
      Path pth = folder.resolve("model.pth");
      Path safe = folder.resolve("model.safetensors");
      PyTorchCheckpoint.write(pth, written, type);
      SafeTensors.write(safe, written, Map.of(), type);
      assertSame(SafeTensors.read(safe).parameters(), PyTorchCheckpoint.read(pth).parameters());
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> PyTorchCheckpoint.write(folder.resolve("x"), written, ElementType.I32));
  }

  @Test
  void everyTruncationOfALegacyFileIsRefused() throws Exception {
    byte[] whole =
        PyTorchCheckpointTest.class.getResourceAsStream("dtypes_legacy.pth").readAllBytes();
    for (int length = 0; length < whole.length; length++) {
      MappedFile cut = PickleBuilder.mapped(Arrays.copyOf(whole, length));
      assertThrows(FormatException.class, () -> PyTorchCheckpoint.read(cut), "length " + length);
    }
    MappedFile longer = PickleBuilder.mapped(Arrays.copyOf(whole, whole.length + 1));
    assertThrows(FormatException.class, () -> PyTorchCheckpoint.read(longer));
  }

  /** As many values as ResNet-50 has, in its number of tensors: 102 MB. */
  @Test
  void aHundredMegabytesOpenAndStayInTheFile() throws IOException {
    int[][] shapes = new int[160][];
    Arrays.fill(shapes, new int[] {400, 400});
    Parameters written = random(3, shapes);
    Path pth = folder.resolve("large.pth");
    Path safe = folder.resolve("large.safetensors");
    PyTorchCheckpoint.write(pth, written);
    SafeTensors.write(safe, written, Map.of());
    assertTrue(Files.size(safe) > 100_000_000);
    Effort.of(() -> assertEquals(160, PyTorchCheckpoint.read(pth).parameters().names().size()))
        .requireAtMost(5_000_000);
    Effort.of(() -> assertEquals(160, SafeTensors.read(safe).parameters().names().size()))
        .requireAtMost(5_000_000);
  }
}
