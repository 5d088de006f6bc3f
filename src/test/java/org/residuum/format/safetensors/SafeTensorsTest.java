package org.residuum.format.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.network.ElementType;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

class SafeTensorsTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("model.safetensors");
  }

  static Parameters someParameters(long seed) {
    Random random = new Random(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("conv1.weight", random(random, Shape.of(4, 3, 3, 3)));
    tensors.put("bn1.weight", random(random, Shape.of(4)));
    tensors.put("scalar", random(random, Shape.of()));
    tensors.put("none", random(random, Shape.of(0, 7)));
    tensors.put("\u00e9 \"quoted\" \\ \n \ud83d\ude00", random(random, Shape.of(1, 5)));
    return new Parameters(tensors);
  }

  private static Tensor random(Random random, Shape shape) {
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(shape, values);
  }

  private static void assertSame(Parameters expected, Parameters actual) {
    assertEquals(List.copyOf(expected.names()), List.copyOf(actual.names()));
    expected
        .asMap()
        .forEach(
            (name, tensor) -> {
              assertEquals(tensor.shape(), actual.get(name).shape(), name);
              assertArrayEquals(tensor.toArray(), actual.get(name).toArray(), 0f, name);
            });
  }

  @Test
  void whatIsWrittenReadsBackBitForBit() throws IOException {
    Parameters written = someParameters(1);
    Map<String, String> metadata = Map.of("format", "pt", "note", "tab\tand \"quotes\" \u4e16");
    SafeTensors.write(file(), written, metadata);
    SafeTensors read = SafeTensors.read(file());
    assertSame(written, read.parameters());
    assertEquals(metadata, read.metadata());
    assertTrue(read.skipped().isEmpty());
  }

  @Test
  void noTensorsAtAllMakeAValidFile() throws IOException {
    SafeTensors.write(file(), new Parameters(Map.of()), Map.of());
    assertTrue(SafeTensors.read(file()).parameters().names().isEmpty());
  }

  @Test
  void dataIsAlignedTo8Bytes() throws IOException {
    for (int length = 0; length < 9; length++) {
      SafeTensors.write(file(), someParameters(2), Map.of("k", "x".repeat(length)));
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file()));
      assertEquals(0, bytes.order(ByteOrder.LITTLE_ENDIAN).getLong() % 8);
    }
  }

  @Test
  void floatsAreViewsOfTheMappedFile() throws IOException {
    SafeTensors.write(file(), someParameters(3), Map.of());
    Tensor weight = SafeTensors.read(file()).parameters().get("conv1.weight");
    assertTrue(weight.data().isDirect());
    assertTrue(weight.data().isReadOnly());
  }

  @Test
  void halvesRoundTripWithinHalfAUnitInTheLastPlace() throws IOException {
    Parameters written = someParameters(4);
    for (ElementType type : List.of(ElementType.F16, ElementType.BF16)) {
      SafeTensors.write(file(), written, Map.of(), type);
      Parameters read = SafeTensors.read(file()).parameters();
      // Half a unit in the last place of an 11-bit and of an 8-bit significand.
      double relative = type == ElementType.F16 ? 0x1p-11 : 0x1p-8;
      // Below 2^-14 halves are spaced 2^-24.
      double absolute = type == ElementType.F16 ? 0x1p-25 : 0;
      for (String name : written.names()) {
        float[] expected = written.get(name).toArray();
        float[] actual = read.get(name).toArray();
        for (int i = 0; i < expected.length; i++) {
          double bound = Math.max(relative * Math.abs(expected[i]), absolute);
          assertTrue(
              Math.abs(expected[i] - actual[i]) <= bound, type + " " + expected[i] + " " + name);
        }
      }
    }
  }

  @Test
  void integersCannotBeWritten() {
    assertThrows(
        IllegalArgumentException.class,
        () -> SafeTensors.write(file(), someParameters(5), Map.of(), ElementType.I8));
    assertTrue(Files.notExists(file()));
  }

  @Test
  void writingOverAFileThatIsBeingReadKeepsItsTensors() throws IOException {
    SafeTensors.write(file(), someParameters(6), Map.of());
    Parameters mapped = SafeTensors.read(file()).parameters();
    SafeTensors.write(file(), mapped, Map.of("second", "time"));
    assertSame(someParameters(6), mapped);
    assertSame(mapped, SafeTensors.read(file()).parameters());
  }

  @Test
  void reservedAndMalformedNamesAreRefusedBeforeAnythingIsWritten() {
    for (String name : List.of("__metadata__", "half \ud83d")) {
      Parameters parameters = new Parameters(Map.of(name, Tensor.of(Shape.of(1), 1f)));
      assertThrows(
          IllegalArgumentException.class, () -> SafeTensors.write(file(), parameters, Map.of()));
    }
    assertTrue(Files.notExists(file()));
  }

  @Test
  void missingFileIsNamed() {
    NoSuchFileException e = assertThrows(NoSuchFileException.class, () -> SafeTensors.read(file()));
    assertTrue(e.getMessage().contains("model.safetensors"));
  }
}
