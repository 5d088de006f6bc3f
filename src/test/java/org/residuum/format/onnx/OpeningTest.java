package org.residuum.format.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.Effort;
import org.residuum.format.protobuf.Message;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

/** How much of a file is held when it is open, and what each encoding of a tensor decodes to. */
class OpeningTest {
  @TempDir Path folder;

  @Test
  void hundredMegabytesOpenAndAreNotCopied() throws IOException {
    Network network = ResNets.imagenet(50);
    Path file = folder.resolve("resnet50.onnx");
    OnnxModel.write(file, network, Parameters.allocate(network.parameters()));
    long size = Files.size(file);
    assertTrue(size > 100_000_000, size + " bytes");
    Effort opening =
        Effort.of(
            () -> assertEquals(network.toString(), OnnxModel.read(file).network().toString()));
    System.out.printf("ResNet-50, %,d bytes: opened with %s%n", size, opening);
    // The mapping is the one copy; beside it at most a fifth of the file may be held.
    opening.requireAtMost(size / 5);
  }

  /** 1, -2.5, 0.15625 and 96 are exact in all four types. */
  @ParameterizedTest
  @CsvSource({"1,raw", "1,typed", "10,raw", "10,typed", "16,raw", "16,typed", "11,raw", "11,typed"})
  void everyFloatTypeDecodes(int type, String form) throws IOException {
    float[] values = {1, -2.5f, .15625f, 96};
    Message tensor = TestGraph.head("w", type, 1, 4);
    if (form.equals("raw")) {
      tensor.bytes(9, bytes(type, values));
    } else if (type == 10 || type == 16) {
      ByteBuffer halves =
          ByteBuffer.wrap(bytes(type, values)).order(java.nio.ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < values.length; i++) {
        tensor.integer(5, Short.toUnsignedLong(halves.getShort(2 * i)));
      }
    } else {
      tensor.bytes(type == 1 ? 4 : 10, bytes(type, values));
    }
    Tensor weight = readWeight(tensor);
    for (int i = 0; i < values.length; i++) {
      assertEquals(values[i], weight.get(i));
    }
  }

  /** The form that protobuf writers without packing give. */
  @Test
  void floatsOneByOneDecode() throws IOException {
    Message tensor = TestGraph.head("w", 1, 1, 4);
    for (int i = 0; i < 4; i++) {
      tensor.float32(4, i + .5f);
    }
    Tensor weight = readWeight(tensor);
    assertEquals(.5f, weight.get(0));
    assertEquals(3.5f, weight.get(3));
  }

  private Tensor readWeight(Message tensor) throws IOException {
    Path file =
        new TestGraph()
            .input("x", -1, 4)
            .tensor(tensor)
            .node("Gemm", "x w", "y", TestGraph.integer("transB", 1))
            .output("y", -1, 1)
            .write(folder.resolve("model.onnx"), 13);
    Tensor weight = OnnxModel.read(file).parameters().get("w");
    assertEquals(Shape.of(1, 4), weight.shape());
    return weight;
  }

  private static byte[] bytes(int type, float... values) {
    ByteBuffer bytes = TestGraph.buffer(8 * values.length);
    for (float value : values) {
      switch (type) {
        case 1 -> bytes.putFloat(value);
        case 10 -> bytes.putShort(half(value));
        case 16 -> bytes.putShort((short) (Float.floatToIntBits(value) >>> 16));
        default -> bytes.putDouble(value);
      }
    }
    return java.util.Arrays.copyOf(bytes.array(), bytes.position());
  }

  /** IEEE binary16 of a number that it holds exactly, by the definition. */
  private static short half(float value) {
    int exponent = Math.getExponent(value);
    int mantissa = (int) (Math.abs(value) / Math.scalb(1f, exponent) * 1024) - 1024;
    return (short) ((value < 0 ? 0x8000 : 0) | exponent + 15 << 10 | mantissa);
  }
}
