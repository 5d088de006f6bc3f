package org.residuum.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.format.onnx.OnnxModel;
import org.residuum.format.pytorch.PyTorchCheckpoint;
import org.residuum.format.safetensors.SafeTensors;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;

/** Models out of memory, as a service gets them from a store, are those out of files. */
class BytesTest {
  @TempDir Path folder;

  private final Network network = ResNets.mlp(Shape.of(4), 8, 2, 3);
  private final Parameters weights = new Initializer(1).initialize(network);

  private static ByteBuffer bytes(Path file) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(file));
  }

  private void assertWeights(Parameters read) {
    for (String name : weights.names()) {
      assertArrayEquals(weights.get(name).toArray(), read.get(name).toArray(), name);
    }
  }

  @Test
  void everyFormatIsReadFromBytes() throws IOException {
    Path onnx = folder.resolve("m.onnx");
    OnnxModel.write(onnx, network, weights);
    OnnxModel model = OnnxModel.read("m.onnx", bytes(onnx), null);
    assertEquals(network.toString(), model.network().toString());
    assertWeights(model.parameters());
    Path pth = folder.resolve("m.pth");
    PyTorchCheckpoint.write(pth, weights);
    assertWeights(PyTorchCheckpoint.read("m.pth", bytes(pth), null).parameters());
    Path safe = folder.resolve("m.safetensors");
    SafeTensors.write(safe, weights, Map.of());
    assertWeights(SafeTensors.read("m.safetensors", bytes(safe)).parameters());
  }

  @Test
  void errorsOfBytesBearTheGivenName() {
    FormatException e =
        assertThrows(
            FormatException.class,
            () -> OnnxModel.read("store/m.onnx", ByteBuffer.allocate(9), null));
    assertTrue(e.getMessage().startsWith(Path.of("store/m.onnx").toString()), e.getMessage());
  }
}
