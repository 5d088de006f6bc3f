package org.residuum.format.pytorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.format.FormatException;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

/** Checkpoints made by PyTorch 1.13: {@code src/test/python/make_checkpoints.py}. */
class PyTorchGoldenTest {
  private static Path golden(String name) throws URISyntaxException {
    return Path.of(PyTorchGoldenTest.class.getResource(name).toURI());
  }

  private static PyTorchCheckpoint read(String name) throws IOException, URISyntaxException {
    return PyTorchCheckpoint.read(golden(name));
  }

  /** Element i is (i - 3) / 4. */
  private static void assertRamp(Parameters parameters, String name, int... extents) {
    Tensor tensor = parameters.get(name);
    assertEquals(Shape.of(extents), tensor.shape(), name);
    for (int i = 0; i < tensor.shape().elements(); i++) {
      assertEquals((i - 3) / 4f, tensor.get(i), name + " " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"layouts.pth", "layouts_legacy.pth", "layouts_protocol5.pth"})
  void everyLayoutOfStoragesGivesTheTensor(String file) throws Exception {
    Parameters read = read(file).parameters();
    assertRamp(read, "transposed", 3, 4);
    assertRamp(read, "channels_last", 2, 3, 4, 5);
    assertRamp(read, "window", 2, 5);
    assertRamp(read, "every_second", 10);
    assertRamp(read, "shared_whole", 20);
    assertRamp(read, "shared_head", 7, 1);
    assertRamp(read, "scalar");
    assertRamp(read, "nothing", 0, 5);
    assertRamp(read, "half_transposed", 3, 4);
    assertEquals(Shape.of(3, 4), read.get("repeated").shape());
    for (float value : read.get("repeated").toArray()) {
      assertEquals(-0.75f, value);
    }
  }

  @Test
  void orderOfTheStateDictIsKept() throws Exception {
    assertEquals(
        List.of("float64", "float32", "float16", "bfloat16"),
        List.copyOf(read("dtypes.pth").parameters().names()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dtypes.pth", "dtypes_legacy.pth", "dtypes_protocol5.pth"})
  void everyFloatTypeIsReadAndAllElseIsListed(String file) throws Exception {
    PyTorchCheckpoint read = read(file);
    for (String name : read.parameters().names()) {
      assertRamp(read.parameters(), name, 2, 3);
    }
    assertEquals(4, read.parameters().names().size());
    assertEquals(
        Map.of(
            "num_batches_tracked", "int64 []",
            "mask", "bool [2]",
            "complex64", "complex64 [2]",
            "note", "\"not a tensor\""),
        read.skipped());
  }

  @ParameterizedTest
  @ValueSource(strings = {"module.pth", "module_legacy.pth", "module_protocol5.pth"})
  void stateDictIsFoundInsideACheckpoint(String file) throws Exception {
    PyTorchCheckpoint read = read(file);
    assertEquals("model", read.location());
    assertEquals("module.", read.prefix());
    assertRamp(read.parameters(), "0.weight", 2, 1, 3, 3);
    assertRamp(read.parameters(), "1.running_var", 2);
    assertEquals(Map.of("1.num_batches_tracked", "int64 []"), read.skipped());
    assertEquals("90", read.extras().get("epoch"));
    assertEquals("\"tiny\"", read.extras().get("arch"));
    assertEquals("numpy.core.multiarray.scalar", read.extras().get("best"));
    assertEquals("float32 []", read.extras().get("best_tensor"));
    assertEquals("uint8 [4]", read.extras().get("rng"));
    assertEquals("a list of 6", read.extras().get("history"));
    assertEquals("a dict of 2", read.extras().get("optimizer"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"parameters.pth", "parameters_legacy.pth", "parameters_protocol5.pth"})
  void parametersReadAsTheirTensors(String file) throws Exception {
    assertRamp(read(file).parameters(), "plain", 2, 3);
    assertRamp(read(file).parameters(), "attributed", 5);
  }

  @Test
  void theOnlyStateDictIsTakenAndOfSeveralNone() throws Exception {
    assertEquals("only", read("only.pth").location());
    assertRefused(
        "two.pth", "several state_dicts, \"encoder\", \"decoder\"; choose one with --key");
    assertRefused("list.pth", "holds a list of 1, no state_dict");
    assertRefused("torchscript.pt", "is a TorchScript archive");
  }

  private static void assertRefused(String file, String words) {
    FormatException e = assertThrows(FormatException.class, () -> read(file));
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  @Test
  void rowMajorFloatsAreViewsOfTheFileAndOthersAreNot() throws Exception {
    for (String file : List.of("layouts.pth", "layouts_legacy.pth")) {
      Parameters read = read(file).parameters();
      for (String view : List.of("shared_whole", "shared_head", "scalar")) {
        assertTrue(read.get(view).data().isReadOnly(), view);
      }
      for (String copy : List.of("transposed", "window", "half_transposed")) {
        assertFalse(read.get(copy).data().isReadOnly(), copy);
      }
    }
  }

  @Test
  void aZipThatWasCompressedAgainIsRead() throws Exception {
    byte[] stored = Files.readAllBytes(golden("layouts.pth"));
    byte[] deflated = PyTorchFuzzTest.zip(PyTorchFuzzTest.unzip(stored), ZipEntry.DEFLATED);
    Parameters read = PyTorchCheckpoint.read(PickleBuilder.mapped(deflated)).parameters();
    assertRamp(read, "channels_last", 2, 3, 4, 5);
    assertRamp(read, "shared_head", 7, 1);
  }

  @Test
  void equalViewsShareTheirConvertedValues() throws Exception {
    long[] extents = {2};
    PickleBuilder pickle = new PickleBuilder().ops("}(");
    for (String name : List.of("encoder.weight", "decoder.weight")) {
      pickle.text(name).tensor("HalfStorage", 2, 0, extents, new long[] {1});
    }
    Parameters read = PyTorchCheckpoint.read(pickle.ops("u.").zip(new byte[4])).parameters();
    assertSame(read.get("encoder.weight"), read.get("decoder.weight"));
  }
}
