package org.residuum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.format.FormatException;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;

class ModelTest {
  private static final Model RESNET8 = Model.untrained(ResNets.cifar(8), 0);

  @TempDir Path folder;

  @Test
  void weightsOfAnotherNetworkAreRefused() {
    Parameters weights = RESNET8.parameters();
    assertEquals(
        "resnet20 needs parameter layer1.1.conv1.weight (16, 16, 3, 3), which is missing;"
            + " these are the weights of another network",
        refusal(() -> Model.of(ResNets.cifar(20), weights)));
    Parameters wide = Model.untrained(ResNets.mlp(3, 1), 0).parameters();
    String message = refusal(() -> Model.of(ResNets.mlp(2, 1), wide));
    assertTrue(message.endsWith("is (3, 3), the network needs (2, 2)"), message);
  }

  @Test
  void networkWithoutOutputIsRefused() {
    NetworkBuilder net = new NetworkBuilder("no end");
    net.dense("fc", net.input("x", Shape.batch(3)), 2);
    assertEquals(
        "no end: its network has no output; name a value with NetworkBuilder.output",
        refusal(() -> Model.untrained(net.build(), 0)));
  }

  @ParameterizedTest
  @CsvSource({"-1,-1", "0,32", "32,0", "32,-5"})
  void sizesOfNoPictureAreRefused(int height, int width) {
    assertEquals(
        "size %sx%s: height and width are 1 or more pixels each, or both 0 for the published size"
            .formatted(height, width),
        refusal(() -> LoadOptions.DEFAULTS.withSize(height, width)));
  }

  @Test
  void missingModelIsSaidToBeMissing() {
    for (String name : List.of("pets", "pets.onnx", "pets.pth")) {
      Path missing = folder.resolve(name);
      String message =
          assertThrows(NoSuchFileException.class, () -> Model.load(missing)).getMessage();
      assertTrue(message.startsWith(missing + ": there is no such file"), message);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"upload", "upload.png"})
  void nameThatTellsNoFormatIsRefused(String name) {
    FormatException thrown =
        assertThrows(
            FormatException.class,
            () -> Model.read(name, ByteBuffer.allocate(8), LoadOptions.DEFAULTS));
    assertEquals(
        name + ": the name of a model's file ends in .onnx, .pth, .pt, .th, .ckpt or .safetensors",
        thrown.getMessage());
  }

  @Test
  void modelInMemoryWithoutPreprocessingNamesTheRemedy() {
    FormatException thrown = assertThrows(FormatException.class, RESNET8::requirePreprocessing);
    assertTrue(thrown.getMessage().endsWith("say it by withPreprocessing"), thrown.getMessage());
  }

  @Test
  void classifierOfPicturesNamesTheWayForFloats() throws IOException {
    Preprocessing preprocessing = Preprocessing.cifar10();
    Picture picture = new Picture(32, 32, 3, new byte[3 * 32 * 32]);
    FloatBuffer floats = FloatBuffer.allocate(3 * 32 * 32);
    preprocessing.apply(picture, floats);
    try (Device device = Devices.open("reference")) {
      List<Prediction> expected;
      try (Classifier pictures =
          Classifier.open(RESNET8.withPreprocessing(preprocessing), device, 1)) {
        String message =
            assertThrows(IllegalStateException.class, () -> pictures.classify(floats, 1, 1))
                .getMessage();
        assertTrue(message.endsWith("new Classifier(plan, labels)"), message);
        assertThrows(IllegalStateException.class, () -> pictures.scores(floats, 1));
        expected = pictures.classify(picture, 1);
      }
      try (Plan plan =
              device
                  .backend()
                  .compile(RESNET8.network(), RESNET8.parameters(), CompileOptions.batch(1));
          Classifier vectors = new Classifier(plan, List.of())) {
        assertEquals(expected, vectors.classify(floats, 1, 1).get(0));
      }
    }
  }

  private static String refusal(Executable action) {
    return assertThrows(IllegalArgumentException.class, action).getMessage();
  }
}
