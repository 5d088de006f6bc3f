package org.residuum;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

/** A model up to one of its layers gives what that layer gives. */
class EmbeddingsTest {
  private static final Shape IMAGE = Shape.of(3, 8, 8);
  private static final Preprocessing PREPROCESSING = Preprocessing.cifar10().withShape(IMAGE);
  private static final Model MODEL =
      Model.untrained(ResNets.cifar(8, IMAGE, 4, ResidualBlocks.Shortcut.ZERO_PAD), 1)
          .withPreprocessing(PREPROCESSING);

  private static TrainingBackend backend(String name) {
    return switch (name) {
      case "cpu" -> new CpuBackend();
      case "cuda" -> EmulatedBackend.open(Precision.FP32);
      default -> new ReferenceBackend();
    };
  }

  private static Picture noise(int seed) {
    byte[] pixels = new byte[IMAGE.elements()];
    new SplittableRandom(seed).nextBytes(pixels);
    return new Picture(8, 8, 3, pixels);
  }

  private static Map<Integer, float[]> embeddings(Model model, String device) throws IOException {
    Map<Integer, float[]> found = new LinkedHashMap<>();
    try (Device opened = new Device(backend(device), "");
        Classifier classifier = Classifier.open(model, opened, 2)) {
      classifier.outputsAll(
          List.of(0, 1, 2).iterator(),
          Examples.ofPictures(PREPROCESSING, EmbeddingsTest::noise),
          1,
          new Classifier.ItemSink<>() {
            @Override
            public void result(Integer item, float[] embedding) {
              found.put(item, embedding);
            }

            @Override
            public void failed(Integer item, IOException cause) throws IOException {
              throw cause;
            }
          });
    }
    return found;
  }

  /** With the weights that it reads alone. */
  @Test
  void isSavedAndLoadedLikeAnyModel(@TempDir Path folder) throws IOException {
    Model cut = MODEL.upTo("layer2");
    cut.save(folder.resolve("cut"));
    Model loaded = Model.load(folder.resolve("cut"));
    assertEquals(cut.parameters().names(), loaded.parameters().names());
    Map<Integer, float[]> expected = embeddings(cut, "cpu");
    assertEquals(3, expected.size());
    embeddings(loaded, "cpu")
        .forEach((item, embedding) -> assertArrayEquals(expected.get(item), embedding));
  }

  /** The classifier's weights on the embedding give the logits. */
  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "cuda"})
  void lastDenseLayerOnTheEmbeddingGivesTheLogits(String device) throws IOException {
    assertEquals("flatten", MODEL.embeddingLayer());
    Map<Integer, float[]> embeddings = embeddings(MODEL.upTo(MODEL.embeddingLayer()), device);
    Map<Integer, float[]> logits = embeddings(MODEL, device);
    Tensor weight = MODEL.parameters().get("linear.weight");
    Tensor bias = MODEL.parameters().get("linear.bias");
    assertEquals(3, embeddings.size());
    embeddings.forEach(
        (item, embedding) -> {
          float[] expected = new float[4];
          for (int k = 0; k < 4; k++) {
            double sum = bias.data().get(k);
            for (int i = 0; i < 64; i++) {
              sum += embedding[i] * (double) weight.data().get(k * 64 + i);
            }
            expected[k] = (float) sum;
          }
          assertArrayEquals(expected, logits.get(item), 1e-5f);
        });
  }

  /** (C, H, W) whatever the device's layout; the pooled features are the channels' means. */
  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "cuda"})
  void imagesComeChannelByChannel(String device) throws IOException {
    float[] image = embeddings(MODEL.upTo("layer3"), device).get(2);
    float[] pooled = embeddings(MODEL.upTo("flatten"), device).get(2);
    assertEquals(64 * 2 * 2, image.length);
    for (int c = 0; c < 64; c++) {
      double mean = 0;
      for (float value : Arrays.copyOfRange(image, 4 * c, 4 * c + 4)) {
        mean += value / 4.0;
      }
      assertEquals(mean, pooled[c], 1e-5, "channel " + c);
    }
  }

  @Test
  void onlyWhatTheLayerNeedsIsLeft() {
    Network cut = MODEL.network().upTo("layer1");
    assertEquals(List.of("layer1.0.relu"), List.copyOf(cut.outputs().keySet()));
    assertTrue(cut.parameters().stream().noneMatch(spec -> spec.name().startsWith("layer2")));
    assertEquals(
        "layer1.0.conv1", MODEL.network().upTo("layer1.0.conv1").output("layer1.0.conv1").name());
  }

  @Test
  void unknownLayerIsRefusedWithTheNearest() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> MODEL.upTo("flaten")).getMessage();
    assertEquals(
        "resnet8 has no layer flaten; did you mean flatten?; residuum inspect lists them", message);
    assertThrows(IllegalArgumentException.class, () -> MODEL.upTo("x"));
  }

  @Test
  void imagesAreNoClasses() throws IOException {
    try (Device device = new Device(new ReferenceBackend(), "");
        Classifier classifier = Classifier.open(MODEL.upTo("layer3"), device, 1)) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> classifier.classify(noise(1), 1))
              .getMessage();
      assertTrue(message.contains("is no classifier"), message);
    }
  }
}
